"""The kinds and states of tickets, interventions and returns."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.workflow import transitions


class TicketKind(models.TextChoices):
    """What the person needs; the first five concern a laptop on loan."""

    BREAKDOWN = "breakdown", _("breakdown")
    BREAKAGE = "breakage", _("breakage")
    THEFT = "theft", _("theft")
    LOSS = "loss", _("loss")
    CHARGER = "charger", _("charger or accessory")
    SOFTWARE = "software", _("software")
    ACCOUNT = "account", _("locked laptop or account")
    SIGNATURE = "signature", _("signature of the convention")
    DELIVERY = "delivery", _("delivery")
    DEPARTURE = "departure", _("departure or return")
    CONTEST = "contest", _("a decision is contested")
    OTHER = "other", _("other question")


class TicketState(models.TextChoices):
    """Who must act.

    NEW: an agent must read it. OPEN: an agent works on it. WAITING_FAMILY / WAITING_SCHOOL: they must answer or send
    something; our clock pauses. WORKSHOP: the laptop is at the workshop or on its way. SOLVED: done; the person may
    reopen it for a while. CLOSED: over. REFUSED: the rules do not grant it; the verdict says why.
    """

    NEW = "new", _("new")
    OPEN = "open", _("in progress")
    WAITING_FAMILY = "waiting_family", _("waiting for the family")
    WAITING_SCHOOL = "waiting_school", _("waiting for the school")
    WORKSHOP = "workshop", _("at the workshop")
    SOLVED = "solved", _("solved")
    CLOSED = "closed", _("closed")
    REFUSED = "refused", _("refused by the rules")


TICKET_TRANSITIONS = transitions(
    new="open waiting_family waiting_school workshop solved refused closed",
    open="waiting_family waiting_school workshop solved refused closed",
    waiting_family="open waiting_school workshop solved refused closed",
    waiting_school="open waiting_family workshop solved refused closed",
    workshop="open waiting_school solved",
    solved="open closed",
    refused="open closed",
    closed="open",
)
LIVE_TICKET = [
    TicketState.NEW,
    TicketState.OPEN,
    TicketState.WAITING_FAMILY,
    TicketState.WAITING_SCHOOL,
    TicketState.WORKSHOP,
]

WHO_ACTS = {
    TicketState.NEW: _("We must answer"),
    TicketState.OPEN: _("We must act"),
    TicketState.WAITING_FAMILY: _("The family must answer"),
    TicketState.WAITING_SCHOOL: _("The school must act"),
    TicketState.WORKSHOP: _("The workshop repairs"),
}
WHO_ACTS_FOR_SCHOOL = {
    TicketState.NEW: _("The helpdesk must answer"),
    TicketState.OPEN: _("The helpdesk sees to it"),
    TicketState.WAITING_FAMILY: _("The family must answer"),
    TicketState.WAITING_SCHOOL: _("You must act"),
    TicketState.WORKSHOP: _("The laptop is at the workshop"),
}


class Channel(models.TextChoices):
    PHONE = "phone", _("phone")
    EMAIL = "email", _("e-mail")
    PORTAL = "portal", _("school portal")
    FAMILY = "family", _("family page")


class Entitlement(models.TextChoices):
    """What the rules answer: GRANTED, REFUSED, or NEEDS_REPORT: not before the police report is here (N11)."""

    GRANTED = "granted", _("granted by the rules")
    REFUSED = "refused", _("refused by the rules")
    NEEDS_REPORT = "needs_report", _("police report missing")


class DepartureOutcome(models.TextChoices):
    """The words of the rule tree, and ASK: nobody knows why the pupil left, the school is asked meanwhile (N12)."""

    KEEP = "keep", _("keeps the laptop")
    RETURN = "return", _("gives the laptop back")
    BUYOUT = "buyout", _("may buy the laptop")
    CESSION = "cession", _("becomes its owner")
    ASK = "ask", _("gives it back, to be confirmed by the school")


class InterventionKind(models.TextChoices):
    """What an entitlement grants: REPAIR or REPLACEMENT of a broken laptop; THEFT_REPLACEMENT, LOSS_REPLACEMENT."""

    REPAIR = "repair", _("repair")
    REPLACEMENT = "replacement", _("identical replacement")
    THEFT_REPLACEMENT = "theft_replacement", _("replacement after theft")
    LOSS_REPLACEMENT = "loss_replacement", _("replacement after loss")


class InterventionState(models.TextChoices):
    """GRANTED: by the rules, nothing moved yet. RECEIVED: the workshop has the laptop. DONE: the pupil has one."""

    GRANTED = "granted", _("granted")
    RECEIVED = "received", _("at the workshop")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")


INTERVENTION_TRANSITIONS = transitions(granted="received done cancelled", received="done cancelled")


class ReturnState(models.TextChoices):
    """A laptop coming back.

    DUE: the rules ask for it, the family or the school knows. LABEL_SENT: the prepaid label was made. IN_TRANSIT: the
    parcel was handed in. RECEIVED: at the warehouse, to inspect. CLOSED: inspected, the loan is over.
    CANCELLED: no longer due (came back to a member school).
    """

    DUE = "due", _("to give back")
    LABEL_SENT = "label_sent", _("label sent")
    IN_TRANSIT = "in_transit", _("on its way")
    RECEIVED = "received", _("received, to inspect")
    CLOSED = "closed", _("done")
    CANCELLED = "cancelled", _("cancelled")


RETURN_TRANSITIONS = transitions(
    due="label_sent in_transit received cancelled",
    label_sent="in_transit received cancelled",
    in_transit="received cancelled",
    received="closed",
)
LIVE_RETURN = [ReturnState.DUE, ReturnState.LABEL_SENT, ReturnState.IN_TRANSIT, ReturnState.RECEIVED]


class Condition(models.TextChoices):
    """The state of a laptop that comes back, as the warehouse sees it."""

    GOOD = "good", _("good condition")
    WORN = "worn", _("signs of use")
    DAMAGED = "damaged", _("damaged")
    BROKEN = "broken", _("out of order")


class ReturnReason(models.TextChoices):
    """Why the rules ask for the laptop; the words of the rule tree's `departure` section."""

    OTHER_REGION = "other_region", _("left for another region")
    NON_MEMBER = "non_member_school", _("left for a school outside the programme")
    CFA = "cfa", _("left for an apprentice training centre")
    END_OF_SCHOOLING = "end_of_schooling", _("end of schooling")
    UNKNOWN = "unknown", _("no longer in any school's base")
    REFUSED = "withdrawn", _("the family gives it back")
