"""The house's arrows go down only (DESIGN §3)."""

import ast
import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from tests.sources import APPS, python_files


def test_imports_go_down_the_storys_layers():
    lint = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run(
        [str(lint), "--no-cache"], cwd=settings.BASE_DIR, env=os.environ, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_no_contract_has_an_exception():
    text = (settings.BASE_DIR / "pyproject.toml").read_text()
    assert "ignore_imports = []" in text
    assert text.count("ignore_imports") == 1


def test_business_code_uses_no_django_signal():
    """What lower apps did, upper apps ask: nothing happens behind the reader's back."""
    guilty = [str(path) for path in python_files(*APPS) if _imports_signals(path)]
    assert guilty == []


def _imports_signals(path: Path) -> bool:
    modules = {
        node.module or ""
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom)
    }
    return any(module in {"django.dispatch"} or module.endswith("signals") for module in modules)
