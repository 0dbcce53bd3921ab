"""Uploaded documents pass a virus scanner that speaks clamd's protocol, over a real socket (N5)."""

import socketserver
import struct
import threading

import pytest

from core.files import store_document
from core.models import StoredFile
from core.refusals import Refused


PDF = b"%PDF-1.7 " + b"a signed convention " * 10_000
VIRUS = b"%PDF-1.7 X5O!P% a file that pretends"


class Clamd(socketserver.BaseRequestHandler):
    """Reads an INSTREAM to its end, and finds a virus where the word says so."""

    def handle(self):
        assert self.read(10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack("!I", self.read(4))[0]:
            content += self.read(size)
        self.server.seen.append(len(content))
        self.request.sendall(self.server.answer(content))

    def read(self, size):
        content = b""
        while len(content) < size:
            content += self.request.recv(size - len(content))
        return content


@pytest.fixture
def clamd(settings):
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd)
    server.seen = []
    server.answer = lambda content: b"stream: Eicar-Test FOUND\0" if b"X5O" in content else b"stream: OK\0"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.VIRUS_SCANNER = f"clamd://127.0.0.1:{server.server_address[1]}"
    yield server
    server.shutdown()
    server.server_close()


def refusal(content):
    with pytest.raises(Refused) as refused:
        store_document(content, kind="paper", name="scan.pdf")
    return refused.value


@pytest.mark.django_db
def test_a_clean_document_is_read_whole_by_the_scanner_then_kept(clamd):
    assert store_document(PDF, kind="paper", name="scan.pdf").size == len(PDF)
    assert clamd.seen == [len(PDF)]


@pytest.mark.django_db
def test_an_infected_document_is_refused_by_name_and_not_kept(clamd):
    refused = refusal(VIRUS)
    assert refused.code == "file_infected"
    assert "Eicar-Test" in refused.sentence
    assert not StoredFile.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("answer", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"nonsense\0"])
def test_a_scanner_that_does_not_answer_clearly_keeps_the_document_out(clamd, answer):
    clamd.answer = lambda content: answer
    assert refusal(PDF).code == "file_unchecked"
    assert not StoredFile.objects.exists()


@pytest.mark.django_db
def test_a_scanner_that_is_down_keeps_the_document_out(clamd, settings):
    clamd.shutdown()
    clamd.server_close()
    assert refusal(PDF).code == "file_unchecked"


@pytest.mark.django_db
def test_without_a_scanner_documents_are_kept(settings):
    assert settings.VIRUS_SCANNER == ""
    assert store_document(PDF, kind="paper", name="scan.pdf").pk
