"""Real HTTP servers on this machine that speak as SIECLE NetSynchro, SYGNE and FREGATA do, and fail as they do.

`FakeServices.faults` is a queue: each request takes the next one, if any, instead of the true answer.
"""

import hashlib
import hmac
import io
import json
import time
import zipfile
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, unquote, urlsplit

from schools.fictitious.fregata import fregata_answer
from schools.fictitious.region import FictitiousSchool
from schools.fictitious.siecle import school_documents
from schools.fictitious.sygne import sygne_answer


EXPORTS = {
    "sco-eleves-adr": "ElevesAvecAdresses",
    "sco-responsables-adr": "ResponsablesAvecAdresses",
    "sco-nomenclatures": "Nomenclature",
    "sco-structures": "Structures",
}
KEY, SECRET = "cartable-essai", "secret-d-essai"
MADE_AT = datetime(2026, 9, 8, 5, 12, 44)
Answer = Callable[["Handler"], None]


@dataclass
class FakeServices:
    """What the three services know and what befell them. `asked` has « METHOD path » of each request, in order."""

    schools: dict[str, FictitiousSchool]
    year: int = 2026
    address: str = ""
    faults: list[Answer] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)

    def end_tokens(self) -> None:
        """All the tokens given so far are refused from now on."""
        self.tokens.clear()


class Handler(BaseHTTPRequestHandler):
    """One request; `services` is set on the class by `serving`."""

    services: FakeServices
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.serve("GET")

    def do_POST(self):
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.serve("POST")

    def serve(self, method: str) -> None:
        self.services.asked.append(f"{method} {self.path}")
        self.services.headers.append(dict(self.headers))
        if self.services.faults:
            self.services.faults.pop(0)(self)
            return
        path = urlsplit(self.path).path
        if "/flux-netsync/" in path:
            self.netsynchro(path.split("/"))
        elif path.endswith("/oauth2/token"):
            self.token()
        elif path.endswith("/eleves"):
            self.sygne(path.split("/")[-2])
        elif path.endswith("/inscriptions"):
            self.fregata()
        else:
            self.answer(404, b"")

    def netsynchro(self, parts: list[str]) -> None:
        flow, uai, year = parts[-3:]
        if self.headers.get("Authorization") != "Basic " + b64encode(f"{KEY}:{SECRET}".encode()).decode():
            self.answer(401, b"")
        elif int(year) != self.services.year or uai not in self.services.schools:
            self.answer(200, error_document(), "application/xml")
        else:
            documents = school_documents(self.services.schools[uai], year=self.services.year, at=MADE_AT)
            data = documents[EXPORTS[flow]]
            zipped = self.headers.get("Compression-Zip") == "true"
            self.answer(200, as_zip(f"{EXPORTS[flow]}.xml", data) if zipped else data, "application/zip")

    def token(self) -> None:
        given = b64decode(self.headers.get("Authorization", "").removeprefix("Basic ")).decode()
        if given != f"{KEY}:{SECRET}" or parse_qs(self.body.decode())["grant_type"] != ["client_credentials"]:
            self.answer(401, b'{"error":"invalid_client"}')
            return
        self.services.tokens.append(f"jeton-{len(self.services.asked)}")
        self.answer(200, json.dumps({"access_token": self.services.tokens[-1], "expires_in": 300}).encode())

    def sygne(self, uai: str) -> None:
        query = parse_qs(urlsplit(self.path).query)
        if self.headers.get("Authorization", "").removeprefix("Bearer ") not in self.services.tokens:
            self.answer(401, b'{"error":"invalid_token"}')
        elif uai not in self.services.schools:
            self.answer(404, b"")
        else:
            school = self.services.schools[uai]
            body = sygne_answer(school, year=self.services.year, status=query["statut"][0])
            self.answer(200, body if query["annee-scolaire"] == [str(self.services.year)] else b"[]")

    def fregata(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        uai = query["rne"][0]
        if not self.is_signed():
            self.answer(403, b"")
        elif query["anneeScolaireId"] != [str(self.services.year - 1996)] or uai not in self.services.schools:
            self.answer(200, b"[]")
        else:
            self.answer(200, fregata_answer(self.services.schools[uai], year=self.services.year))

    def is_signed(self) -> bool:
        """As written in the protocol, not as our client writes it."""
        words = dict(
            word.split("=", 1)
            for word in self.headers.get("Authorization", "").removeprefix("Signature ").split(",")
        )
        digest = hmac.new(SECRET.encode(), f"date: {self.headers['Date']}".encode(), hashlib.sha1).digest()
        given = b64decode(unquote(words.get("signature", "")))
        return words.get("keyId") == KEY and words.get("algorithm") == "hmac-sha1" and given == digest

    def answer(self, status: int, body: bytes, kind: str = "application/json", **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Nothing on the terminal."""


def fails(status: int, body: bytes = b"", **headers: str) -> Answer:
    """That status, with headers such as Retry_After."""
    return lambda handler: handler.answer(status, body, **headers)


def says(body: bytes, kind: str = "application/xml") -> Answer:
    """A 200 with that body."""
    return lambda handler: handler.answer(200, body, kind)


def cuts(handler: Handler) -> None:
    """Promises a thousand bytes and hangs up after ten."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"<BEE_ELEVE")
    handler.close_connection = True


def never_ends(handler: Handler) -> None:
    """Sends without stopping, until the client has had enough."""
    handler.send_response(200)
    handler.end_headers()
    handler.close_connection = True
    try:
        while True:
            handler.wfile.write(b"<ELEVE/>" * 8192)
    except OSError:
        return


def hangs_up(handler: Handler) -> None:
    """Closes without a word."""
    handler.close_connection = True


def drips(handler: Handler) -> None:
    """A byte now and then, until the client has had enough: no single wait is long."""
    handler.send_response(200)
    handler.end_headers()
    handler.close_connection = True
    try:
        while True:
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.01)
    except OSError:
        return


def error_document(kind: str = "METIER") -> bytes:
    """What NetSynchro answers, with a 200, when it has no export to give."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<erreur><code>ERREUR_TRAITEMENT</code>'
        f"<message>Année scolaire non ouverte</message><type>{kind}</type></erreur>"
    ).encode()


def as_zip(name: str, data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return buffer.getvalue()


@contextmanager
def serving(schools: list[FictitiousSchool]) -> Iterator[FakeServices]:
    """The three services at one address, for as long as the block."""
    services = FakeServices({school.uai: school for school in schools})
    handler = type("OurHandler", (Handler,), {"services": services})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    services.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield services
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
