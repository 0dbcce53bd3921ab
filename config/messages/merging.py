"""Merges the areas' catalogues into the `.mo` that Django reads."""

from pathlib import Path

from config.messages.catalogue import Entry, read_catalogue, write_mo


BASE_DIR = Path(__file__).resolve().parent.parent.parent
AREAS = BASE_DIR / "locale" / "fr" / "areas"
COMPILED = BASE_DIR / "locale" / "fr" / "LC_MESSAGES" / "django.mo"


def area_entries(areas: Path = AREAS) -> list[Entry]:
    return [entry for path in sorted(areas.glob("*.po")) for entry in read_catalogue(path)]


def build(areas: Path = AREAS, compiled: Path = COMPILED) -> bool:
    """Write the `.mo` if an area is younger than it; true when it was written."""
    sources = [areas, *areas.glob("*.po")]
    if compiled.exists() and compiled.stat().st_mtime > max(source.stat().st_mtime for source in sources):
        return False
    write_mo(area_entries(areas), compiled)
    return True
