"""The files the house is made of, for the tests that read them."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings


APPS = ["core", "accounts", "programmes", "schools", "loans", "distribution", "support", "reports"]
PACKAGES = ["config", *APPS]


def python_files(*folders: str) -> Iterator[Path]:
    """Their Python files, migrations aside, as paths from the root of the house."""
    for folder in folders:
        for path in sorted((settings.BASE_DIR / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(settings.BASE_DIR)


def template_files() -> Iterator[Path]:
    """Every template, as a path from `templates/`."""
    root = settings.BASE_DIR / "templates"
    yield from (path.relative_to(root) for path in sorted(root.rglob("*")) if path.is_file())


def source_of(path: Path) -> str:
    return (settings.BASE_DIR / path).read_text(encoding="utf-8")


def template_source(path: Path) -> str:
    return source_of(Path("templates") / path)
