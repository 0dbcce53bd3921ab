"""What a school still has to do before its delivery day: a list of tasks worked out from facts, never ticked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.navigation import address
from core.templatetags.dates import long_date, plain_date
from distribution.enums import DeliveryState
from distribution.models import Delivery
from loans.progress import Progress
from reports.enums import Situation
from reports.hero import signatures_missing
from reports.scope import Scope


@dataclass(frozen=True)
class Task:
    """A line of the list. `tone` is a tone of the style sheet: success when done, warning when the school must act."""

    title: str
    status: str
    tone: str
    hint: str = ""
    url: str = ""

    @property
    def is_done(self) -> bool:
        return self.tone == "success"

    @property
    def is_for_school(self) -> bool:
        return self.tone == "warning"


def tasks_before_delivery(
    scope: Scope,
    progress: Progress,
    delivery: Delivery | None,
    *,
    rejected_count: int,
    blocking_count: int,
    paper_url: str,
) -> list[Task]:
    """The tasks of a school in the order of the year (N4, N5, N6, N7).

    `paper_url` is "" for readers who do not handle the school's paper.
    """
    return [
        _accept_the_date(delivery),
        _mend_the_base(scope, blocking_count),
        _reach_families(scope, progress),
        _print_paper(scope, progress, paper_url),
        _collect_scans(progress, rejected_count, paper_url),
        _reach_the_threshold(scope, progress, delivery),
        *_name_the_room(delivery),
    ]


def _done(title: str, hint: str = "", url: str = "") -> Task:
    return Task(title, _("Done"), "success", hint, url)


def _accept_the_date(delivery: Delivery | None) -> Task:
    title, url = _("Agree on the delivery day"), _page_of(delivery)
    if delivery is None:
        return Task(title, _("Not yet"), "neutral", _("The supplier will propose a day."))
    if delivery.state == DeliveryState.PROPOSED:
        hint = _("Proposed: %(day)s.") % {"day": long_date(delivery.on)}
        return Task(title, _("To do"), "warning", hint, url)
    if delivery.state == DeliveryState.DECLINED:
        return Task(
            title, _("In progress"), "waiting", _("You asked for another day: the supplier answers."), url
        )
    if delivery.state == DeliveryState.CANCELLED:
        return Task(title, _("In progress"), "waiting", _("Cancelled: a new day will be proposed."), url)
    return _done(title, _("%(day)s.") % {"day": long_date(delivery.on).capitalize()}, url)


def _mend_the_base(scope: Scope, blocking_count: int) -> Task:
    title, url = _("Mend the school’s base"), f"{address('schools:findings')}?{scope.query}"
    if not blocking_count:
        return _done(title, _("Nothing in the base keeps a pupil from a laptop."), url)
    hint = ngettext("%(count)s obstacle to a laptop.", "%(count)s obstacles to a laptop.", blocking_count) % {
        "count": blocking_count
    }
    return Task(title, _("To do"), "warning", hint, url)


def _reach_families(scope: Scope, progress: Progress) -> Task:
    title = _("Find the families that cannot be reached")
    count = progress.unreachable_count
    if not count:
        return _done(title, _("Every family awaited has an e-mail address."))
    hint = ngettext(
        "Nobody can write to %(count)s family: call it, or hand over a letter.",
        "Nobody can write to %(count)s families: call them, or hand over letters.",
        count,
    ) % {"count": count}
    url = f"{address('loans:calls')}?{scope.query}"
    return Task(title, _("To do"), "warning", hint, url)


def _print_paper(scope: Scope, progress: Progress, url: str) -> Task:
    title = _("Print the conventions not signed yet")
    from_on = scope.campaign.mailing_on + timedelta(days=scope.campaign.rule_tree.signature.paper_after_days)
    if not progress.waiting_count:
        return _done(title, _("No signature is awaited."))
    if scope.on < from_on:
        hint = _("Available from %(day)s, if families have not signed online.") % {"day": plain_date(from_on)}
        return Task(title, _("Later"), "neutral", hint)
    hint = ngettext(
        "%(count)s named convention to give out.",
        "%(count)s named conventions to give out.",
        progress.waiting_count,
    ) % {"count": progress.waiting_count}
    return Task(title, _("To do"), "warning", hint, url)


def _collect_scans(progress: Progress, rejected_count: int, url: str) -> Task:
    title = _("Send the signed copies")
    if rejected_count:
        hint = ngettext(
            "%(count)s scan was rejected: do it again.",
            "%(count)s scans were rejected: do them again.",
            rejected_count,
        ) % {"count": rejected_count}
        return Task(title, _("To do"), "warning", hint, url)
    if progress.paper_pending_count:
        hint = ngettext(
            "%(count)s scan is being checked by the supplier.",
            "%(count)s scans are being checked by the supplier.",
            progress.paper_pending_count,
        ) % {"count": progress.paper_pending_count}
        return Task(title, _("In progress"), "waiting", hint, url)
    return Task(title, _("Nothing waiting"), "neutral", _("No scan is waiting for anybody."), url)


def _reach_the_threshold(scope: Scope, progress: Progress, delivery: Delivery | None) -> Task:
    title = _("Reach the signature threshold")
    missing = signatures_missing(progress, scope.campaign.rule_tree.gate.threshold)
    when = (
        _("Checked on %(day)s.") % {"day": plain_date(delivery.gate_on)}
        if delivery and delivery.gate_on
        else ""
    )
    if progress.expected_count and not missing:
        return _done(title, when)
    hint = ngettext("%(count)s signature is missing.", "%(count)s signatures are missing.", missing) % {
        "count": missing
    }
    return Task(
        title, _("In progress"), "waiting", f"{hint} {when}".strip(), _pupils_in(scope, Situation.SENT)
    )


def _name_the_room(delivery: Delivery | None) -> Iterator[Task]:
    if delivery is None:
        return
    title, url = _("Name the room"), _page_of(delivery)
    if delivery.room:
        yield _done(title, delivery.room, url)
    else:
        hint = _("A room near a lift or at street level, with tables and sockets.")
        yield Task(title, _("To do"), "warning", hint, url)


def _pupils_in(scope: Scope, situation: Situation) -> str:
    return f"{address('reports:pupils')}?{scope.query}&situation={situation.value}"


def _page_of(delivery: Delivery | None) -> str:
    return address("distribution:delivery", delivery.public_id) if delivery else ""
