"""The story of a convention, of a loan and of a device, as lines a person can read, the latest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import Message, MessageState
from loans.models import Convention, Device, Loan


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened; `status` is `done` or `problem`, as the timeline component has it."""

    at: datetime
    title: str
    text: str = ""
    status: str = "done"


MESSAGE_TITLES = {
    "convention_to_sign": gettext_lazy("Convention sent by e-mail"),
    "convention_reminder": gettext_lazy("Reminder sent by e-mail"),
    "convention_signed": gettext_lazy("Receipt sent by e-mail"),
    "convention_sealed": gettext_lazy("Sealed copy sent by e-mail"),
    "signing_code": gettext_lazy("Single-use code sent"),
    "refusal_recorded": gettext_lazy("Refusal acknowledged by e-mail"),
    "paper_rejected": gettext_lazy("School told of the rejected scan"),
}
PROBLEMS = {"superseded", "refused", "opposed", "rejected", "stolen", "lost"}


def convention_story(convention: Convention, *, with_addresses: bool) -> list[Line]:
    """States, messages, scans and birth-date checks of a convention; addresses only for who may see them."""
    lines = [
        *_states(convention),
        *_messages(convention, with_addresses=with_addresses),
        *_scans(convention),
        *_visits(convention),
    ]
    return sorted(lines, key=lambda line: line.at, reverse=True)


def loan_story(loan: Loan) -> list[Line]:
    return sorted(_states(loan), key=lambda line: line.at, reverse=True)


def device_story(device: Device) -> list[Line]:
    """All that happened to one laptop, whoever had it."""
    return sorted(_states(device), key=lambda line: line.at, reverse=True)


def _states(subject: Any) -> Iterator[Line]:
    labels = dict(type(subject)._meta.get_field("state").choices)
    for move in subject.log.select_related("by"):
        who = move.by.get_full_name() if move.by else ""
        title = str(labels[move.to_state]).capitalize()
        if move.from_state == move.to_state:
            title = _("Note")
        text = " – ".join(part for part in (move.comment, who) if part)
        yield Line(move.at, title, text, "problem" if move.to_state in PROBLEMS else "done")


def _messages(convention: Convention, *, with_addresses: bool) -> Iterator[Line]:
    for message in Message.objects.about(convention.stream):
        state = message.get_state_display()
        text = f"{message.to_address} – {state}" if with_addresses else state
        bad = message.state in (MessageState.BOUNCED, MessageState.DEAD)
        title = str(MESSAGE_TITLES.get(message.kind, message.subject))
        yield Line(message.sent_at or message.due_at, title, text, "problem" if bad else "done")


def _scans(convention: Convention) -> Iterator[Line]:
    for copy in convention.paper_copies.select_related("uploaded_by"):
        yield Line(copy.uploaded_at, _("Scan received"), copy.uploaded_by.get_full_name())
        if copy.rejection_reason:
            yield Line(copy.reviewed_at, _("Scan rejected"), copy.rejection_reason, "problem")


def _visits(convention: Convention) -> Iterator[Line]:
    for link in convention.links.exclude(seen_at=None).select_related("guardian"):
        yield Line(link.seen_at, _("Link opened"), _("by the person, or by a mail filter"))
