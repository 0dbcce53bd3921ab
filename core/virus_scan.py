"""The door every uploaded document passes: a virus scanner, if the region runs one.

The port is one function; the adapter speaks clamd's INSTREAM over TCP (`VIRUS_SCANNER=clamd://clamav:3310`). A scanner
that does not answer keeps the file out: nobody's document is opened unchecked, and the sender is told to try again.
"""

from __future__ import annotations

import socket
import struct
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from core.refusals import Refused


PATIENCE = 30  # seconds; a large PDF takes a few
CHUNK = 64 * 1024
PORT = 3310
ANSWER_LIMIT = 4096


def refuse_infected(content: bytes) -> None:
    """Nothing for a clean file, or when no scanner is configured.

    Raises Refused: `file_infected`, or `file_unchecked` when the scanner cannot be asked.
    """
    if not settings.VIRUS_SCANNER:
        return
    try:
        found = _ask_clamd(settings.VIRUS_SCANNER, content)
    except OSError as error:
        raise Refused(
            "file_unchecked",
            _(
                "The file could not be checked for viruses just now. Nothing is kept: send it again in ten minutes."
            ),
        ) from error
    if found:
        raise Refused(
            "file_infected",
            _(
                "This file holds a virus (%(name)s). It is not kept. Scan the document again from a sound machine."
            )
            % {"name": found},
        )


def _ask_clamd(address: str, content: bytes) -> str:
    """The name of the virus, or "". Raises OSError for anything but a clear answer."""
    place = urlsplit(address)
    with socket.create_connection((place.hostname or "", place.port or PORT), timeout=PATIENCE) as line:
        line.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), CHUNK):
            piece = content[start : start + CHUNK]
            line.sendall(struct.pack("!I", len(piece)) + piece)
        line.sendall(struct.pack("!I", 0))
        answer = _whole_answer(line)
    if answer.endswith("OK"):
        return ""
    if answer.endswith("FOUND"):
        return answer.removeprefix("stream:").removesuffix("FOUND").strip()
    raise OSError(f"clamd: {answer or 'no answer'}")


def _whole_answer(line: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < ANSWER_LIMIT:
        piece = line.recv(ANSWER_LIMIT)
        if not piece:
            break
        answer += piece
    return answer.rstrip(b"\0").decode("utf-8", "replace").strip()
