"""Merges the catalogues into the `.mo` files that Django reads: French by areas, the others by language."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from config.messages.catalogue import FRENCH_PLURALS, Entry, read_catalogue, write_mo
from config.messages.families import LOCALE, PLURALS, language_entries
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
    """Write the French `.mo` if an area, or this package, is younger than it; true when it was written."""
    return _write(areas, compiled, lambda: area_entries(areas))


def build_all() -> None:
    """Bring every language up to date."""
    build()
    for code in PLURALS:
        compiled = LOCALE / code / "LC_MESSAGES" / "django.mo"
        _write(LOCALE / code, compiled, partial(language_entries, code), code, PLURALS[code])


def _write(
    folder: Path,
    compiled: Path,
    entries: Callable[[], list[Entry]],
    code: str = "fr",
    plurals: str = FRENCH_PLURALS,
) -> bool:
    sources = [folder, *folder.glob("*.po"), *Path(__file__).parent.glob("*.py")]
    if compiled.exists() and compiled.stat().st_mtime > max(source.stat().st_mtime for source in sources):
        return False
    write_mo(entries(), compiled, code, plurals)
    return True
