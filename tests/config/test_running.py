"""`make run`, with real processes: a page at the end, one sentence when it cannot, nothing left after Ctrl-C."""

import signal
import socket
import urllib.request
from pathlib import Path

import pytest

from tests.config.processes import left_in, start


@pytest.fixture
def free_port():
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


def run(folder: Path, port: int | str):
    return start("-m", "config.running", folder=folder, PORT=str(port), DEMO="0")


def address_when_ready(process) -> str:
    for line in process.stdout:
        if "Cartable is ready in" in line:
            return line.rsplit(" ", 1)[1].strip()
    raise AssertionError("make run ended before it was ready")


def page(address: str) -> str:
    with urllib.request.urlopen(address, timeout=20) as answer:
        return answer.read().decode()


def test_run_serves_pages_then_ctrl_c_leaves_no_process(tmp_path, free_port):
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


def test_a_taken_port_is_one_sentence_and_no_traceback(tmp_path):
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        port = door.getsockname()[1]
        process = run(tmp_path, port)
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert said == f"Cartable: Port {port} is taken: try `make run PORT={port + 1}`.\n"


def test_a_port_that_is_no_number_is_one_sentence(tmp_path):
    process = run(tmp_path, "web")
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert said == "Cartable: PORT must be a number between 1 and 65535, not 'web'.\n"
