"""A real time-stamping authority over HTTP (RFC 3161): `openssl ts` answers, and misbehaves when told to."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


CONFIG = """
[tsa]
default_tsa = own
[own]
dir = {folder}
serial = $dir/serial
crypto_device = builtin
signer_cert = $dir/tsa.pem
certs = $dir/root.pem
signer_key = $dir/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
"""


class Authority:
    """`mood` is `well`, `refusing` (503), `page` (HTML), `garbage`, `mute` (answers well, but after a minute: who waits
    for it has a time), or `parrot` (says again its first answer). `asked` counts the questions. `root` is the
    certificate to believe.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.mood, self.asked = folder, "well", 0
        self.first: bytes | None = None
        self.stop = threading.Event()
        make_certificates(folder)
        (folder / "serial").write_text("01\n")
        (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))
        self.lock = threading.Lock()

    @property
    def root(self) -> Path:
        return self.folder / "root.pem"

    def answer(self, query: bytes) -> bytes:
        with self.lock:  # one serial number at a time
            (self.folder / "query.tsq").write_bytes(query)
            command = ["openssl", "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query.tsq"]
            done = subprocess.run(command, cwd=self.folder, capture_output=True, check=True)
        self.first = self.first or done.stdout
        return self.first if self.mood == "parrot" else done.stdout

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        self.asked += 1
        query = handler.rfile.read(int(handler.headers["Content-Length"]))
        if self.mood == "mute":
            self.stop.wait(60)
        if self.mood == "refusing" or self.stop.is_set():
            handler.send_error(503)
            return
        kind = "text/html" if self.mood == "page" else "application/timestamp-reply"
        content = {"page": b"<p>Maintenance</p>", "garbage": b"0\x03junk"}.get(self.mood) or self.answer(
            query
        )
        handler.send_response(200)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)


@contextmanager
def time_authority(folder: Path, settings: Any) -> Iterator[Authority]:
    """Serve on a free port for the time of a test, and name it in the settings."""
    authority = Authority(folder)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            authority.serve(self)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    settings.TIMESTAMP_URL = f"http://127.0.0.1:{server.server_port}/"
    settings.TIMESTAMP_ROOTS = str(authority.root)
    try:
        yield authority
    finally:
        authority.stop.set()
        server.shutdown()
        server.server_close()


def make_certificates(folder: Path) -> None:
    for name, content in certificates().items():
        (folder / name).write_bytes(content)


@cache
def certificates() -> dict[str, bytes]:
    """A root and, under it, the authority's own certificate, for nothing but time-stamps; made once for a run."""
    root_key, key = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
    root = certificate_named("TEST – racine d’horodatage", root_key, None, root_key)
    leaf = certificate_named("TEST – horodatage", key, root, root_key)
    plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    root_pem, leaf_pem = (one.public_bytes(Encoding.PEM) for one in (root, leaf))
    return {"root.pem": root_pem, "tsa.pem": leaf_pem, "tsa.key": plain}


def certificate_named(
    name: str, key: Any, issuer: x509.Certificate | None, issuer_key: Any
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=3650))
        .not_valid_after(now + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    if issuer:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(usage, critical=True)
    return builder.sign(issuer_key, hashes.SHA256())
