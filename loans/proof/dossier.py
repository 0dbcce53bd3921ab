"""« Dossier de preuve »: the proof file, the seal and the chain, as a page says them in plain words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.evidence import first_broken
from core.models import EvidenceAnchor, EvidenceEvent, Seal, StoredFile
from core.seal_keys import names_in
from loans.models import Proof, Signature
from loans.proof.elements import Level, ProofFile


EVENTS: dict[str, Any] = {
    "issued": _("Convention made, under the rules in force"),
    "convention_to_sign": _("Convention sent by e-mail"),
    "convention_reminder": _("Reminder sent by e-mail"),
    "birth_date_right": _("Right date of birth given"),
    "birth_date_wrong": _("Wrong date of birth given"),
    "code_sent": _("Single-use code sent"),
    "code_handed_over": _("Single-use code handed over by an agent"),
    "code_right": _("Right code given"),
    "code_wrong": _("Wrong code given"),
    "link_asked_again": _("New link asked by the family"),
    "link_shared": _("Link shown to another phone"),
    "links_unlocked": _("Link unlocked by the staff"),
    "paper_uploaded": _("Scan received"),
    "paper_rejected": _("Scan rejected"),
    "refused": _("Refused by the family"),
    "opposed": _("Objection of a parent"),
    "opposition_lifted": _("Objection lifted"),
    "left_to_other": _("Left to the other guardian"),
    "followed": _("Followed the pupil to another school"),
    "signed": pgettext_lazy("event", "Signed"),
    "proof_made": _("Proof file made and kept"),
    "document_stored": _("Document sealed and kept"),
    "document_timestamped": _("Time-stamp added to the seal"),
    "superseded": _("Replaced by another convention"),
}
LEVELS: dict[str, Any] = {
    Level.LINK: _("Personal link sent to the address given by the school"),
    Level.BIRTH_DATE: _(
        "Personal link sent to the address given by the school, and the pupil’s date of birth"
    ),
    Level.CODE: _("Personal link, the pupil’s date of birth, and a single-use code"),
    Level.DESK: _("In person, before an agent"),
    Level.PAPER: _("By hand on paper, then compared by an agent"),
}


@dataclass(frozen=True, slots=True)
class ChainLink:
    """One event as drawn: its own digest, and the one it continues."""

    rank: int
    at: datetime
    title: str
    hash: str
    previous_hash: str
    ip_address: str | None


@dataclass(frozen=True, slots=True)
class Dossier:
    """`proof` is the file as kept; `chain` is the stream as it is now, `holds` whether it is unbroken."""

    proof: ProofFile
    file: Proof
    seal: Seal
    level: Any
    chain: list[ChainLink]
    holds: bool
    anchor: EvidenceAnchor | None

    @property
    def sealed_by(self) -> str:
        return names_in(self.seal.certificate_subject)


def dossier_of(signature: Signature) -> Dossier | None:
    """The dossier of a sealed signature; None as long as it is not sealed."""
    kept = Proof.objects.filter(signature=signature).select_related("file").first()
    seal = (
        Seal.objects.filter(document=signature.document_id).select_related("document", "timestamped").first()
    )
    if kept is None or seal is None:
        return None
    proof = ProofFile.model_validate_json(kept.file.read_bytes())
    events = list(EvidenceEvent.objects.filter(stream=proof.chain_stream).order_by("rank"))
    anchors = EvidenceAnchor.objects.filter(up_to__gte=events[-1].pk, token__isnull=False).defer("token")
    return Dossier(
        proof=proof,
        file=kept,
        seal=seal,
        level=LEVELS[proof.signature.level],
        chain=list(links_of(events, {event.rank: event.ip_address for event in proof.chain})),
        holds=first_broken(events) is None,
        anchor=anchors.order_by("number").first(),
    )


def links_of(
    events: list[EvidenceEvent], addresses: Mapping[int, str | None] | None = None
) -> Iterator[ChainLink]:
    """The chain in words; `addresses` by rank, where a proof file tells them."""
    known = addresses or {}
    for event in events:
        title = str(EVENTS.get(event.action, event.action))
        ip_address = known.get(event.rank)
        yield ChainLink(event.rank, event.at, title, event.hash, event.previous_hash, ip_address)


def visible_part(signature: Signature, document: StoredFile) -> bytes:
    """The document as rendered, before its seal and its proof file: the first bytes of the sealed one."""
    kept = Proof.objects.filter(signature=signature).select_related("file").first()
    content = document.read_bytes()
    if kept is None:
        return content
    return content[: ProofFile.model_validate_json(kept.file.read_bytes()).document.size]
