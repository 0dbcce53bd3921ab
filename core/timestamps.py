"""Asking a time-stamping authority when something existed (RFC 3161). Our own clock never stands in for it."""

import asyncio
import hashlib
import secrets
import urllib.request
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from time import monotonic
from typing import Any, ClassVar
from urllib.error import URLError

from asn1crypto import algos, pem, tsp, x509
from asn1crypto.cms import ContentInfo
from django.conf import settings
from pyhanko.sign.general import extract_certificate_info, extract_signer_info
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError

from core.cms_forms import plain_form


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
        except NoTimestamp:
            raise
        except Exception as error:  # whatever came over the wire, the seal goes on without it
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
    token = _plain(response["time_stamp_token"])  # others' certificates, and what nobody signs, stay outside
    found = read_token(token, digest)
    if found.nonce != nonce:
        raise NoTimestamp("The answer is to another question.")
    if not _is_believed(found.certificate, tuple(found.others), settings.TIMESTAMP_ROOTS):
        raise NoTimestamp("The authority is not one of those in TIMESTAMP_ROOTS.")
    return Token(token, found.at, found.authority)


def _plain(token: ContentInfo) -> bytes:
    signer = extract_certificate_info(token["content"]).signer_cert
    return plain_form(token, signer, roots=_believed(settings.TIMESTAMP_ROOTS))


@lru_cache(maxsize=8)
def _believed(roots: str) -> tuple[bytes, ...]:
    """The certificates of a PEM file, in DER; none when none is named."""
    if not roots:
        return ()
    return tuple(der for _n, _h, der in pem.unarmor(Path(roots).read_bytes(), multiple=True))


@lru_cache(maxsize=8)
def _is_believed(certificate: bytes, others: tuple[bytes, ...], roots: str) -> bool:
    """Whether a time-stamping certificate leads to one of the PEM file `roots`; any does when none is named."""
    if not roots:
        return True
    believed = [x509.Certificate.load(der) for der in _believed(roots)]
    validator = CertificateValidator(
        x509.Certificate.load(certificate),
        intermediate_certs=[x509.Certificate.load(other) for other in others],
        validation_context=ValidationContext(trust_roots=believed, allow_fetching=False),
    )
    try:
        finish(validator.async_validate_usage(set(), {"time_stamping"}))
    except (PathError, ValidationError):
        return False
    return True


def finish(work: Coroutine[Any, Any, Any]) -> Any:
    """Run one of pyHanko's coroutines to its end, also where a loop runs already (a browser test)."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a token says."""

    at: datetime
    authority: str
    nonce: int | None
    certificate: bytes = b""
    others: tuple[bytes, ...] = ()


def read_token(content: bytes, digest: bytes) -> Reading:
    """What a token over this digest says, once its own signature is checked; raises NoTimestamp.

    Whether the authority is one to believe was asked when it answered; `openssl ts -verify` asks it again.
    """
    try:
        return _read(content, digest)
    except NoTimestamp:
        raise
    except Exception as error:  # a token altered at will breaks its readers in any way it likes
        raise NoTimestamp(f"The token cannot be read: {type(error).__name__}.") from error


def _read(content: bytes, digest: bytes) -> Reading:
    found = ContentInfo.load(content, strict=True)
    signed = found["content"]
    info = signed["encap_content_info"]["content"]
    said = info.parsed
    if said["message_imprint"]["hashed_message"].native != digest:
        raise NoTimestamp("The token is about something else.")
    signer, certificates = extract_signer_info(signed), extract_certificate_info(signed)
    certificate = certificates.signer_cert
    algorithm = signer["digest_algorithm"]["algorithm"].native
    actual = hashlib.new(algorithm, bytes(info)).digest()
    if validate_sig_integrity(signer, certificate, "tst_info", actual) != (True, True):
        raise NoTimestamp("The signature of the token does not hold.")
    if _plain(found) != content:
        raise NoTimestamp("The token was altered in what its signature does not cover.")
    return Reading(
        said["gen_time"].native,
        certificate.subject.human_friendly,
        said["nonce"].native,
        certificate.dump(),
        tuple(other.dump() for other in certificates.other_certs),
    )
