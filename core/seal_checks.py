"""Whether a sealed PDF is still the one that was sealed. Stricter than a viewer: nothing may be added, even allowed."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from core.cms_forms import plain_form
from core.sealing import TIMESTAMP, Room, room_of, signature_in
from core.timestamps import finish, read_token


@dataclass(frozen=True, slots=True)
class SealReport:
    """`problems` is empty when the seal holds. `level` is « B-T » or « B-B »; `timestamped_at` is the authority's."""

    problems: tuple[str, ...]
    level: str = ""
    certificate_sha256: str = ""
    timestamped_at: datetime | None = None
    authority: str = ""

    @property
    def holds(self) -> bool:
        return not self.problems


def check_seal(content: bytes, *, at: datetime, roots: Iterable[x509.Certificate]) -> SealReport:
    """Judge a sealed PDF as it stood `at` an instant; `roots` are the certificates trusted to have sealed it.

    Our own seals have one signature, over the whole file, which forbids any change: anything else is a problem.
    """
    try:
        room = room_of(content)
        problems = [*_strangers(content, room)]
        status = _validated(content, at, [*roots])
        problems += _problems(status)
        return _report(content, problems, status)
    except Exception as error:  # a file altered at will breaks its readers in any way it likes
        return SealReport((f"The file cannot be read as a sealed PDF: {type(error).__name__}.",))


def _strangers(content: bytes, room: Room) -> Iterable[str]:
    """What no signature covers: bytes after the end, and the room of the signature itself."""
    if len(content) != room.length:
        yield "Bytes were added after the seal, or cut."
    hole = content[room.start : room.end]
    signature = signature_in(content)
    signer = extract_certificate_info(signature["content"]).signer_cert
    digits = plain_form(signature, signer, keep_unsigned=True).hex().upper().encode()
    if hole != b"<" + digits.ljust(len(hole) - 2, b"0") + b">":
        yield "The bytes of the seal itself were altered."


def _validated(content: bytes, at: datetime, roots: list[x509.Certificate]) -> PdfSignatureStatus:
    reader = PdfFileReader(BytesIO(content))
    (signature,) = reader.embedded_signatures
    # the seal's own certificate is pinned; no network: revocation is looked at by those who renew it
    context = ValidationContext(
        trust_roots=roots, moment=at, allow_fetching=False, revocation_mode="soft-fail"
    )
    # whom to trust for the time is `_report`'s business, and `openssl ts -verify`'s
    status: PdfSignatureStatus = finish(
        async_validate_pdf_signature(signature, signer_validation_context=context)
    )
    return status


def _problems(status: PdfSignatureStatus) -> Iterable[str]:
    if not status.intact:
        yield "The document was altered: its digest is not the one sealed."
    if not status.valid:
        yield "The signature of the seal does not hold."
    if not status.trusted:
        yield "The certificate of the seal is not one of ours, or was not valid then."
    if status.coverage != SignatureCoverageLevel.ENTIRE_FILE:
        yield "The seal does not cover the whole file."
    if not status.docmdp_ok:
        yield "The document was changed after the seal."


def _report(content: bytes, problems: list[str], status: PdfSignatureStatus) -> SealReport:
    certificate = status.signing_cert.sha256.hex()
    signer = signature_in(content)["content"]["signer_infos"][0]
    unsigned = signer["unsigned_attrs"]
    if not unsigned:
        return SealReport(tuple(problems), "B-B", certificate)
    (attribute,) = unsigned
    if attribute["type"].native != TIMESTAMP or len(attribute["values"]) != 1:
        return SealReport((*problems, "The seal holds more than a time-stamp."), "B-B", certificate)
    said = read_token(attribute["values"][0].dump(), hashlib.sha256(signer["signature"].native).digest())
    return SealReport(tuple(problems), "B-T", certificate, said.at.astimezone(UTC), said.authority)
