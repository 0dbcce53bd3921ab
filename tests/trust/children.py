"""Reads files in processes of their own, under a memory limit, and says what each cost (trust 24, 35).

`python -m tests.trust.children` answers a line of paths with a line of JSON; it forks for each, so that a file that
eats its reader is one dead child. `reader` starts it for the time of a test module.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings


ROOM = 256 * 1024 * 1024  # bytes a reading may ask for beyond what an idle process has
PATIENCE = 60  # seconds; a bomb that goes off would take hours


@dataclass(frozen=True)
class Reading:
    """What a child found: codes of refusals, pupils read; processor seconds and MB that the reading cost."""

    codes: list[str]
    pupils: int
    seconds: float
    megabytes: float


@contextmanager
def reader() -> Iterator[Callable[..., Reading]]:
    """`read(*paths)` receives these files as a night does. A child that dies of hunger or time fails the test."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.trust.children"],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def read(*paths: Path) -> Reading:
        process.stdin.write(json.dumps([str(path) for path in paths]) + "\n")
        process.stdin.flush()
        answer = json.loads(process.stdout.readline())
        assert "died" not in answer, answer
        return Reading(**answer)

    try:
        yield read
    finally:
        process.stdin.close()
        process.wait(timeout=2 * PATIENCE)
        process.stdout.close()


def _memory(field: str) -> int:
    """Bytes, from the kernel's own account of this process alone (`ru_maxrss` would remember the parent's)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1]) * 1024
    raise AssertionError(field)


def _receive(paths: list[Path]) -> tuple[list[str], int]:
    from schools.imports.receiving import receive_paths
    from schools.sources.refusals import DocumentRefused

    codes, pupils = [], 0
    for bundle in receive_paths(paths):
        codes += [finding.code for finding in bundle.findings.refusals]
        try:
            pupils += len(bundle.read_roll().pupils) if bundle.envelopes else 0
        except DocumentRefused as refused:
            codes.append(refused.finding.code)
    return codes, pupils


def _read(paths: list[Path]) -> dict[str, object]:
    signal.alarm(PATIENCE)
    limit = _memory("VmSize") + ROOM
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    idle = _memory("VmRSS")  # Python, Django and our modules: what stands in memory before any file
    started = time.process_time()
    codes, pupils = _receive(paths)
    seconds = time.process_time() - started
    megabytes = (_memory("VmHWM") - idle) / 1024 / 1024
    return {"codes": codes, "pupils": pupils, "seconds": seconds, "megabytes": megabytes}


def _read_in_a_fork(paths: list[Path]) -> str:
    inlet, outlet = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(outlet, json.dumps(_read(paths)).encode())
        os._exit(0)
    os.close(outlet)
    with os.fdopen(inlet) as said:
        answer = said.read()
    _pid, status = os.waitpid(pid, 0)
    return answer or json.dumps({"died": status})


def main() -> None:
    import django

    django.setup()
    import schools.imports  # noqa: F401 - what a reading stands on is not its cost

    for line in sys.stdin:
        sys.stdout.write(_read_in_a_fork([Path(name) for name in json.loads(line)]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
