"""A convention is signed or refused: by the family's link, at the school's desk, or on paper once validated.

All three ways end in `_sign`: the same locks, the same refusals, one signature (trust A, invariants 2, 3 and 7).
"""

from datetime import date, datetime
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from core.evidence import Trace, actor_of, record_event
from core.notifications import EmailNotification
from core.outbox import cancel_waiting, enqueue
from core.refusals import Refused
from loans.addresses import Signatory, signatories
from loans.codes import refuse_without_code
from loans.enums import ConventionState, SignatureMethod, SignerKind
from loans.lending import binds_today
from loans.letters import draft_to, new_link
from loans.links import link_problem, problem_sentence
from loans.models import Convention, Signature, SigningLink
from loans.notifications import ConventionSigned, RefusalRecorded
from schools.models import Guardian
from schools.rules import is_adult


SIGNABLE = (ConventionState.DRAFT, ConventionState.SENT, ConventionState.REFUSED)


@transaction.atomic
def sign_convention(
    *,
    link: SigningLink,
    consent: str,
    text_sha256: str,
    trace: Trace,
    at: datetime,
    code_id: int | None = None,
) -> Signature:
    """Sign by the family's link; signed again by the same person, the same signature is given back.

    `consent` is the sentence the person ticked, "" when not ticked; `text_sha256` is of the text they were shown.
    `code_id` is the single-use code this browser gave.
    Raises Refused: `code_missing`, `link_…` (see `loans.links.link_problem`), `consent_missing`, `text_changed`,
    `signed_by_other`, `pupil_is_adult`, `not_a_signatory`, `convention_closed`.
    """
    convention = _locked(link.convention)
    link = SigningLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
    link.convention = convention
    signed = Signature.objects.filter(convention=convention).first()
    if signed and signed.guardian_id == link.guardian_id:
        return signed
    problem = link_problem(link, at)
    if problem:
        raise Refused(f"link_{problem}", problem_sentence(problem))
    refuse_without_code(link, code_id, at)
    _refuse_without_consent(consent)
    return _sign(
        convention,
        link.guardian,
        method=SignatureMethod.ELECTRONIC,
        consent=consent,
        text_sha256=text_sha256,
        trace=trace,
        agent=None,
        actor=f"link:{link.pk}",
        at=at,
    )


@transaction.atomic
def sign_at_desk(
    *,
    convention: Convention,
    guardian: Guardian | None,
    consent: str,
    by: User,
    at: datetime,
    text_sha256: str | None = None,
    trace: Trace | None = None,
) -> Signature:
    """Sign on the school's screen, before an agent: the agent acts, the guardian or adult pupil signs (P2).

    Raises Refused(`desk_signing_closed`) when the rules exclude it, else as `sign_convention`.
    """
    convention = _locked(convention)
    if not convention.campaign.rule_tree.signature.desk_signing:
        raise Refused("desk_signing_closed", _("The rules of this programme exclude signing at the desk."))
    signed = Signature.objects.filter(convention=convention, method=SignatureMethod.DESK).first()
    if signed and signed.guardian == guardian:
        return signed
    _refuse_without_consent(consent)
    return _sign(
        convention,
        guardian,
        method=SignatureMethod.DESK,
        consent=consent,
        text_sha256=text_sha256 or convention.text.sha256,
        trace=trace or Trace(),
        agent=by,
        actor=actor_of(by),
        at=at,
    )


def sign_on_paper(
    *, convention: Convention, guardian: Guardian | None, consent: str, by: User | None, at: datetime
) -> Signature:
    """The scan was validated: the convention counts as signed from today (N5). In the caller's transaction."""
    convention = _locked(convention)
    return _sign(
        convention,
        guardian,
        method=SignatureMethod.PAPER,
        consent=consent,
        text_sha256=convention.text.sha256,
        trace=Trace(),
        agent=by,
        actor=actor_of(by),
        at=at,
    )


