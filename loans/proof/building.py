"""The proof file of a signature, from recorded rows and nothing else."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from core.evidence import first_broken
from core.models import EvidenceEvent, Message, TextMessage
from core.seal_keys import Certificate
from loans.addresses import key_of
from loans.documents import CAPACITIES
from loans.enums import CodeChannel, SignatureMethod, SignerCapacity
from loans.models import (
    AuthoritySignature,
    Convention,
    ConventionText,
    PaperCopy,
    Signature,
    SigningCode,
    SigningLink,
)
from loans.proof.elements import (
    AboutConvention,
    AboutDocument,
    AuthoritySigned,
    Check,
    CodeCheck,
    Event,
    ImportRun,
    Level,
    LinkUsed,
    MessageSent,
    Paper,
    ProofFile,
    SealCertificate,
    SignatureAct,
    Signer,
)
from loans.texts import sections_sha256
from schools.enums import ImportState
from schools.models import EnrolmentImport, Guardianship


class ProofRefused(Exception):
    """The records do not prove the signature: the chain is broken, or the text is not the one signed."""


def build_proof(
    *,
    signature: Signature,
    convention: Convention,
    rendered: bytes,
    certificate: Certificate,
    at: datetime,
) -> ProofFile:
    """Everything recorded about how this convention was signed.

    Raises ProofRefused when the records contradict one another, pydantic's ValidationError when one is missing.
    """
    events = _events(convention)
    link = _link_of(signature, events)
    own = _own(events, signature, link)
    return ProofFile(
        made_at=at,
        convention=_about(convention, signature.text or convention.text),
        document=AboutDocument(rendered_sha256=hashlib.sha256(rendered).hexdigest(), size=len(rendered)),
        signer=_signer(signature, convention),
        signature=_act(signature, own),
        link=_link(link),
        messages=[_message(row) for row in _messages(convention, link)] + _texts(signature, convention),
        birth_date=_check(own, "birth_date"),
        code=_code(own),
        paper=_paper(signature, convention),
        chain_stream=convention.stream,
        chain=[_event(event, is_own=event in own) for event in events],
        seal=SealCertificate(
            subject=certificate.subject,
            issuer=certificate.issuer,
            serial=certificate.serial,
            sha256=certificate.sha256,
            starts_at=certificate.starts_at,
            ends_at=certificate.ends_at,
        ),
    )


def _events(convention: Convention) -> list[EvidenceEvent]:
    events = list(
        EvidenceEvent.objects.filter(stream=convention.stream).select_related("trace").order_by("rank")
    )
    broken = first_broken(events)
    if broken:
        raise ProofRefused(f"The chain {convention.stream} is broken at {broken.rank}.")
    return events


def _own(events: list[EvidenceEvent], signature: Signature, link: SigningLink | None) -> list[EvidenceEvent]:
    """What this signer did by the link that signed; before an agent or on paper, by any of theirs, and the staff."""
    if link:
        return [event for event in events if event.actor == f"link:{link.pk}"]
    links = SigningLink.objects.filter(convention=signature.convention_id, guardian=signature.guardian_id)
    mine = {f"link:{pk}" for pk in links.values_list("pk", flat=True)}
    return [event for event in events if event.actor in mine or not event.actor.startswith("link:")]


def _about(convention: Convention, text: ConventionText) -> AboutConvention:
    campaign, school = convention.campaign, convention.enrolment.school
    if sections_sha256(text.sections) != text.sha256:
        raise ProofRefused(f"The text {text.pk} is not the one its digest tells of.")
    return AboutConvention(
        id=str(convention.public_id),
        reference=convention.reference,
        authority=campaign.programme.region_name,
        programme=campaign.programme.name,
        campaign=campaign.slug,
        rules_version=str(text.rules),
        text_version=text.number,
        text_sha256=text.sha256,
        issued_on=convention.issued_on,
        pupil=convention.pupil.full_name,
        school=school.name,
        school_uai=school.uai,
        authority_signature=_authority_signed(text.authority_signature),
    )


def _authority_signed(signature: AuthoritySignature | None) -> AuthoritySigned | None:
    if signature is None:
        return None
    return AuthoritySigned(
        name=signature.signer_name,
        title=signature.signer_title,
        power=signature.power,
        signed_on=signature.signed_on,
        image_sha256=signature.image.sha256 if signature.image else "",
    )


def _signer(signature: Signature, convention: Convention) -> Signer:
    guardian, pupil = signature.guardian, convention.pupil
    run = _import_run(signature, convention)
    if guardian is None:
        return Signer(
            kind="pupil",
            name=signature.signer_name,
            capacity=CAPACITIES[SignerCapacity.PUPIL],
            source="ine",
            scope="",
            identifier=pupil.ine or str(pupil.public_id),
            kinship="",
            import_run=run,
        )
    link = Guardianship.objects.filter(pupil=pupil, guardian=guardian).first()
    return Signer(
        kind="guardian",
        name=signature.signer_name,
        capacity=CAPACITIES[SignerCapacity(signature.capacity)],
        decision=signature.decision_reference,
        source=guardian.source,
        scope=guardian.scope,
        identifier=guardian.identifier,
        kinship=link.kinship if link else "",
        import_run=run,
    )


def _import_run(signature: Signature, convention: Convention) -> ImportRun | None:
    """The school's last file applied before the signature; none where pupils were entered by hand."""
    run = (
        EnrolmentImport.objects.filter(
            school=convention.enrolment.school_id,
            campaign=convention.campaign_id,
            state=ImportState.APPLIED,
            applied_at__lte=signature.signed_at,
        )
        .order_by("-applied_at")
        .first()
    )
    if run is None or run.applied_at is None:
        return None
    return ImportRun(
        id=str(run.public_id),
        content_sha256=run.content_sha256,
        received_at=run.received_at,
        applied_at=run.applied_at,
    )


