"""A web server of the product on the throw-away database, and visitors: both as processes of their own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from time import monotonic, sleep

from benchmarks.load import pack
from benchmarks.workers import throwaway_url
from tests.kit.smtp import free_port


WORKERS = 2


@contextmanager
def web_server(application: str, settings: str = "config.settings") -> Iterator[int]:
    """Granian as the image starts it, with two processes; yields its port."""
    port = free_port()
    process = subprocess.Popen(
        [
            *(Path(sys.executable).parent / "granian", "--interface", "wsgi", application, "--no-ws"),
            *(
                "--host",
                "127.0.0.1",
                "--port",
                str(port),
                "--workers",
                str(WORKERS),
                *("--blocking-threads", "4", "--backpressure", "64"),
                "--log-level",
                "warning",
            ),
        ],
        env=os.environ | {"DATABASE_URL": throwaway_url(), "DJANGO_SETTINGS_MODULE": settings},
        start_new_session=True,
    )
    try:
        _wait_for(port)
        _wait_until_loaded(process.pid)
        yield port
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # its database goes away next
        process.wait(30)


def _wait_for(port: int) -> None:
    limit = monotonic() + 60
    while monotonic() < limit:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            continue
        return
    raise TimeoutError("The web server did not start.")


def _wait_until_loaded(group: int) -> None:
    """Every process of the server has read the program: the first to be ready would answer the others' share."""
    spent, at_rest = 0.0, 0
    while at_rest < 3:
        sleep(0.5)
        now = sum(_processor_seconds(group))
        at_rest, spent = (at_rest + 1 if now - spent < 0.03 else 0), now


def _processor_seconds(group: int) -> Iterator[float]:
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it ended meanwhile
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[2]) == group:
                yield (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Rush:
    """What visitors met: answers a second, and the 95th percentile of the waits, in seconds."""

    rate: float
    p95: float
    statuses: dict[str, int]


class Visitors:
    """The running process."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "requests.bin"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.load"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def rush(
        self, port: int, requests: list[bytes], *, connections: int = 16, rate: float | None = None
    ) -> Rush:
        self._file.write_bytes(pack(requests))
        order = {"port": port, "path": str(self._file), "connections": connections, "rate": rate}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        said = json.loads(self._process.stdout.readline())
        p95 = quantiles(said["times"], n=20)[-1]
        return Rush(len(requests) / said["seconds"], p95, said["statuses"])

    def stop(self) -> None:
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(30)


@contextmanager
def visitors(folder: Path) -> Iterator[Visitors]:
    crowd = Visitors(folder)
    try:
        yield crowd
    finally:
        crowd.stop()
