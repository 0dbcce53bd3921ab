"""Pages of docs/ that the code writes itself: states, findings, rules. Each module is run to write its own.

With --check the page is only compared with what the code says today (a test asks).
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import django

from config.embedded import use_embedded_servers


def keep_book(path: Path, page: Callable[[], str], module: str) -> None:
    """Write the page, or with --check end with a sentence that says how to bring it up to date."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    use_embedded_servers()
    django.setup()
    if "--check" not in sys.argv:
        path.write_text(page())
    elif path.read_text() != page():
        sys.exit(f"docs/{path.name} is out of date: run `python -m {module}`.")