def _act(signature: Signature, events: list[EvidenceEvent]) -> SignatureAct:
    local = timezone.localtime(signature.signed_at)
    return SignatureAct(
        method=SignatureMethod(signature.method),
        level=level_of(signature.method, {event.action for event in events}),
        signed_at=signature.signed_at,
        local_time=local.isoformat(),
        time_zone=timezone.get_default_timezone_name(),
        locale=_language_read(events),
        consent=signature.consent,
        text_sha256=signature.text_sha256,
        ip_address=signature.ip_address,
        user_agent=signature.user_agent,
        agent=f"user:{signature.agent.public_id}" if signature.agent else None,
        identity_check=signature.identity_check,
    )


def _language_read(events: list[EvidenceEvent]) -> str:
    """The language of the summary shown beside the French text, as the signing event has it; French on paper."""
    signed = [event.payload.get("language") for event in events if event.action == "signed"]
    return str(signed[-1] or "fr") if signed else "fr"


def level_of(method: str, actions: set[str]) -> Level:
    """The level reached, from how it was signed and which guards were passed."""
    if method == SignatureMethod.DESK:
        return Level.DESK
    if method == SignatureMethod.PAPER:
        return Level.PAPER
    if "birth_date_right" not in actions:
        return Level.LINK
    return Level.CODE if "code_right" in actions else Level.BIRTH_DATE


def _link_of(signature: Signature, events: list[EvidenceEvent]) -> SigningLink | None:
    """The link that signed, as the chain tells: its actor is `link:<id>`."""
    key = key_of(signature.guardian_id)
    actors = [
        event.actor for event in events if event.action == "signed" and event.payload.get("signer") == key
    ]
    if signature.method != SignatureMethod.ELECTRONIC or not actors:
        return None
    return SigningLink.objects.filter(pk=int(actors[-1].removeprefix("link:"))).first()


def _link(link: SigningLink | None) -> LinkUsed | None:
    if link is None:
        return None
    return LinkUsed(
        id=link.pk,
        sent_to=link.sent_to,
        issued_at=link.issued_at,
        expires_at=link.expires_at,
        first_opened_at=link.seen_at,
    )


def _messages(convention: Convention, link: SigningLink | None) -> Iterable[Message]:
    """Those sent to the signer's address: the other guardian's are none of their business (invariant 10)."""
    if link is None or not link.sent_to:
        return []
    return Message.objects.about(convention.stream).filter(to_address=link.sent_to).order_by("pk")


def _message(row: Message) -> MessageSent:
    return MessageSent(
        message_id=row.message_id,
        kind=row.kind,
        to=row.to_address,
        state=row.state,
        sent_at=row.sent_at,
        answer=row.answer,
        error=row.last_error,
    )


def _texts(signature: Signature, convention: Convention) -> list[MessageSent]:
    """Text messages to the signer's own telephone."""
    codes = SigningCode.objects.filter(convention=convention, guardian=signature.guardian_id)
    numbers = codes.filter(channel=CodeChannel.SMS).values("sent_to")
    return [
        MessageSent(
            message_id=text.provider_id or str(text.public_id),
            kind="signing_code_sms",
            to=text.to_number,
            state=text.state,
            sent_at=text.sent_at,
            answer="",
            error=text.last_error,
        )
        for text in TextMessage.objects.filter(about=convention.stream, to_number__in=numbers).order_by("pk")
    ]


def _check(events: list[EvidenceEvent], name: str) -> Check:
    right = [event.at for event in events if event.action == f"{name}_right"]
    wrong = sum(event.action == f"{name}_wrong" for event in events)
    return Check(asked=bool(right or wrong), right_at=right[-1] if right else None, wrong_count=wrong)


def _code(events: list[EvidenceEvent]) -> CodeCheck:
    sent = [event.at for event in events if event.action == "code_sent"]
    check = _check(events, "code")
    right = [event.payload for event in events if event.action == "code_right"]
    return CodeCheck(
        asked=check.asked or bool(sent),
        right_at=check.right_at,
        wrong_count=check.wrong_count,
        sent_at=sent[-1] if sent else None,
        channel=str(right[-1].get("channel", "")) if right else "",
    )


def _paper(signature: Signature, convention: Convention) -> Paper | None:
    if signature.method != SignatureMethod.PAPER:
        return None
    copies = PaperCopy.objects.filter(convention=convention, reviewed_at__lte=signature.signed_at)
    copy = copies.select_related("file").order_by("-pk").first()
    if copy is None:
        return None
    return Paper(scan_sha256=copy.file.sha256, uploaded_at=copy.uploaded_at, reviewed_at=copy.reviewed_at)


def _event(event: EvidenceEvent, *, is_own: bool) -> Event:
    """Where the other guardian's browser was stays out of this one's file (invariant 10)."""
    trace = getattr(event, "trace", None) if is_own else None
    return Event(
        rank=event.rank,
        at=event.at,
        action=event.action,
        actor=event.actor,
        payload=event.payload,
        ip_address=trace.ip_address if trace else None,
        user_agent=trace.user_agent if trace else "",
        previous_hash=event.previous_hash,
        hash=event.hash,
    )
