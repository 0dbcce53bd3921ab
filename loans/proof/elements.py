"""What a proof file says, element by element (trust.md §1), and what may not be missing. Pure.

The file is JSON, in English words like an interface between programs; the page « Dossier de preuve » says the same in
French. It names persons: it is inside their own document. The chain of evidence holds none.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from loans.enums import SignatureMethod


Digest = Field(pattern=r"^[0-9a-f]{64}$")


class Level(StrEnum):
    """How sure we are of who signed.

    LINK: held the link sent to the address the school gave. BIRTH_DATE: and knew the pupil's date of birth.
    CODE: and gave the code sent to their phone or address. DESK: stood before an agent. PAPER: signed by hand, and a
    person compared the copy.
    """

    LINK = "link"
    BIRTH_DATE = "link_and_birth_date"
    CODE = "link_birth_date_and_code"
    DESK = "desk"
    PAPER = "paper"


class Element(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AuthoritySigned(Element):
    """Who signed the text for the authority, and by which power; the image's SHA-256, "" without one."""

    name: str = Field(min_length=1)
    title: str
    power: str = Field(min_length=1)
    signed_on: date
    image_sha256: str


class AboutConvention(Element):
    id: str
    reference: str
    authority: str
    programme: str
    campaign: str
    rules_version: str
    text_version: int
    text_sha256: str = Digest
    issued_on: date
    pupil: str
    school: str
    school_uai: str
    authority_signature: AuthoritySigned | None = None


class AboutDocument(Element):
    """The PDF as rendered: the first `size` bytes of the sealed file."""

    rendered_sha256: str = Digest
    size: int = Field(gt=0)


class ImportRun(Element):
    """The school's file the names come from."""

    id: str
    content_sha256: str = Digest
    received_at: datetime
    applied_at: datetime


class Signer(Element):
    """Who signed, as the school's base names them; `identifier` is the base's own number.

    `decision` is the reference of the decision that entrusts the child to the signer, "" for parents and pupils.
    """

    kind: Literal["guardian", "pupil"]
    name: str = Field(min_length=1)
    capacity: str = Field(min_length=1)
    source: str
    scope: str
    identifier: str = Field(min_length=1)
    kinship: str
    import_run: ImportRun | None
    decision: str = ""


class SignatureAct(Element):
    """The act itself. `signed_at` in UTC; `local_time` as the signer's clock had it, in `time_zone`.

    `identity_check` is how the agent at the desk knew the signer.
    """

    method: SignatureMethod
    level: Level
    signed_at: datetime
    local_time: str
    time_zone: str
    locale: str
    consent: str = Field(min_length=1)
    text_sha256: str = Digest
    ip_address: str | None
    user_agent: str
    agent: str | None
    identity_check: str = ""


class LinkUsed(Element):
    """The link, never its secret."""

    id: int
    sent_to: str
    issued_at: datetime
    expires_at: datetime
    first_opened_at: datetime | None


class MessageSent(Element):
    """`answer` is what the mail server said when it accepted; `error` when it did not."""

    message_id: str
    kind: str
    to: str
    state: str
    sent_at: datetime | None
    answer: str
    error: str


class Check(Element):
    """A guard passed or not, never the value given."""

    asked: bool
    right_at: datetime | None
    wrong_count: int


class CodeCheck(Check):
    """`channel` is how the right code had reached the signer: `sms`, `email`, or `paper` from an agent's hand."""

    sent_at: datetime | None
    channel: str = ""


class Event(Element):
    """One link of the chain; who acts is an identifier (`user:…`, `link:…`)."""

    rank: int
    at: datetime
    action: str
    actor: str
    payload: dict[str, Any]
    ip_address: str | None
    user_agent: str
    previous_hash: str = Digest
    hash: str = Digest


class Paper(Element):
    scan_sha256: str = Digest
    uploaded_at: datetime
    reviewed_at: datetime | None


class SealCertificate(Element):
    """The certificate that seals this file with the document; the level reached is in the seal itself."""

    subject: str
    issuer: str
    serial: str
    sha256: str = Digest
    starts_at: datetime
    ends_at: datetime


class ProofFile(Element):
    """The whole file; building it raises pydantic's ValidationError when something is missing (trust 21)."""

    format: Literal["cartable-proof/1"] = "cartable-proof/1"
    made_at: datetime
    convention: AboutConvention
    document: AboutDocument
    signer: Signer
    signature: SignatureAct
    link: LinkUsed | None
    messages: list[MessageSent]
    birth_date: Check
    code: CodeCheck
    paper: Paper | None
    chain_stream: str
    chain: list[Event] = Field(min_length=1)
    seal: SealCertificate

    @model_validator(mode="after")
    def _nothing_is_missing(self) -> Self:
        method = self.signature.method
        if method == SignatureMethod.ELECTRONIC and self.link is None:
            raise ValueError("an electronic signature names its link")
        if method == SignatureMethod.DESK and not self.signature.agent:
            raise ValueError("a signature at the desk names its agent")
        if method == SignatureMethod.PAPER and self.paper is None:
            raise ValueError("a signature on paper names its scan")
        if self.signature.text_sha256 != self.convention.text_sha256:
            raise ValueError("the text signed is the convention's text")
        if not any(event.action == "signed" for event in self.chain):
            raise ValueError("the chain tells of the signature")
        return self

    def as_bytes(self) -> bytes:
        return self.model_dump_json(indent=1).encode()
