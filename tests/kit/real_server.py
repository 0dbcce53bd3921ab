"""The real web server on the test's own base: granian, the production settings, static files named and compressed."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import connection


READY_LIMIT = 60  # seconds
SMALL = ("--no-ws", "--workers", "1", "--blocking-threads", "2", "--log-level", "warning")
NOT_OURS = ("drf_spectacular_sidecar", "rest_framework", "admin", "import_export", "django_htmx")


@contextmanager
def real_server(folder: Path) -> Iterator[str]:
    """The address of a server that answers until the block ends; its static files are collected in `folder`."""
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    environment = _environment(folder, address)
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
    ignored = [part for name in NOT_OURS for part in ("-i", name)]
    subprocess.run([*collect, *ignored], cwd=settings.BASE_DIR, env=environment, check=True)
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "config.wsgi:application", *SMALL]
    where = ["--host", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen([*command, *where], cwd=settings.BASE_DIR, env=environment)
    try:
        _wait_for(f"{address}/livez", server)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)


def _environment(folder: Path, address: str) -> dict[str, str]:
    base = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": urlunsplit(base),
        "STATIC_ROOT": str(folder / "static"),
        "SITE_URL": address,
        "DEBUG": "0",
        "HTTPS": "0",
    }


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    limit = time.monotonic() + READY_LIMIT
    while time.monotonic() < limit and server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5)
            return
        except OSError:
            time.sleep(0.1)  # the server is not ours to wake: only its port tells
    raise AssertionError("The web server did not answer.")
