"""Writing again because somebody asked: the same convention, today's addresses, new links."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.refusals import Refused
from loans.addresses import Signatory
from loans.enums import ConventionState
from loans.letters import Post, write_to
from loans.models import Convention
from loans.notifications import ConventionToSign
from loans.signers import awaited_of


@transaction.atomic
def resend_convention(
    *, convention: Convention, by: User | None, on: date, at: datetime, only_to: str = ""
) -> int:
    """Write to every signatory whatever the calendar, or to one (`only_to` is a `Signatory.key`).

    Their older links are closed. Returns how many messages leave. Raises Refused(`not_waiting` or
    `nobody_to_write_to`).
    """
    convention = (
        Convention.objects.select_for_update(of=("self",))
        .select_related("pupil", "enrolment__school", "campaign__programme", "campaign__rules")
        .get(pk=convention.pk)
    )
    if convention.state not in (ConventionState.DRAFT, ConventionState.SENT):
        raise Refused("not_waiting", _("This convention no longer waits for a signature."))
    awaited = awaited_of([convention])[convention.pk]
    people = [person for person in awaited if only_to in ("", person.key)]
    _close_links(convention, people, at)
    post, name = Post(), f"resend {convention.links.count()}"
    if not write_to(convention, people, ConventionToSign(), name, convention.campaign, at, post, by):
        raise Refused("nobody_to_write_to", _("Nobody who may sign has an e-mail address: correct it first."))
    convention.move_to(ConventionState.SENT, by=by, at=at, sent_on=convention.sent_on or on)
    post.write(at)
    return len(post.drafts)


def _close_links(convention: Convention, people: list[Signatory], at: datetime) -> None:
    guardians = [person.guardian for person in people]
    links = convention.links.filter(revoked_at=None)
    if None not in guardians:
        links = links.filter(guardian__in=guardians)
    links.update(revoked_at=at)
