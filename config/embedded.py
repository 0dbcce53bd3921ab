"""Starts PostgreSQL, Valkey and a mail sink from their wheels when no real server is named.

Every process that uses them holds a shared lock on `<data>/users.lock`; the last one to leave stops them.
A process that is killed leaves them running: the next one finds them, and stops them when it leaves
(`make stop` does it now).
"""

import atexit
import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.postgres import Postgres, ServerFailed
from config.smtp_sink import MailSink
from config.valkey import Valkey


BASE_DIR = Path(__file__).resolve().parent.parent


def use_embedded_servers() -> None:
    """Point DATABASE_URL and REDIS_URL at embedded servers when neither is set; DEBUG is then on by default.

    A server that cannot start ends the process with one sentence.
    """
    if "DATABASE_URL" in os.environ or "REDIS_URL" in os.environ:
        return
    try:
        servers = EmbeddedServers(data_folder())
        servers.enter()
    except (ServerFailed, OSError) as failure:
        sys.exit(f"Cartable: {failure}")
    servers.write_environment()
    os.environ.setdefault("DEBUG", "1")


def data_folder() -> Path:
    return Path(os.environ.get("CARTABLE_DATA") or BASE_DIR / ".data").resolve()


class EmbeddedServers:
    """The three servers of one data folder, shared by all the processes that name that folder."""

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder
        self.postgres = Postgres(folder / "postgres", durable=durable)
        self.valkey = Valkey(folder / "valkey")
        self.mail = MailSink(folder / "mail")
        self._users: int | None = None

    def write_environment(self) -> None:
        """Name these servers in the environment; a mail server named there already is kept."""
        os.environ["DATABASE_URL"] = self.postgres.url()
        os.environ["REDIS_URL"] = self.valkey.url()
        if "EMAIL_HOST" not in os.environ:
            os.environ |= {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(self.mail.port)}

    def enter(self) -> None:
        """Run what does not run yet, and stay counted as a user until this process ends."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._users = os.open(self.folder / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._users, fcntl.LOCK_SH)
        with _alone(self.folder / "start.lock"):
            self.mail.launch()
            self.postgres.start()
            self.valkey.start()
            self.mail.wait()
        owner = os.getpid()
        atexit.register(lambda: self.leave() if os.getpid() == owner else None)

    def leave(self) -> None:
        """Stop being a user; stop the servers if nobody else is one."""
        if self._users is None:
            return
        try:
            fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.stop()
        except BlockingIOError:
            pass
        finally:
            os.close(self._users)
            self._users = None

    def stop(self) -> None:
        self.mail.stop()
        self.valkey.stop()
        self.postgres.stop()


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
