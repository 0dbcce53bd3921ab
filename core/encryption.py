"""Bytes encrypted at rest: AES-256-GCM in pieces, under keys that can be changed.

    magic 5 · flags 1 · key id 8 · salt 32 · piece, piece, … (1 MiB each, + 16 bytes of authentication)

Each file has a key of its own, drawn from the salt and the main key (HKDF-SHA256), so a nonce is never used twice. A
piece is numbered and the last one is marked: none can be moved, repeated or cut off. The header and `label` (SHA-256
of the clear bytes) are authenticated with every piece: a file put in the place of another does not open.

`settings.FILES_KEYS`: the first key encrypts, all decrypt; that is how they are changed (docs/operations.md).
"""

import hashlib
import io
import secrets
import struct
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


MAGIC = b"CTBL\x01"
HEADER = struct.Struct(">5sB8s32s")
COMPRESSED = 0x01
PIECE = 1024 * 1024
TAG = 16
_NONCE = struct.Struct(">7xIB")


class CannotDecrypt(Exception):
    """These bytes are damaged, or the key they were encrypted with is not in FILES_KEYS any more."""


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def encrypt(clear: bytes, *, label: str, compress: bool = False) -> bytes:
    """The envelope of these bytes under the first key; `compress` pays for text, not for PDFs and images."""
    salt = secrets.token_bytes(32)
    header = HEADER.pack(MAGIC, COMPRESSED if compress else 0, bytes.fromhex(present_key_id()), salt)
    cipher = _cipher(settings.FILES_KEYS[0], salt)
    payload = memoryview(zlib.compress(clear, 1) if compress else clear)
    sealed = io.BytesIO()
    sealed.write(header)
    count = max(1, -(-len(payload) // PIECE))
    for number in range(count):
        piece = payload[number * PIECE : (number + 1) * PIECE]
        nonce = _NONCE.pack(number, number == count - 1)
        sealed.write(cipher.encrypt(nonce, piece, header + label.encode()))
    return sealed.getvalue()


def decrypt(sealed: Readable, *, label: str) -> bytes:
    """The clear bytes of an envelope, read piece by piece. Raises CannotDecrypt."""
    header = sealed.read(HEADER.size)
    if len(header) < HEADER.size or not is_encrypted(header):
        raise CannotDecrypt("This is no envelope of ours.")
    _magic, flags, key_id, salt = HEADER.unpack(header)
    cipher = _cipher(_key_named(key_id.hex()), salt)
    pieces = _opened(sealed, cipher, header + label.encode())
    return _inflated(pieces) if flags & COMPRESSED else b"".join(pieces)


def is_encrypted(beginning: bytes) -> bool:
    """Whether a file that begins so is an envelope; those kept before encryption came are not."""
    return beginning.startswith(MAGIC)


def encrypt_text(clear: str, *, label: str) -> str:
    """A secret for a column of the database; `label` says what it is, and must be given again to read it."""
    return urlsafe_b64encode(encrypt(clear.encode(), label=label)).decode()


def decrypt_text(sealed: str, *, label: str) -> str:
    """Raises CannotDecrypt."""
    return decrypt(io.BytesIO(urlsafe_b64decode(sealed)), label=label).decode()


def is_under_present_key(sealed: str) -> bool:
    """Whether a secret of the database needs not be encrypted again."""
    return HEADER.unpack(urlsafe_b64decode(sealed)[: HEADER.size])[2].hex() == present_key_id()


def present_key_id() -> str:
    """Of the key that encrypts now: what a row notes, so that the files of older keys can be found."""
    return _key_id(settings.FILES_KEYS[0])


def _key_id(key: bytes) -> str:
    return hashlib.sha256(b"cartable key id" + key).hexdigest()[:16]


def _key_named(key_id: str) -> bytes:
    for key in settings.FILES_KEYS:
        if _key_id(key) == key_id:
            return bytes(key)
    raise CannotDecrypt(f"No key of FILES_KEYS is the key {key_id}.")


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), length=32, salt=salt, info=b"cartable file").derive(key))


def _opened(sealed: Readable, cipher: AESGCM, context: bytes) -> Iterator[bytes]:
    number, piece = 0, sealed.read(PIECE + TAG)
    while True:
        following = sealed.read(PIECE + TAG)
        try:
            yield cipher.decrypt(_NONCE.pack(number, not following), piece, context)
        except InvalidTag as error:
            raise CannotDecrypt("The bytes were changed, cut or put in the place of others.") from error
        if not following:
            return
        number, piece = number + 1, following


def _inflated(pieces: Iterator[bytes]) -> bytes:
    clear, stream = io.BytesIO(), zlib.decompressobj()
    for piece in pieces:
        clear.write(stream.decompress(piece))
    clear.write(stream.flush())
    return clear.getvalue()
