"""A provider of text messages on this machine, which speaks Brevo's protocol and fails on demand."""

import json
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread


KEY = "xkeysib-essai"


class SmsProvider:
    """`texts` it accepted; `faults`, answers to give first: a status, bytes to send raw, or a silence in seconds."""

    def __init__(self):
        self.texts, self.headers, self.faults = [], [], []


def _handler(provider):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            provider.headers.append(dict(self.headers))
            if provider.faults:
                self.fail(provider.faults.pop(0))
            elif self.path != "/v3/transactionalSMS/send" or self.headers.get("api-key") != KEY:
                self.answer(401, {"code": "unauthorized", "message": "Key not found"})
            elif not asked["recipient"].isdecimal() or len(asked["sender"]) > 11:
                self.answer(400, {"code": "invalid_parameter", "message": "Invalid telephone number"})
            else:
                provider.texts.append(asked)
                self.answer(201, {"messageId": 1511882900176220 + len(provider.texts), "reference": "ab1c"})

        def fail(self, fault):
            if isinstance(fault, float):
                Event().wait(fault)
            elif isinstance(fault, bytes):
                self.wfile.write(fault)
            else:
                self.answer(fault, {"code": "trouble", "message": "On demand"})

        def answer(self, status, said):
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words):
            """Not in the output of the tests."""

    return Handler


@contextmanager
def sms_provider(settings):
    """One that runs, and `SMS_URL` naming it."""
    provider = SmsProvider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider))
    Thread(target=server.serve_forever, daemon=True).start()
    settings.SMS_URL = f"brevo+http://{KEY}@127.0.0.1:{server.server_port}?sender=Region"
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
