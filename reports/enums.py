"""Where each pupil stands, in one word for a school: enrolment, convention, paper, loan together."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Actor(models.TextChoices):
    """Who must act next for this pupil."""

    FAMILY = "family", _("the family")
    SCHOOL = "school", _("the school")
    SUPPLIER = "supplier", _("the supplier")
    NOBODY = "nobody", _("nobody")


class Situation(models.TextChoices):
    """The one state a school reads for a pupil, worked out from facts and never stored.

    The laptop speaks first (lent, in repair, to give back); then eligibility; then the convention and its paper
    copy; UNREACHABLE comes before SENT because a family nobody can write to will not answer.
    """

    EQUIPPED = "equipped", _("has the laptop")
    IN_REPAIR = "in_repair", _("laptop in repair")
    RETURN_DUE = "return_due", _("laptop to give back")
    SIGNED = "signed", _("signed, laptop to come")
    PAPER_PENDING = "paper_pending", _("scan being checked")
    PAPER_REJECTED = "paper_rejected", _("scan to do again")
    UNREACHABLE = "unreachable", _("family cannot be reached")
    SENT = "sent", _("waiting for the family")
    TO_SEND = "to_send", _("convention to be sent")
    REFUSED = "refused", _("the family refused")
    OPPOSED = "opposed", _("a parent objects")
    NOT_ELIGIBLE = "not_eligible", _("not concerned")
    UNKNOWN = "unknown", _("right not assessed yet")

    @property
    def actor(self) -> Actor:
        return ACTORS[self]

    @property
    def tone(self) -> str:
        """A tone of the style sheet; the words always say it too."""
        return TONES[self]


ACTORS = {
    Situation.EQUIPPED: Actor.NOBODY,
    Situation.IN_REPAIR: Actor.SUPPLIER,
    Situation.RETURN_DUE: Actor.FAMILY,
    Situation.SIGNED: Actor.SUPPLIER,
    Situation.PAPER_PENDING: Actor.SUPPLIER,
    Situation.PAPER_REJECTED: Actor.SCHOOL,
    Situation.UNREACHABLE: Actor.SCHOOL,
    Situation.SENT: Actor.FAMILY,
    Situation.TO_SEND: Actor.SUPPLIER,
    Situation.REFUSED: Actor.NOBODY,
    Situation.OPPOSED: Actor.SCHOOL,
    Situation.NOT_ELIGIBLE: Actor.NOBODY,
    Situation.UNKNOWN: Actor.NOBODY,
}
TONES = {
    Situation.EQUIPPED: "success",
    Situation.IN_REPAIR: "info",
    Situation.RETURN_DUE: "warning",
    Situation.SIGNED: "success",
    Situation.PAPER_PENDING: "info",
    Situation.PAPER_REJECTED: "danger",
    Situation.UNREACHABLE: "danger",
    Situation.SENT: "waiting",
    Situation.TO_SEND: "neutral",
    Situation.REFUSED: "neutral",
    Situation.OPPOSED: "danger",
    Situation.NOT_ELIGIBLE: "neutral",
    Situation.UNKNOWN: "neutral",
}
CHASED = [Situation.PAPER_REJECTED, Situation.UNREACHABLE, Situation.SENT]


def situations_of(actor: str) -> list[str]:
    """The situations in which this actor must act."""
    return [situation.value for situation, who in ACTORS.items() if who == actor]
