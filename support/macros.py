"""The buttons that act: for each ticket, only those that make sense now, the likeliest first."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.refusals import Refused
from support import interventions, returns, theft, tickets
from support.dossier import Dossier
from support.enums import (
    Entitlement,
    InterventionKind,
    InterventionState,
    ReturnState,
    TicketKind,
    TicketState,
)
from support.interventions import BROKEN, MISSING
from support.models import Intervention, Ticket
from support.parcels import send_repair_label, send_return_label


Act = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Macro:
    """A button: `code` is posted, `done` is said after; `asks` names what must be typed before ("diagnosis")."""

    code: str
    label: str | Promise
    icon: str
    done: str | Promise
    act: Act
    asks: str = ""
    is_main: bool = False


MACROS: dict[str, Macro] = {}


def macro(label: str | Promise, icon: str, done: str | Promise, **options: Any) -> Callable[[Act], Act]:
    """Make a button of an act that takes the ticket, who, when, and the words typed."""

    def register(act: Act) -> Act:
        MACROS[act.__name__] = Macro(act.__name__, label, icon, done, act, **options)
        return act

    return register


@macro(
    _("Grant the repair"),
    "tools",
    _("Repair granted: the family knows how to send the laptop."),
    is_main=True,
)
def grant_repair(ticket: Ticket, by: User, at: datetime, words: str) -> None:
    interventions.grant_repair(ticket=ticket, by=by, at=at)


@macro(_("Grant an identical laptop"), "arrow-repeat", _("Replacement granted."))
def grant_exchange(ticket: Ticket, by: User, at: datetime, words: str) -> None:
    interventions.grant_repair(ticket=ticket, by=by, at=at, kind=InterventionKind.REPLACEMENT)


@macro(_("Refuse and explain why"), "ban", _("Refused: the reasons were sent."), is_main=True)
def refuse(ticket: Ticket, by: User, at: datetime, words: str) -> None:
    interventions.refuse(ticket=ticket, by=by, at=at)


@macro(
    _("Ask for the police report"), "shield-exclamation", _("The police report is asked for."), is_main=True
)
def ask_report(ticket: Ticket, by: User, at: datetime, words: str) -> None:
    theft.ask_report(ticket=ticket, by=by, at=at)


@macro(_("Send to replacement"), "box-seam", _("Granted: the warehouse prepares a laptop."), is_main=True)
def grant_replacement(ticket: Ticket, by: User, at: datetime, words: str) -> None:
    interventions.grant_replacement(ticket=ticket, by=by, at=at)


@macro(_("Send the label"), "printer", _("The label was sent."), is_main=True)
def label_repair(ticket: Ticket, by: User, at: datetime, words: str) -> None:
    send_repair_label(ticket=ticket, by=by, at=at)


@macro(_("Received at the workshop"), "tools", _("The workshop has the laptop."), asks="diagnosis")
def receive(ticket: Ticket, by: User, at: datetime, words: str) -> None:
    interventions.receive_at_workshop(intervention=granted(ticket), diagnosis=words, by=by, at=at)


@macro(_("Repaired: send it back"), "truck", _("The laptop goes back to the school."), is_main=True)
def finish(ticket: Ticket, by: User, at: datetime, words: str) -> None:
    interventions.finish_repair(intervention=granted(ticket), by=by, at=at)


@macro(_("Replace it from the stock"), "arrow-repeat", _("Another laptop leaves for the school."))
def replace(ticket: Ticket, by: User, at: datetime, words: str) -> None:
    interventions.replace_device(intervention=granted(ticket), by=by, at=at)


@macro(_("Open a return"), "arrow-return-left", _("The return is open: send the label."), is_main=True)
def take_back(ticket: Ticket, by: User, at: datetime, words: str) -> None:
    returns.take_back(ticket=ticket, by=by, at=at)


@macro(_("Send the return label"), "printer", _("The label was sent."), is_main=True)
def label_return(ticket: Ticket, by: User, at: datetime, words: str) -> None:
    send_return_label(ticket=ticket, by=by, at=at)


@macro(_("Handed over to the pupil"), "check-lg", _("Thank you: the request is solved."), is_main=True)
def confirm(ticket: Ticket, by: User, at: datetime, words: str) -> None:
    interventions.confirm_receipt(ticket=ticket, by=by, at=at)


@macro(_("Take it"), "person-plus", _("This request is now yours."))
def take(ticket: Ticket, by: User, at: datetime, words: str) -> None:
    tickets.assign(ticket=ticket, to=by, by=by, at=at)


@macro(_("Wait for the family"), "hourglass-split", _("The request waits for the family."))
def wait_family(ticket: Ticket, by: User, at: datetime, words: str) -> None:
    tickets.wait_for(ticket=ticket, whom="family", by=by, at=at)


@macro(_("Wait for the school"), "hourglass-split", _("The request waits for the school."))
def wait_school(ticket: Ticket, by: User, at: datetime, words: str) -> None:
    tickets.wait_for(ticket=ticket, whom="school", by=by, at=at)


@macro(_("Reopen"), "arrow-repeat", _("The request is open again."))
def reopen(ticket: Ticket, by: User, at: datetime, words: str) -> None:
    tickets.reopen(ticket=ticket, by=by, at=at)


@macro(_("Close"), "x-lg", _("The request is closed."))
def close(ticket: Ticket, by: User, at: datetime, words: str) -> None:
    tickets.close(ticket=ticket, by=by, at=at)


def granted(ticket: Ticket) -> Intervention:
    """The intervention the button is about; Refused(`not_granted`) for a page that is out of date."""
    found = interventions.granted_to(ticket)
    if found is None:
        raise Refused("not_granted", gettext("Nothing is granted for this request. Reload the page."))
    return found


def macros_for(ticket: Ticket, dossier: Dossier) -> list[Macro]:
    """What the entitlement, the repair and the return allow now."""
    return [MACROS[code] for code in _codes(ticket, dossier)] if ticket.is_live else []


def moves_for(ticket: Ticket, user: User) -> list[Macro]:
    """Who holds the ticket, and whom it waits for."""
    codes = ["take"] if ticket.is_live and ticket.assignee_id != user.pk else []
    codes += [code for code, state in MOVES.items() if ticket.can_move_to(state)]
    codes += [] if ticket.is_live else ["reopen"]
    return [MACROS[code] for code in codes]


MOVES = {
    "wait_family": TicketState.WAITING_FAMILY,
    "wait_school": TicketState.WAITING_SCHOOL,
    "close": TicketState.CLOSED,
}


def _codes(ticket: Ticket, dossier: Dossier) -> Iterator[str]:
    if dossier.intervention:
        yield from _on_intervention(dossier.intervention)
    elif dossier.verdict:
        yield from _on_verdict(ticket, dossier.verdict.outcome)
    if ticket.kind == TicketKind.DEPARTURE and dossier.loan and not dossier.live_return:
        yield "take_back"
    if dossier.live_return and dossier.live_return.state in (ReturnState.DUE, ReturnState.LABEL_SENT):
        yield "label_return"


def _on_intervention(intervention: Intervention) -> Iterator[str]:
    is_missing = intervention.kind in MISSING.values()
    if intervention.state == InterventionState.GRANTED:
        yield from ("replace",) if is_missing else ("label_repair", "receive", "replace")
    elif intervention.state == InterventionState.RECEIVED:
        yield from ("finish", "replace")
    elif intervention.state == InterventionState.DONE:
        yield "confirm"


def _on_verdict(ticket: Ticket, outcome: str) -> Iterator[str]:
    if outcome == Entitlement.REFUSED:
        yield "refuse"
    elif outcome == Entitlement.NEEDS_REPORT:
        yield "ask_report"
    elif ticket.kind in BROKEN:
        yield from ("grant_repair", "grant_exchange")
    else:
        yield "grant_replacement"