@transaction.atomic
def refuse_convention(*, link: SigningLink, reason: str, at: datetime) -> Convention:
    """The family does not want the laptop; it may change its mind by the same link.

    Raises Refused(`already_signed` or `link_…`).
    """
    convention = _locked(link.convention)
    link.convention = convention
    if convention.state == ConventionState.SIGNED:
        raise Refused(
            "already_signed", _("This convention is already signed. Call the helpline to give up the loan.")
        )
    problem = link_problem(link, at)
    if problem:
        raise Refused(f"link_{problem}", problem_sentence(problem))
    if convention.state == ConventionState.REFUSED:
        return convention
    convention.move_to(
        ConventionState.REFUSED,
        by=None,
        at=at,
        refused_on=timezone.localdate(at),
        refusal_reason=reason.strip()[:2000],
    )
    cancel_waiting(about=convention.stream)
    record_event(stream=convention.stream, action="refused", actor=f"link:{link.pk}", at=at, link=link.pk)
    person = next((p for p in signatories(convention) if p.guardian == link.guardian), None)
    if person and person.email:
        _write_about(convention, person, RefusalRecorded(), "refusal", at)
    return convention


def _locked(convention: Convention) -> Convention:
    return (
        Convention.objects.select_for_update(of=("self",))
        .select_related("pupil", "text", "enrolment__school", "campaign__programme", "campaign__rules")
        .get(pk=convention.pk)
    )


def _sign(
    convention: Convention,
    guardian: Guardian | None,
    *,
    method: str,
    consent: str,
    text_sha256: str,
    trace: Trace,
    agent: User | None,
    actor: str,
    at: datetime,
) -> Signature:
    on = timezone.localdate(at)
    _refuse_state(convention)
    _refuse_text(convention, text_sha256)
    person = _signatory(convention, guardian, on)
    signature = Signature.objects.create(
        convention=convention,
        method=method,
        guardian=guardian,
        signer_name=person.name,
        agent=agent,
        consent=consent,
        text_sha256=text_sha256,
        signed_at=at,
        ip_address=trace.ip_address,
        user_agent=trace.user_agent[:300],
    )
    convention.move_to(ConventionState.SIGNED, by=agent, at=at, signed_on=on, signature_method=method)
    cancel_waiting(about=convention.stream)
    record_event(
        stream=convention.stream,
        action="signed",
        actor=actor,
        at=at,
        trace=trace,
        method=str(method),
        signer=person.key,
        text_sha256=text_sha256,
    )
    if person.email:
        _write_about(convention, person, ConventionSigned(), "signed", at, signature=signature)
    transaction.on_commit(partial(_ask_for_document, convention.pk), robust=True)
    return signature


def _ask_for_document(convention_id: int) -> None:
    """Render in a worker: half a second nobody should wait for. The sweep of `send_due` finds what was missed."""
    from loans.tasks import store_document  # the task module imports this one

    store_document.delay(convention_id)


def _refuse_without_consent(consent: str) -> None:
    if not consent:
        raise Refused(
            "consent_missing", _("Tick the box to say that you have read the convention and accept it.")
        )


def _refuse_state(convention: Convention) -> None:
    if convention.state == ConventionState.SIGNED:
        raise Refused(
            "signed_by_other",
            _("This convention is already signed, on %(day)s. Nothing more is asked of you.")
            % {"day": date_format(convention.signed_on or "", "j F Y")},
        )
    if convention.state not in SIGNABLE:
        raise Refused("convention_closed", problem_sentence("closed"))


def _refuse_text(convention: Convention, text_sha256: str) -> None:
    if text_sha256 != convention.text.sha256 or not binds_today(convention.text):
        raise Refused(
            "text_changed",
            _("The text of the convention changed while you were reading. Read it again, then sign."),
        )


def _signatory(convention: Convention, guardian: Guardian | None, on: date) -> Signatory:
    """Who signs is asked again on the day itself: a pupil may have come of age since the message left (N3)."""
    rules = convention.campaign.rule_tree.signer
    adult = rules.adult_signs_alone and is_adult(convention.pupil.birth_on, on, rules.signer_age)
    if adult and convention.signer_kind == SignerKind.GUARDIAN:
        raise Refused(
            "pupil_is_adult",
            _("The pupil is now of age and signs alone. A new message will be sent to the pupil’s address."),
        )
    person = next((person for person in signatories(convention) if person.guardian == guardian), None)
    if person is None:
        raise Refused(
            "not_a_signatory", _("The school’s base no longer names you as a legal guardian of this pupil.")
        )
    return person


def _write_about(
    convention: Convention,
    person: Signatory,
    notification: EmailNotification,
    name: str,
    at: datetime,
    **context: object,
) -> None:
    token, link = new_link(convention, person, convention.campaign, at)
    link.save()
    enqueue(draft_to(convention, person, notification, name, convention.campaign, at, token, link, **context))
