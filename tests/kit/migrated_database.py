"""A database with every migration played, made once and copied for each run: tests start in seconds, not in twenty.

It is named after what the migrations say, so that a new migration makes a new one; the others are dropped.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2.extensions


ROOT = Path(__file__).resolve().parents[2]
PREFIX = "migrated_"
BUILDING = "migrating"
ONE_AT_A_TIME = 6_170_614  # workers of one run ask together


def migrated_database(url: str) -> str:
    """The name of a database of this server that nobody is connected to, with every migration played."""
    name = PREFIX + _digest()
    with _server(url) as server, server.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{PREFIX}%"])
        known = {row[0] for row in cursor}
        if name not in known:
            for old in (BUILDING, *known):
                cursor.execute(f'DROP DATABASE IF EXISTS "{old}"')
            cursor.execute(f'CREATE DATABASE "{BUILDING}"')
            _migrate(urlunsplit(urlsplit(url)._replace(path=f"/{BUILDING}")))
            cursor.execute(f'ALTER DATABASE "{BUILDING}" RENAME TO "{name}"')
    return name


def _digest() -> str:
    files = [
        *ROOT.glob("*/migrations/*.py"),
        ROOT / "core" / "triggers.py",
        ROOT / "requirements" / "base.txt",
    ]
    return sha256(b"".join(path.read_bytes() for path in sorted(files))).hexdigest()[:16]


def _migrate(url: str) -> None:
    subprocess.run(
        [sys.executable, ROOT / "manage.py", "migrate", "--verbosity=0"],
        check=True,
        env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings_test"},
    )


@contextmanager
def _server(url: str) -> Iterator[psycopg2.extensions.connection]:
    server = psycopg2.connect(urlunsplit(urlsplit(url)._replace(path="/postgres")))
    server.set_isolation_level(psycopg2.extensions.ISOLATION_LEVEL_AUTOCOMMIT)
    try:
        yield server
    finally:
        server.close()
