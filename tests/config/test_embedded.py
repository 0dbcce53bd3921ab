"""The embedded servers: shared by the processes of a folder, stopped by the last one, found again after a crash."""

import json
import os
import subprocess
from pathlib import Path

import psycopg2
import pytest

from config.embedded import EmbeddedServers, use_embedded_servers
from config.postgres import Postgres
from tests.config.processes import left_in, start


USER = """
import json, os, sys
from config.embedded import use_embedded_servers
use_embedded_servers()
print(json.dumps({name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL", "EMAIL_PORT", "DEBUG")}))
sys.stdin.readline()
"""


def entered(folder: Path) -> tuple[subprocess.Popen[str], dict[str, str]]:
    """A process that uses the servers of `folder` until it is told to go, and what it was given."""
    process = start("-c", USER, folder=folder)
    given = next(line for line in process.stdout if line.startswith("{"))
    return process, json.loads(given)


def leave(process: subprocess.Popen[str]) -> None:
    process.communicate("go\n", timeout=60)


def test_two_processes_share_the_servers_and_the_last_one_stops_them(tmp_path):
    first, given = entered(tmp_path)
    second, same = entered(tmp_path)
    assert given == same
    assert given["DEBUG"] == "1"
    leave(first)
    psycopg2.connect(given["DATABASE_URL"]).close()
    leave(second)
    assert left_in(tmp_path) == []
    with pytest.raises(psycopg2.OperationalError):
        psycopg2.connect(given["DATABASE_URL"])


def test_servers_of_a_killed_process_are_found_again_with_their_data(tmp_path):
    killed, given = entered(tmp_path)
    with psycopg2.connect(given["DATABASE_URL"]) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE kept (word text); INSERT INTO kept VALUES ('cartable')")
    connection.close()
    killed.kill()
    killed.communicate()
    heir, found = entered(tmp_path)
    with psycopg2.connect(found["DATABASE_URL"]) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT word FROM kept")
        assert cursor.fetchone() == ("cartable",)
    connection.close()
    assert found == given
    leave(heir)
    assert left_in(tmp_path) == []


def test_a_named_server_is_never_replaced(monkeypatch, tmp_path):
    monkeypatch.setenv("CARTABLE_DATA", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere.example.org/cartable")
    monkeypatch.delenv("REDIS_URL")
    use_embedded_servers()
    assert os.environ["DATABASE_URL"] == "postgresql://elsewhere.example.org/cartable"
    assert "REDIS_URL" not in os.environ
    assert list(tmp_path.iterdir()) == []


def test_a_folder_too_deep_for_a_socket_gets_a_short_one(tmp_path):
    deep = tmp_path / ("a-long-name-" * 10)
    short = Postgres(deep).socket_folder
    assert len(str(short)) < 100
    assert short != Postgres(deep / "other").socket_folder


def test_only_its_owner_can_enter_the_folder_of_the_cluster(tmp_path):
    servers = EmbeddedServers(tmp_path, durable=False)
    servers.postgres.start()
    try:
        assert servers.postgres.folder.stat().st_mode & 0o077 == 0
        assert servers.postgres.socket_folder.stat().st_mode & 0o077 == 0
    finally:
        servers.postgres.stop()
