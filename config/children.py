"""The processes of `make run`: started together, stopped together, never left behind."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path


BASE_DIR = Path(__file__).resolve().parent.parent
PATIENCE = 15  # seconds a process has to finish what it does
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


class Children:
    """A set of named processes, each the head of its own session so that Ctrl-C reaches only us."""

    def __init__(self) -> None:
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, command: Sequence[str], *, niceness: int = 0) -> None:
        """Start a Python module; a `niceness` above 0 lets the others go first."""
        self._running[name] = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=BASE_DIR,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=partial(_prepare, niceness),
        )

    def first_ended(self) -> str | None:
        """The name of one that ended by itself, if any."""
        return next((name for name, process in self._running.items() if process.poll() is not None), None)

    def stop(self) -> None:
        """Ask all to finish; after `PATIENCE` seconds, end whatever still runs."""
        for process in self._running.values():
            with suppress(ProcessLookupError):
                process.terminate()
        limit = time.monotonic() + PATIENCE
        for process in self._running.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, limit - time.monotonic()))
            _end_session(process)
        self._running.clear()


def _end_session(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _prepare(niceness: int) -> None:
    """If `make run` itself is killed, the kernel asks its children to stop."""
    os.nice(niceness)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGTERM)
