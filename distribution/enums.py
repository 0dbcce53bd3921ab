"""The states of deliveries, gate checks, pupils' lines and parcels."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.workflow import transitions


class DeliveryKind(models.TextChoices):
    """INITIAL: a school's distribution day. SECOND_VISIT: back for its absentees. WAVE: during the year (N9)."""

    INITIAL = "initial", _("delivery day")
    SECOND_VISIT = "second_visit", _("second visit")
    WAVE = "wave", _("mid-year wave")


class DeliveryState(models.TextChoices):
    """Where a school's delivery is.

    PROPOSED: the supplier named a day, the school must answer. DECLINED: the school asked for another day; the
    supplier proposes again. ACCEPTED: waits for the gate at D−7. CONFIRMED: the gate passed, devices will come.
    CANCELLED: the gate did not pass or a person cancelled; another delivery replaces it. OPEN: the day itself.
    CLOSED: counted, absentees settled.
    """

    PROPOSED = "proposed", _("date proposed")
    DECLINED = "declined", _("another date asked for")
    ACCEPTED = "accepted", _("accepted, threshold to come")
    CONFIRMED = "confirmed", _("confirmed")
    CANCELLED = "cancelled", pgettext_lazy("delivery", "cancelled")
    OPEN = "open", pgettext_lazy("delivery", "today")
    CLOSED = "closed", _("done")


DELIVERY_TRANSITIONS = transitions(
    proposed="accepted declined cancelled",
    declined="proposed cancelled",
    accepted="confirmed cancelled declined",
    confirmed="open cancelled",
    open="closed",
)
LIVE_DELIVERY = [
    DeliveryState.PROPOSED,
    DeliveryState.DECLINED,
    DeliveryState.ACCEPTED,
    DeliveryState.CONFIRMED,
    DeliveryState.OPEN,
]


class GateOutcome(models.TextChoices):
    """CONFIRMED or CANCELLED by the rule; NEEDS_HUMAN when the facts cannot be trusted (trust 60, 62)."""

    CONFIRMED = "confirmed", _("confirmed")
    CANCELLED = "cancelled", pgettext_lazy("delivery", "cancelled")
    NEEDS_HUMAN = "needs_human", _("to be decided by a person")


class Absentees(models.TextChoices):
    """What the rule does for the absentees of a day (N8)."""

    NOBODY = "nobody", _("nobody absent")
    PARCELS = "parcels", _("named parcels")
    SECOND_VISIT = "second_visit", _("second visit")


class LineState(models.TextChoices):
    """A pupil on a delivery day: EXPECTED, then HANDED_OVER, ABSENT, or REFUSED at the desk."""

    EXPECTED = "expected", _("expected")
    HANDED_OVER = "handed_over", _("handed over")
    ABSENT = "absent", _("absent")
    REFUSED = "refused", _("refused at the desk")


LINE_TRANSITIONS = transitions(
    expected="handed_over absent refused",
    absent="handed_over expected",
    refused="handed_over",
    handed_over="expected",  # undone at the desk, while the day is open
)


class ParcelState(models.TextChoices):
    """A laptop packed for one absentee: TO_PREPARE → SHIPPED → RECEIVED by the school → HANDED_OVER in person."""

    TO_PREPARE = "to_prepare", _("to prepare")
    SHIPPED = "shipped", _("shipped")
    RECEIVED = "received", _("received by the school")
    HANDED_OVER = "handed_over", _("handed over")
    CANCELLED = "cancelled", _("cancelled")


PARCEL_TRANSITIONS = transitions(
    to_prepare="shipped cancelled", shipped="received cancelled", received="handed_over cancelled"
)
LIVE_PARCEL = [ParcelState.TO_PREPARE, ParcelState.SHIPPED, ParcelState.RECEIVED]
