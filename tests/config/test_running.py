"""`make run`, with real processes: a page at the end, one sentence when it cannot, nothing left after Ctrl-C."""

import ctypes
import signal
import socket
import sys
import urllib.request
from pathlib import Path

import psutil
import pytest

from config.running import CannotRun, check_pango
from tests.config.processes import children_in, left_in, start


@pytest.fixture
def free_port():
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


@pytest.fixture
def run():
    """Starts `make run` in a folder; what a failing test leaves running is stopped."""
    started = []

    def begin(folder: Path, port: int | str):
        started.append(start("-m", "config.running", folder=folder, PORT=str(port), DEMO="0"))
        return started[-1]

    yield begin
    for process in started:
        if process.poll() is None:
            process.terminate()
            process.communicate(timeout=60)


def address_when_ready(process) -> str:
    said = []
    for line in process.stdout:
        said.append(line)
        if "Cartable is ready in" in line:
            return line.rsplit(" ", 1)[1].strip()
    raise AssertionError(f"make run ended before it was ready: {''.join(said)}")


def page(address: str) -> str:
    with urllib.request.urlopen(address, timeout=20) as answer:
        return answer.read().decode()


def test_run_serves_pages_then_ctrl_c_leaves_no_process(run, tmp_path, free_port):
    process = run(tmp_path, free_port)
    address = address_when_ready(process)
    assert address == f"http://127.0.0.1:{free_port}/"
    assert page(f"{address}livez") == "ok"
    assert '"state": "ready"' in page(f"{address}readyz")
    assert "dist/public.css" in page(address)
    assert page(f"{address}static/dist/public.css")
    assert "Boîte de réception" in page(f"{address}boite/")
    again = run(tmp_path, free_port)
    said, _ = again.communicate(timeout=60)
    assert again.returncode == 1
    assert said == f"Cartable: Cartable already runs here, at {address}; `make stop` stops it.\n"
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Traceback" not in said
    assert left_in(tmp_path) == []


def test_a_taken_port_is_one_sentence_and_no_traceback(run, tmp_path):
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        port = door.getsockname()[1]
        process = run(tmp_path, port)
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert said == f"Cartable: Port {port} is taken: try `make run PORT={port + 1}`.\n"


def test_after_a_kill_9_the_children_end_by_themselves_and_stop_ends_the_servers(run, tmp_path, free_port):
    process = run(tmp_path, free_port)
    address_when_ready(process)
    servers = {"config.smtp_sink", "postgres", "valkey-server"}
    children = children_in(tmp_path, but=servers, parent=process.pid)
    assert children
    process.kill()
    process.communicate()
    _, alive = psutil.wait_procs(children, timeout=60)
    assert alive == []
    running = children_in(tmp_path, but=set(), parent=process.pid)
    assert running
    start("-m", "config.running", "stop", folder=tmp_path).communicate(timeout=60)
    _, alive = psutil.wait_procs(running, timeout=60)  # a server takes its mark away, then ends
    assert alive == []


def test_missing_pango_is_one_sentence_that_names_the_packages(tmp_path, monkeypatch):
    def no_library(name):
        raise OSError(name)

    (tmp_path / "weasyprint.py").write_text("raise OSError('cannot load library libpango-1.0-0')")
    monkeypatch.setattr(ctypes, "CDLL", no_library)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    with pytest.raises(CannotRun, match=r"apt-get install libpango-1\.0-0 libpangoft2-1\.0-0"):
        check_pango()


def test_a_port_that_is_no_number_is_one_sentence(run, tmp_path):
    process = run(tmp_path, "web")
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert said == "Cartable: PORT must be a number between 1 and 65535, not 'web'.\n"
