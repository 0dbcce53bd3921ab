"""A parent objects, and a person lifts it: between the two nobody signs and no laptop is handed over (trust 14).

Code civil, article 372-2: one parent's usual act is presumed agreed by the other, for whoever acts in good faith; once
the other has objected, it is presumed no more.
"""

from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from core.evidence import actor_of, record_event
from core.outbox import cancel_waiting, enqueue
from core.refusals import Refused
from loans.addresses import signatories
from loans.completing import complete
from loans.enums import OPEN_CONVENTION, ConventionState, SignerKind
from loans.links import problem_sentence, refuse_unusable
from loans.models import Convention, Opposition, SigningLink
from loans.notifications import OppositionAfterSigning
from loans.rules import Signed
from loans.signers import signing_of
from schools.models import Guardian


@transaction.atomic
def record_opposition(
    *,
    convention: Convention,
    guardian: Guardian,
    reason: str,
    by: User | None,
    at: datetime,
    link: SigningLink | None = None,
) -> Opposition:
    """Note that this legal guardian objects, told to the staff or written by their own `link`; once is enough.

    What is not signed can no longer be. What is signed waits with it, unless the laptop is lent already: then nothing
    is taken back by itself, and the region is told. Raises Refused(`reason_missing`, `not_a_signatory`,
    `pupil_signs_alone`, `convention_closed`, `signed_already` or `link_…`).
    """
    convention = _locked(convention)
    standing = Opposition.objects.against(convention).filter(guardian=guardian).first()
    if standing:
        return standing
    _refuse(convention, guardian, reason, link, at)
    opposition = Opposition.objects.create(
        pupil_id=convention.pupil_id,
        campaign_id=convention.campaign_id,
        convention=convention,
        guardian=guardian,
        reason=reason.strip()[:2000],
        recorded_by=by,
        recorded_at=at,
    )
    actor = f"link:{link.pk}" if link else actor_of(by)
    record_event(
        stream=convention.stream, action="opposed", actor=actor, at=at, opposition=str(opposition.public_id)
    )
    was_signed = convention.state == ConventionState.SIGNED
    if not convention.loans.open().exists():
        _stop(convention, by=by, at=at)
    if was_signed:
        _tell_the_region(opposition, convention, at)
    return opposition


def _stop(convention: Convention, *, by: User | None, at: datetime) -> None:
    convention.move_to(ConventionState.OPPOSED, by=by, at=at, comment=_("A parent objects to the loan."))
    cancel_waiting(about=convention.stream)


def _tell_the_region(opposition: Opposition, convention: Convention, at: datetime) -> None:
    """The other parent had signed: what follows is for a person to weigh."""
    officers = User.objects.filter(role=Role.REGION, is_active=True).exclude(email="")
    enqueue(
        *(
            OppositionAfterSigning().draft(
                key=f"opposition {opposition.public_id} {officer.public_id}",
                about=f"opposition:{opposition.public_id}",
                to=officer.email,
                due_at=at,
                convention=convention,
                is_lent=convention.loans.open().exists(),
                path=reverse("loans:convention", args=[convention.public_id]),
            )
            for officer in officers
        )
    )


@transaction.atomic
def lift_opposition(*, opposition: Opposition, reason: str, by: User, at: datetime) -> Opposition:
    """A person found the parents agreed, or a judge decided: the convention goes back to where it was.

    Raises Refused(`reason_missing`); lifting twice is harmless.
    """
    convention = _locked(opposition.convention)
    opposition = Opposition.objects.select_for_update(of=("self",)).get(pk=opposition.pk)
    if opposition.lifted_at:
        return opposition
    if not reason.strip():
        raise Refused("reason_missing", _("Say why the opposition is lifted: the reason is kept."))
    opposition.lifted_by, opposition.lifted_at, opposition.lift_reason = by, at, reason.strip()[:2000]
    opposition.save(update_fields=["lifted_by", "lifted_at", "lift_reason"])
    record_event(
        stream=convention.stream,
        action="opposition_lifted",
        actor=actor_of(by),
        at=at,
        opposition=str(opposition.public_id),
    )
    stopped = Convention.objects.filter(
        pupil=opposition.pupil_id, campaign=opposition.campaign_id, state=ConventionState.OPPOSED
    ).first()
    if stopped:
        _release(_locked(stopped), by=by, on=timezone.localdate(at), at=at)
    return opposition


def _release(convention: Convention, *, by: User, on: date, at: datetime) -> None:
    """Back to where it was, unless another opposition stands."""
    verdict = signing_of(convention, on)
    if verdict.outcome == Signed.OPPOSED:
        return
    before = convention.log.filter(to_state=ConventionState.OPPOSED).latest("pk").from_state
    comment = _("The opposition was lifted.")
    if verdict.outcome == Signed.COMPLETE:
        complete(convention, by=by, on=convention.signed_on or on, at=at, comment=comment)
    else:
        convention.move_to(before, by=by, at=at, comment=comment)


def _locked(convention: Convention) -> Convention:
    return (
        Convention.objects.select_for_update(of=("self",))
        .select_related("pupil", "campaign__rules", "enrolment__school")
        .get(pk=convention.pk)
    )


def _refuse(
    convention: Convention, guardian: Guardian, reason: str, link: SigningLink | None, at: datetime
) -> None:
    if link:
        refuse_unusable(link, at)
    if convention.state not in OPEN_CONVENTION:
        raise Refused("convention_closed", problem_sentence("closed"))
    if convention.signer_kind == SignerKind.PUPIL:
        raise Refused(
            "pupil_signs_alone", _("The pupil is of age and signs alone: no parent’s objection stops it.")
        )
    if not reason.strip():
        raise Refused(
            "reason_missing", _("Write why, in a few words: the school and the helpline will read it.")
        )
    if guardian not in [person.guardian for person in signatories(convention)]:
        raise Refused(
            "not_a_signatory", _("The school’s base no longer names this person as a legal guardian.")
        )
    if convention.signatures.filter(guardian=guardian).exists():
        raise Refused(
            "signed_already",
            _("This person signed the convention. To give the laptop up, call the helpline."),
        )
