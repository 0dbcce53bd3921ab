"""The proof file of a signature, from recorded rows and nothing else."""

import hashlib
from datetime import datetime

from django.utils import timezone

from core.evidence import first_broken
from core.models import EvidenceEvent
from core.seal_keys import Certificate
from loans.documents import CAPACITIES
from loans.enums import SignatureMethod, SignerCapacity
from loans.models import (
    AuthoritySignature,
    Convention,
    ConventionText,
    Signature,
)
from loans.proof.elements import (
    AboutConvention,
    AboutDocument,
    AuthoritySigned,
    ImportRun,
    Level,
    ProofFile,
    SealCertificate,
    SignatureAct,
    Signer,
)
from loans.proof.traces import (
    check_of,
    code_check,
    event_told,
    link_that_signed,
    link_used,
    messages_to_signer,
    own_events,
    paper_read,
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
    link = link_that_signed(signature, events)
    own = own_events(events, signature, link)
    return ProofFile(
        made_at=at,
        convention=_about(convention, signature.text or convention.text),
        document=AboutDocument(rendered_sha256=hashlib.sha256(rendered).hexdigest(), size=len(rendered)),
        signer=_signer(signature, convention),
        signature=_act(signature, own),
        link=link_used(link),
        messages=messages_to_signer(signature, convention, link),
        birth_date=check_of(own, "birth_date"),
        code=code_check(own),
        paper=paper_read(signature, convention),
        chain_stream=convention.stream,
        chain=[event_told(event, is_own=event in own) for event in events],
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
