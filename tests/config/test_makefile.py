"""`make` explains itself, and an old Python is one sentence."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings


MAKEFILE = settings.BASE_DIR / "Makefile"


def make(*arguments: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("make")
    return subprocess.run([program, *arguments], cwd=folder, capture_output=True, text=True, env=more or None)


@pytest.fixture
def empty_house(tmp_path):
    """A clone without `.venv`, on a machine whose only Python is too old."""
    (tmp_path / "requirements").mkdir()
    for name in ("local.txt", "test.txt"):
        (tmp_path / "requirements" / name).touch()
    shutil.copy(MAKEFILE, tmp_path)
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("bash", "grep", "sed", "sort", "date"):
        (programs / name).symlink_to(shutil.which(name))
    (programs / "python3").write_text("#!/bin/sh\nexit 1\n")
    (programs / "python3").chmod(0o755)
    return tmp_path


def test_help_lists_every_target_with_a_sentence_in_order():
    targets = re.findall(r"^([a-z-]+):", MAKEFILE.read_text(), re.MULTILINE)
    listed = re.findall(
        r"^  make (\S+) +\S.*\.$", make("help", folder=settings.BASE_DIR).stdout, re.MULTILINE
    )
    assert listed == sorted(targets)


def test_an_old_python_is_one_sentence(empty_house):
    done = make("run", folder=empty_house, PATH=str(empty_house / "programs"))
    assert done.returncode != 0
    assert "Cartable: Python 3.11 or newer is needed" in done.stderr
    assert not (empty_house / ".venv").exists()
