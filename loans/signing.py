"""A convention is signed: by the family's link, at the school's desk, or on paper once validated.

All three ways end in `_sign`: the same locks, the same refusals, one signature a person (trust A, invariants 2, 3, 7).
The convention is signed once those whom `signer.minor` asks for have all done so.
"""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core.evidence import Trace, actor_of, append_event
from core.models import Message, MessageState
from core.refusals import Refused
from core.rings import ring_on_commit
from core.trips import Trip
from core.verdicts import Verdict
from loans.addresses import entrusted_signatories, key_of
from loans.cases import Case, read_case, read_case_of
from loans.codes import refuse_without_code
from loans.completing import complete
from loans.enums import ConventionState, SignatureMethod
from loans.links import refuse_unusable
from loans.models import Convention, ConventionText, Signature, SigningLink
from loans.notifications import ConventionSigned
from loans.obstacles import (
    Witness,
    act_of,
    decision_of,
    refuse_state,
    refuse_text,
    refuse_without_consent,
    signatory_of,
)
from loans.receipts import write_receipt
from loans.rules import Signed
from loans.signers import verdict_of
from schools.models import Guardian


DOCUMENT_TASK = "loans.tasks.store_document"  # half a second that nobody should wait for


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
    `signed_by_other`, `pupil_is_adult`, `not_a_signatory`, `opposed`, `convention_closed`.
    """
    case = read_case_of(link)
    held = case.link
    if signed := act_of(held.guardian, case.acts):
        return signed
    refuse_unusable(held, at)
    refuse_without_code(held, code_id, at)
    refuse_without_consent(consent)
    return _sign(
        case,
        held.guardian,
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
    witness: Witness | None = None,
) -> Signature:
    """Sign on the school's screen, before an agent: the agent acts, the guardian or adult pupil signs (P2).

    Raises Refused(`desk_signing_closed`) when the rules exclude it, Refused(`decision_missing`) when somebody to whom
    the child is entrusted gives no decision, else as `sign_convention`.
    """
    case = read_case(convention)
    if not case.convention.campaign.rule_tree.signature.desk_signing:
        raise Refused("desk_signing_closed", _("The rules of this programme exclude signing at the desk."))
    signed = act_of(guardian, case.acts)
    if signed and signed.method == SignatureMethod.DESK:
        return signed
    refuse_without_consent(consent)
    return _sign(
        case,
        guardian,
        method=SignatureMethod.DESK,
        consent=consent,
        text_sha256=text_sha256 or case.text_sha256,
        trace=trace or Trace(),
        agent=by,
        actor=actor_of(by),
        at=at,
        witness=witness or Witness(),
    )


def sign_on_paper(
    *,
    convention: Convention,
    guardian: Guardian | None,
    consent: str,
    by: User | None,
    at: datetime,
    text: ConventionText | None = None,
) -> Signature:
    """The scan was validated: the convention counts as signed from today (N5). In the caller's transaction.

    `text` is the version on the sheet when its codes name one: what was signed is that one.
    """
    case = read_case(convention)
    return _sign(
        case,
        guardian,
        method=SignatureMethod.PAPER,
        consent=consent,
        text_sha256=text.sha256 if text else case.text_sha256,
        trace=Trace(),
        agent=by,
        actor=actor_of(by),
        at=at,
        earlier=text if text != case.convention.text else None,
    )


def _sign(
    case: Case,
    guardian: Guardian | None,
    *,
    method: str,
    consent: str,
    text_sha256: str,
    trace: Trace,
    agent: User | None,
    actor: str,
    at: datetime,
    witness: Witness | None = None,
    earlier: ConventionText | None = None,
) -> Signature:
    """Refuse, or write all that a signature brings, in one trip."""
    convention, on, seen = case.convention, timezone.localdate(at), witness or Witness()
    refuse_state(convention, guardian, case.acts)
    refuse_text(case, text_sha256, earlier)
    may_sign = case.people
    if method == SignatureMethod.DESK:
        may_sign = [*may_sign, *entrusted_signatories(convention)]
    person = signatory_of(convention, guardian, on, may_sign)
    signature = Signature(
        pk=case.signature_id,
        convention=convention,
        method=method,
        guardian=guardian,
        signer_name=person.name,
        capacity=person.capacity,
        decision_reference=decision_of(person, seen.decision_reference),
        identity_check=seen.identity_check,
        agent=agent,
        consent=consent,
        text_sha256=text_sha256,
        text=earlier,
        signed_at=at,
        ip_address=trace.ip_address,
        user_agent=trace.user_agent[:300],
    )
    trip = Trip()
    trip.insert(signature)
    append_event(
        trip,
        case.head,
        stream=convention.stream,
        action="signed",
        actor=actor,
        at=at,
        trace=trace,
        method=str(method),
        signer=person.key,
        text_sha256=text_sha256,
        capacity=str(person.capacity),
    )
    verdict = verdict_of(convention, on, case.people, [*case.acts, signature], case.opposed_count)
    is_complete = _settle(trip, convention, signature, verdict, by=agent, on=on, at=at)
    context = {"signature": signature, "is_complete": is_complete}
    write_receipt(trip, case, person, ConventionSigned(), "signed", at, **context)
    trip.go()
    ring_on_commit(DOCUMENT_TASK, convention.pk)
    return signature


def _settle(
    trip: Trip,
    convention: Convention,
    signature: Signature,
    verdict: Verdict,
    *,
    by: User | None,
    on: date,
    at: datetime,
) -> bool:
    """Signed for good, or waiting for the others, who keep their messages; returns whether it is for good."""
    if verdict.outcome == Signed.COMPLETE:
        complete(convention, by=by, on=on, at=at, last=signature, trip=trip)
        return True
    mine = Message.objects.about(convention.stream).filter(
        business_key__endswith=f" {key_of(signature.guardian_id)}"
    )
    mine.waiting().update(state=MessageState.CANCELLED)
    comment = verdict.reasons[0]
    if convention.state == ConventionState.REFUSED and convention.refused_by_id == signature.guardian_id:
        convention.move_to(ConventionState.SENT, by=by, at=at, comment=comment, trip=trip)
    else:
        convention.log.create(
            from_state=convention.state, to_state=convention.state, by=by, at=at, comment=comment
        )
    return False
