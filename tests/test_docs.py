"""The pages for newcomers name files, folders and pages that exist."""

import re
from pathlib import Path

import pytest
from django.conf import settings


ROOT = settings.BASE_DIR
PAGES = [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md"]
FILE = re.compile(r"`([\w./-]+\.(?:py|toml|html|js|scss|md))`")
FOLDER = re.compile(r"`([a-z]+(?:/[\w-]+)+/)`")
LINK = re.compile(r"\]\(([\w./-]+\.md)")
SKIPPED = {".git", ".venv", "node_modules"}


@pytest.fixture(scope="module")
def files():
    """Every file of the repository, by its path from the root, with a stroke before."""
    folders = [path for path in ROOT.iterdir() if path.name not in SKIPPED]
    found = [path for folder in folders for path in ([folder] if folder.is_file() else folder.rglob("*"))]
    return {f"/{path.relative_to(ROOT)}" for path in found if path.is_file()}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_names_what_exists(page, files):
    text = page.read_text()
    lost = [name for name in FILE.findall(text) if not any(path.endswith(f"/{name}") for path in files)]
    lost += [name for name in FOLDER.findall(text) if not (ROOT / name).is_dir()]
    lost += [name for name in LINK.findall(text) if not Path(page.parent, name).exists()]
    assert lost == []
