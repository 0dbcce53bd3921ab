"""Asking a time-stamping authority when something existed (RFC 3161). Our own clock never stands in for it."""

import hashlib
import secrets
import urllib.request
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import ClassVar
from urllib.error import URLError

from asn1crypto import algos, tsp
from asn1crypto.cms import ContentInfo
from django.conf import settings
from pyhanko.sign.general import extract_certificate_info, extract_signer_info
from pyhanko.sign.validation.generic_cms import validate_sig_integrity


LONGEST_ANSWER = 64 * 1024  # bytes
PAUSE = 120  # seconds without asking again, after an authority failed


class NoTimestamp(Exception):
    """The authority did not answer, refused, or its answer does not hold; the sentence says which."""


@dataclass(frozen=True, slots=True)
class Token:
    """A time-stamp token: `at` is the authority's own instant, `authority` the subject of its certificate."""

    content: bytes
    at: datetime
    authority: str

    @property
    def as_cms(self) -> ContentInfo:
        return ContentInfo.load(self.content)


@dataclass(frozen=True, slots=True)
class TimeAuthority:
    """One authority, by HTTP. `timeout` in seconds bounds each wait for the network."""

    url: str
    timeout: float = 5
    silent_until: ClassVar[dict[str, float]] = {}

    def stamp(self, digest: bytes, *, patiently: bool = True) -> Token:
        """A token over a SHA-256 digest; not `patiently`, an authority that just failed is not asked again for a while.

        Raises NoTimestamp.
        """
        if not patiently and monotonic() < self.silent_until.get(self.url, 0):
            raise NoTimestamp("The authority failed a moment ago.")
        try:
            token = self._ask(digest)
        except NoTimestamp:
            self.silent_until[self.url] = monotonic() + PAUSE
            raise
        self.silent_until.pop(self.url, None)
        return token

    def _ask(self, digest: bytes) -> Token:
        nonce = secrets.randbits(63)
        query = tsp.TimeStampReq(
            {
                "version": 1,
                "message_imprint": imprint_of(digest),
                "nonce": nonce,
                "cert_req": True,
            }
        )
        answer = self._post(query.dump())
        try:
            return _checked(answer, digest, nonce)
        except (ValueError, TypeError, KeyError, LookupError) as error:
            raise NoTimestamp(f"The answer cannot be read: {error}") from error

    def _post(self, query: bytes) -> bytes:
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        request = urllib.request.Request(self.url, data=query, headers=headers, method="POST")  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=self.timeout) as response:  # noqa: S310
                if response.headers.get_content_type() != "application/timestamp-reply":
                    raise NoTimestamp("The answer is no time-stamp.")
                return bytes(response.read(LONGEST_ANSWER))
        except (URLError, OSError) as error:
            raise NoTimestamp(f"The authority does not answer: {error}") from error


def authority() -> TimeAuthority | None:
    """The authority of the settings; None when the region has none."""
    url = settings.TIMESTAMP_URL
    return TimeAuthority(url, settings.TIMESTAMP_TIMEOUT) if url else None


def imprint_of(digest: bytes) -> tsp.MessageImprint:
    algorithm = algos.DigestAlgorithm({"algorithm": "sha256"})
    return tsp.MessageImprint({"hash_algorithm": algorithm, "hashed_message": digest})


def _checked(answer: bytes, digest: bytes, nonce: int) -> Token:
    response = tsp.TimeStampResp.load(answer, strict=True)
    status = response["status"]["status"].native
    if status not in ("granted", "granted_with_mods"):
        raise NoTimestamp(f"The authority refused: {status}.")
    token = response["time_stamp_token"]
    if read_token(token.dump(), digest).nonce != nonce:
        raise NoTimestamp("The answer is to another question.")
    found = read_token(token.dump(), digest)
    return Token(token.dump(), found.at, found.authority)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a token says."""

    at: datetime
    authority: str
    nonce: int | None


def read_token(content: bytes, digest: bytes) -> Reading:
    """What a token over this digest says, once its own signature is checked; raises NoTimestamp or ValueError.

    Whether the authority is one to trust is asked by `openssl ts -verify`, or by `core.seal_checks`.
    """
    signed = ContentInfo.load(content, strict=True)["content"]
    info = signed["encap_content_info"]["content"]
    said = info.parsed
    if said["message_imprint"]["hashed_message"].native != digest:
        raise NoTimestamp("The token is about something else.")
    signer, certificate = extract_signer_info(signed), extract_certificate_info(signed).signer_cert
    algorithm = signer["digest_algorithm"]["algorithm"].native
    actual = hashlib.new(algorithm, bytes(info)).digest()
    if validate_sig_integrity(signer, certificate, "tst_info", actual) != (True, True):
        raise NoTimestamp("The signature of the token does not hold.")
    return Reading(said["gen_time"].native, certificate.subject.human_friendly, said["nonce"].native)
