"""A provider's API on this machine: keeps what it is asked, and answers as it is told (Brevo's manners)."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

from core.mail_urls import read_mail_url


class Provider:
    """`answers`: what to say to the next requests, (status, headers); accepted when empty. `silent` never answers."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.answers: list[tuple[int, dict[str, str]]] = []
        self.is_silent = False
        self.over = Event()

    @property
    def message_ids(self) -> list[str]:
        return [request["headers"]["Message-ID"] for request in self.requests]


@contextmanager
def mail_provider(settings, **options: str) -> Iterator[Provider]:
    """Serve on a free port for the time of a test, and point Django at it through an `EMAIL_URL`."""
    provider = Provider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    words = "&".join(f"{name}={value}" for name, value in options.items())
    found = read_mail_url(f"brevo://a-key?api=http://127.0.0.1:{server.server_port}/v3/&{words}")
    settings.EMAIL_BACKEND, settings.ANYMAIL = (
        found.values["EMAIL_BACKEND"],
        found.anymail | {"REQUESTS_TIMEOUT": 1},
    )
    settings.EMAIL_RATE = found.rate
    try:
        yield provider
    finally:
        provider.over.set()
        server.shutdown()
        server.server_close()


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            provider.keys.append(self.headers["api-key"])
            provider.requests.append(json.loads(body))
            if provider.is_silent:
                provider.over.wait(30)
                self.close_connection = True
                return
            status, headers = provider.answers.pop(0) if provider.answers else (201, {})
            said = (
                {"messageId": f"<{len(provider.requests)}@provider.test>"}
                if status == 201
                else {"code": "no"}
            )
            self._say(status, headers, json.dumps(said).encode())

        def _say(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            pass

    return Handler
