"""A convention takes the place of one the family holds a link to: its own link leaves in the same act (N3).

Nobody waits for the next mailing to learn that a link is dead.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import QuerySet

from loans.enums import ConventionState, MailingKind
from loans.issuing import Made
from loans.letters import Post
from loans.mailings.pace import end_of_quiet, is_quiet, minutes
from loans.mailings.reach import reach_of
from loans.mailings.recipients import due, free
from loans.mailings.rules import leaves_by_itself
from loans.mailings.writing import write_first
from loans.models import Convention, SigningLink
from loans.notifications import ConventionToSignAnew
from programmes.models import Campaign
from programmes.rule_tree.signing import Signature as SignatureRules


def write_anew(campaign: Campaign, made: list[Made], *, on: date, at: datetime) -> Counter[str]:
    """Write to the families of these new conventions who held a link to an earlier one. In the act's transaction.

    Letters made in the hours that the rules leave to families wait for the morning. As many as two people must look at,
    or what a standing mailing keeps, are left to a mailing (trust 58). Returns `sent` (conventions) and `messages`.
    """
    if not (made and campaign.is_open(on) and on >= campaign.mailing_on):
        return Counter()
    waiting = _left_without_link(campaign, made, on)
    reach = reach_of(waiting, MailingKind.FIRST)
    if not leaves_by_itself(MailingKind.FIRST, reach.messages_count, campaign.rule_tree.signature):
        return Counter()
    rows = waiting.select_for_update(of=("self",)).select_related("pupil", "enrolment__school").order_by("pk")
    post = Post(pace=_instants(campaign.rule_tree.signature, at))
    counts = write_first(list(rows), campaign, on, at, post, ConventionToSignAnew())
    post.write(at)
    return Counter({**counts, "messages": len(post.drafts)})


def _left_without_link(campaign: Campaign, made: list[Made], on: date) -> QuerySet[Convention]:
    """Two short questions: as one, PostgreSQL compares each convention with each link while it has no statistics."""
    closed = SigningLink.objects.filter(
        convention__pupil__in=[row.pupil_id for row in made],
        convention__campaign=campaign,
        convention__state=ConventionState.SUPERSEDED,
    )
    held = set(closed.values_list("convention__pupil", flat=True))
    first = due(campaign, MailingKind.FIRST, on).filter(
        pk__in=[row.pk for row in made if row.pupil_id in held]
    )
    return free(first, MailingKind.FIRST)


def _instants(rules: SignatureRules, at: datetime) -> Iterator[datetime]:
    start = end_of_quiet(rules, at) if is_quiet(rules, at) else at
    return (instant for instant, _count in minutes(rules, start))
