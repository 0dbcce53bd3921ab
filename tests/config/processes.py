"""Real processes for the tests of this folder: started without the suite's own servers, counted in /proc."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
from django.conf import settings


OURS = {
    "DATABASE_URL",
    "REDIS_URL",
    "EMAIL_HOST",
    "EMAIL_PORT",
    "SECRET_KEY",
    "DEBUG",
    "HTTPS",
    "ALLOWED_HOSTS",
}


def environment(folder: Path, **more: str) -> dict[str, str]:
    """A shell's environment, as a newcomer has it, with its data in `folder`."""
    kept = {
        name: value for name, value in os.environ.items() if name not in OURS | {"DJANGO_SETTINGS_MODULE"}
    }
    return kept | {"CARTABLE_DATA": str(folder), "PYTHONUNBUFFERED": "1", **more}


def start(*command: str, folder: Path, **more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=settings.BASE_DIR,
        env=environment(folder, **more),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def left_in(folder: Path) -> list[str]:
    """The command lines of living processes that were started with their data in `folder`."""
    return list(_numbered(folder).values())


def children_in(folder: Path, *, but: set[str], parent: int) -> list[psutil.Process]:
    """The same as processes, without `parent` and those that hold one of the words `but` in their command."""
    found = []
    for number, command in _numbered(folder).items():
        if number == parent or any(word in command for word in but):
            continue
        try:
            found.append(psutil.Process(number))
        except psutil.NoSuchProcess:
            continue  # it was only passing by, as those that ask a server whether it is up
    return found


def _numbered(folder: Path) -> dict[int, str]:
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            variables = (process / "environ").read_bytes().split(b"\0")
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
        except OSError:
            continue
        if f"CARTABLE_DATA={folder}".encode() in variables and command:
            found[int(process.name)] = command
    return found
