"""Merges the areas' catalogues into the `.mo` that Django reads."""

from dataclasses import replace
from pathlib import Path

from config.messages.catalogue import Entry, read_catalogue, write_mo
from config.messages.typography import spaced


BASE_DIR = Path(__file__).resolve().parent.parent.parent
AREAS = BASE_DIR / "locale" / "fr" / "areas"
COMPILED = BASE_DIR / "locale" / "fr" / "LC_MESSAGES" / "django.mo"


def area_entries(areas: Path = AREAS) -> list[Entry]:
    """Every entry of every area, its French spaced as French is."""
    return [_spaced(entry) for path in sorted(areas.glob("*.po")) for entry in read_catalogue(path)]


def _spaced(entry: Entry) -> Entry:
    texts = {name: spaced(text) if name.startswith("msgstr") else text for name, text in entry.texts.items()}
    return replace(entry, texts=texts)


def build(areas: Path = AREAS, compiled: Path = COMPILED) -> bool:
    """Write the `.mo` if an area, or this package, is younger than it; true when it was written."""
    sources = [areas, *areas.glob("*.po"), *Path(__file__).parent.glob("*.py")]
    if compiled.exists() and compiled.stat().st_mtime > max(source.stat().st_mtime for source in sources):
        return False
    write_mo(area_entries(areas), compiled)
    return True
