"""`make run`: the whole of Cartable on one machine, from nothing to a page in the browser, until Ctrl-C."""

import ctypes
import fcntl
import os
import signal
import socket
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

from config.assets import AssetsFailed, build_assets
from config.children import Children
from config.embedded import EmbeddedServers, data_folder, use_embedded_servers
from config.messages.merging import build_all as build_messages


HOST = "127.0.0.1"
POLITE = 10  # niceness: pages first, a region's import after
# Name, queues heard in turn, processes. What is long never keeps the second busy: codes and signed copies go by it.
WORKERS = (("worker", "celery,seals", "2"), ("prompt", "prompt,seals", "1"), ("imports", "imports", "2"))
READY_LIMIT = 120  # seconds for the first page


class CannotRun(Exception):
    """Why Cartable cannot run here: one sentence, with what to do."""


class Stopped(KeyboardInterrupt):
    """Ctrl-C, or SIGTERM."""


def main() -> None:
    started = float(os.environ.get("CARTABLE_STARTED") or time.time())  # make counts the installation too
    signal.signal(signal.SIGINT, _stop)
    signal.signal(signal.SIGTERM, _stop)
    children = Children()
    try:
        host, port = os.environ.get("HOST", HOST), chosen_port()
        check_pango()
        with only_run(data_folder(), f"http://{host}:{port}/"):
            check_port(host, port)
            prepare_files(f"http://{host}:{port}")
            start_web(children, host, port)
            prepare_database()
            wait_until_ready(children, host, port)
            start_workers(children)
            announce(f"http://{host}:{port}", time.time() - started)
            watch(children)
    except (CannotRun, AssetsFailed) as reason:
        sys.exit(f"Cartable: {reason}")
    except Stopped:
        _say("Cartable stops.")
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        children.stop()


def stop() -> None:
    """`make stop`: ask the `make run` of this folder to stop, then stop servers that were left behind."""
    folder = data_folder()
    with suppress(FileNotFoundError), (folder / "run.lock").open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            os.kill(int(lock.read().split()[0]), signal.SIGTERM)
            fcntl.flock(lock, fcntl.LOCK_SH)
    for servers in (EmbeddedServers(folder), EmbeddedServers(folder / "test")):
        servers.stop()


def chosen_port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise CannotRun(f"PORT must be a number between 1 and 65535, not {text!r}.")
    return int(text)


def check_port(host: str, port: int) -> None:
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((host, port))
        except PermissionError:
            raise CannotRun(f"Port {port} needs more rights: `make run PORT=8001` does not.") from None
        except OSError:
            raise CannotRun(f"Port {port} is taken: try `make run PORT={port + 1}`.") from None


def check_pango() -> None:
    """PDFs are drawn with Pango, which comes from the system and not from a wheel."""
    with suppress(OSError):
        for library in ("libpango-1.0.so.0", "libpangoft2-1.0.so.0"):
            ctypes.CDLL(library)
        return
    try:  # Other systems have other names, which WeasyPrint knows.
        import weasyprint  # noqa: F401
    except OSError:
        raise CannotRun(
            "The Pango library is missing, and PDFs need it. On Debian or Ubuntu: "
            "sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0"
        ) from None


@contextmanager
def only_run(folder: Path, address: str) -> Iterator[None]:
    """One `make run` a data folder; `run.lock` holds its process number and its address."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            other = lock.read().split()[-1:]
            raise CannotRun(
                f"Cartable already runs here, at {''.join(other)}; `make stop` stops it."
            ) from None
        lock.seek(0)
        lock.truncate()
        lock.write(f"{os.getpid()} {address}")
        lock.flush()
        yield


def prepare_files(address: str) -> None:
    """Servers, style sheets and French: what a process needs before it starts."""
    use_embedded_servers()
    os.environ.setdefault("DEBUG", "1")
    os.environ.setdefault("SITE_URL", address)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if build_assets():
        _say("The style sheets are built.")
    build_messages()


def prepare_database() -> None:
    """The tables and, on a database without any campaign, the demo. The web server starts meanwhile."""
    import django
    from django.core.management import call_command
    from django.db import connections

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    if os.environ.get("DEMO") != "0":
        play_demo_once()
    connections.close_all()


def play_demo_once() -> None:
    """The demo, unless there is a campaign. One that was cut short is played again from its beginning."""
    from config.management.commands.demo import Command
    from programmes.models import Campaign

    unfinished = data_folder() / "demo.unfinished"
    if Campaign.objects.exists() and not unfinished.exists():
        return
    _say("The demo is played once, a whole campaign: a minute or two…")
    was_cut_short = unfinished.exists()
    unfinished.touch()
    Command().play(reset=was_cut_short, quiet=False)
    unfinished.unlink()


def start_web(children: Children, host: str, port: int) -> None:
    application = ["--interface", "wsgi", "config.wsgi:application", "--no-ws"]
    size = ["--workers", os.environ.get("WEB_WORKERS", "1"), "--blocking-threads", "4"]
    quiet = ["--log-level", "warning"]
    children.start("web", ["granian", *application, "--host", host, "--port", str(port), *size, *quiet])


def start_workers(children: Children) -> None:
    celery = ["celery", "-A", "config", "-q"]
    lean = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    for name, queues, processes in WORKERS:
        size = ["--concurrency", processes, "-Q", queues]
        worker = [*celery, "worker", "--loglevel", "warning", *lean, *size, "-n", f"{name}@%h"]
        children.start(name, worker, niceness=POLITE if name == "imports" else 0)
    schedule = str(data_folder() / "beat-schedule")
    children.start("beat", [*celery, "beat", "--loglevel", "warning", "--schedule", schedule, "--pidfile="])


def wait_until_ready(children: Children, host: str, port: int) -> None:
    near, limit = HOST if host == "0.0.0.0" else host, time.monotonic() + READY_LIMIT  # noqa: S104
    while time.monotonic() < limit:
        _refuse_if_one_ended(children)
        try:
            with urllib.request.urlopen(f"http://{near}:{port}/livez", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise CannotRun(f"The web server did not answer within {READY_LIMIT} seconds.")


def announce(address: str, seconds: float) -> None:
    from django.core.management import call_command

    from accounts.models import User
    from config.demo import ACCOUNTS

    _say(f"\nCartable is ready in {seconds:.1f} s: {address}/")
    _say(f"Its e-mails arrive at {address}/boite/\n")
    if User.objects.filter(email=ACCOUNTS[0].email).exists():
        call_command("demo", accounts=True)
    _say("\nCtrl-C stops everything.")


def watch(children: Children) -> NoReturn:
    while True:
        _refuse_if_one_ended(children)
        time.sleep(0.5)


def _refuse_if_one_ended(children: Children) -> None:
    ended = children.first_ended()
    if ended:
        raise CannotRun(f"The process “{ended}” ended by itself (see above): everything stops.")


def _stop(number: int, frame: object) -> NoReturn:
    raise Stopped


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    stop() if sys.argv[1:] == ["stop"] else main()
