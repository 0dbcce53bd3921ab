"""How far a mailing is: what left, what waits, what came back; read from its messages, never counted apart."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count
from django.utils.translation import gettext as _

from core.charts import Part, Stack, draw_stack
from core.models import Message, MessageState
from core.templatetags.dates import moment
from loans.enums import MailingState
from loans.models import Mailing


@dataclass(frozen=True, slots=True)
class MailingProgress:
    """Counts of messages; `unwritten_count` are announced and not written yet."""

    total_count: int
    left_count: int
    waiting_count: int
    returned_count: int
    kept_count: int
    unwritten_count: int
    per_minute: int

    @property
    def rate(self) -> Decimal:
        """Of what was announced, the share that left, those that came back included."""
        gone = self.left_count + self.returned_count
        return Decimal(gone) / self.total_count if self.total_count else Decimal(1)

    @property
    def minutes_left(self) -> int:
        return -(-(self.waiting_count + self.unwritten_count) // self.per_minute)


def progress_of(mailing: Mailing) -> MailingProgress:
    """One query."""
    lot = Message.objects.in_lot(mailing.lot).order_by()
    states = dict(lot.values_list("state").annotate(Count("pk")))
    written = sum(states.values())
    is_over = mailing.written_at is not None or mailing.state == MailingState.DROPPED
    total = written if is_over else max(written, mailing.messages_count)
    return MailingProgress(
        total_count=total,
        left_count=states.get(MessageState.SENT, 0),
        waiting_count=states.get(MessageState.QUEUED, 0) + states.get(MessageState.LEASED, 0),
        returned_count=states.get(MessageState.BOUNCED, 0) + states.get(MessageState.DEAD, 0),
        kept_count=states.get(MessageState.CANCELLED, 0),
        unwritten_count=total - written,
        per_minute=mailing.campaign.rule_tree.signature.messages_per_minute,
    )


def progress_chart(progress: MailingProgress) -> Stack:
    return draw_stack(
        key="messages",
        title=_("Messages of this mailing"),
        parts=_with_something(
            Part(_("Left"), progress.left_count, "success"),
            Part(_("Returned"), progress.returned_count, "danger"),
            Part(_("Waiting for their minute"), progress.waiting_count, "info"),
            Part(_("Not written yet"), progress.unwritten_count, "neutral"),
            Part(_("Did not leave"), progress.kept_count, "warning"),
        ),
    )


def reach_chart(mailing: Mailing) -> Stack:
    """The preview as one bar: families reached, and the others by what stands in the way."""
    lines = list(mailing.lines.all())

    def total(name: str) -> int:
        return sum(getattr(line, name) for line in lines)

    return draw_stack(
        key="reach",
        title=_("Families of this mailing"),
        parts=_with_something(
            Part(_("Can be written to"), total("reachable_count"), "success"),
            Part(_("No address"), total("no_address_count"), "warning"),
            Part(_("Messages come back"), total("bounced_count"), "danger"),
            Part(_("Want no message"), total("complained_count"), "neutral"),
            Part(_("Nobody may sign"), total("no_signer_count"), "info"),
        ),
    )


def _with_something(first: Part, *others: Part) -> list[Part]:
    """The first part and those that count somebody: a legend of zeros says nothing."""
    return [first, *(part for part in others if part.count)]


def steps_of(mailing: Mailing) -> list[dict[str, str]]:
    """Who did what to it, the first thing first, as the timeline component has it."""
    problems = (MailingState.STOPPED, MailingState.DROPPED)
    return [
        {
            "title": _step_title(line.from_state, line.to_state),
            "status": "problem" if line.to_state in problems else "done",
            "when": moment(line.at),
            "text": " – ".join(
                part for part in (str(line.by) if line.by else _("the calendar"), line.comment) if part
            ),
        }
        for line in mailing.log.select_related("by")
    ]


def _step_title(before: str, after: str) -> str:
    if (before, after) == (MailingState.STOPPED, MailingState.RUNNING):
        return _("Goes on")
    if before and after == MailingState.PREPARED:
        return _("Sent back")
    return {
        MailingState.PREPARED: _("Counted before leaving"),
        MailingState.ASKED: _("Launched, waits for approval"),
        MailingState.RUNNING: _("Letters leave"),
        MailingState.STOPPED: _("Stopped"),
        MailingState.DONE: _("All have left"),
        MailingState.DROPPED: _("Given up"),
    }[MailingState(after)]
