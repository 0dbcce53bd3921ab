"""« The other parent signs »: a guardian leaves it to the other, who is written to again; they may still sign."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.evidence import record_event
from core.refusals import Refused
from loans.addresses import Signatory
from loans.enums import ConventionState
from loans.letters import Post, write_to
from loans.links import refuse_unusable
from loans.models import Convention, Delegation, SigningLink
from loans.notifications import ConventionToSign
from loans.signers import awaited_of
from programmes.enums import MinorSigner


WAITING = (ConventionState.DRAFT, ConventionState.SENT)


@transaction.atomic
def leave_to_other(*, link: SigningLink, at: datetime) -> Delegation:
    """This guardian leaves the signature to the other; reminders then go to the other alone. Said once.

    Neither sees the other's address. Raises Refused(`all_must_sign`, `nobody_else`, `not_waiting` or `link_…`).
    """
    convention = _locked(link.convention)
    link.convention = convention
    refuse_unusable(link, at)
    said = Delegation.objects.filter(convention=convention, guardian=link.guardian_id).first()
    if said:
        return said
    others = _others(convention, link)
    said = Delegation.objects.create(convention=convention, guardian=link.guardian, made_at=at)
    record_event(
        stream=convention.stream, action="left_to_other", actor=f"link:{link.pk}", at=at, link=link.pk
    )
    post = Post()
    write_to(convention, others, ConventionToSign(), f"left by {link.pk}", convention.campaign, at, post)
    post.write(at)
    return said


def may_leave_to_other(link: SigningLink) -> bool:
    """Whether there is another guardian whose signature alone is enough, and who can be written to."""
    try:
        _others(link.convention, link)
    except Refused:
        return False
    return True


def _others(convention: Convention, link: SigningLink) -> list[Signatory]:
    if convention.state not in WAITING:
        raise Refused("not_waiting", _("This convention no longer waits for a signature."))
    if convention.campaign.rule_tree.signer.minor == MinorSigner.BOTH:
        raise Refused(
            "all_must_sign", _("In this programme all the legal guardians sign: nobody can sign for another.")
        )
    awaited = awaited_of([convention])[convention.pk]
    others = [person for person in awaited if person.guardian != link.guardian and person.email]
    if link.guardian is None or not others:
        raise Refused(
            "nobody_else",
            _("The school gave us no address of another legal guardian. Call the school: it can add one."),
        )
    return others


def _locked(convention: Convention) -> Convention:
    return (
        Convention.objects.select_for_update(of=("self",))
        .select_related("pupil", "enrolment__school", "campaign__programme", "campaign__rules")
        .get(pk=convention.pk)
    )
