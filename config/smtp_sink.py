"""A mail server that delivers nothing: each accepted message becomes one file, read by the inbox page `/boite/`.

`python -m config.smtp_sink FOLDER` serves until it is stopped, on a free local port written in `FOLDER/.port`.
"""

import asyncio
import os
import signal
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from smtplib import SMTP, SMTPException
from typing import Any

from config.postgres import ServerFailed


BASE_DIR = Path(__file__).resolve().parent.parent
LARGEST_MESSAGE = 30 * 1024 * 1024  # bytes


class Keeper:
    """Writes each accepted message whole, under its final name, before the sender hears « accepted »."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        name = f"{time.time_ns()}-{uuid.uuid4().hex[:8]}"
        recipients = ", ".join(envelope.rcpt_tos)
        draft = self.folder / f".{name}.draft"
        draft.write_bytes(f"X-Envelope-To: {recipients}\r\n".encode() + envelope.original_content)
        draft.replace(self.folder / f"{name}.eml")
        return "250 Message accepted"


@dataclass(frozen=True)
class MailSink:
    """The sink as one of the embedded servers: a process of its own, found again by its port file."""

    folder: Path

    @property
    def port(self) -> int:
        return int(self._port_file.read_text())

    def launch(self) -> None:
        """Begin to run it, without waiting; does nothing when it already answers."""
        if self.answers():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        self._port_file.unlink(missing_ok=True)
        command = [sys.executable, "-m", "config.smtp_sink", str(self.folder)]
        # Through a short-lived parent, so that the sink is nobody's child and outlives its starter.
        launcher = "import subprocess, sys; subprocess.Popen(sys.argv[1:], start_new_session=True)"
        quiet = subprocess.DEVNULL
        launch = [sys.executable, "-c", launcher, *command]
        subprocess.run(launch, cwd=BASE_DIR, check=True, stdin=quiet, stdout=quiet, stderr=quiet)

    def wait(self, seconds: float = 60) -> None:
        """Come back when it answers. Raises `ServerFailed` if it does not."""
        limit = time.monotonic() + seconds
        while not self.answers():
            if time.monotonic() > limit:
                raise ServerFailed("The local mail server did not start.")
            time.sleep(0.05)

    def stop(self) -> None:
        if self.answers():
            os.kill(int(self._pid_file.read_text()), signal.SIGTERM)
        self._port_file.unlink(missing_ok=True)

    def answers(self) -> bool:
        try:
            with SMTP("127.0.0.1", self.port, timeout=2) as client:
                return client.noop()[0] == 250
        except (OSError, SMTPException, ValueError):
            return False

    @property
    def _port_file(self) -> Path:
        return self.folder / ".port"

    @property
    def _pid_file(self) -> Path:
        return self.folder / ".pid"


async def serve(folder: Path) -> None:
    """Accept messages until SIGTERM."""
    from aiosmtpd import smtp

    def protocol() -> smtp.SMTP:
        return smtp.SMTP(Keeper(folder), data_size_limit=LARGEST_MESSAGE, enable_SMTPUTF8=True)

    loop = asyncio.get_running_loop()
    server = await loop.create_server(protocol, "127.0.0.1", 0)
    stopped = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    (folder / ".pid").write_text(str(os.getpid()))
    draft = folder / ".port.draft"
    draft.write_text(str(server.sockets[0].getsockname()[1]))
    draft.replace(folder / ".port")
    await stopped.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
