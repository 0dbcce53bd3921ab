"""Tones and icons: one look for each state word, whatever the screen. The word itself is always written."""

from typing import NamedTuple

from django import template


register = template.Library()


class Look(NamedTuple):
    """How a state is shown: a tone of the style sheet and an icon of the sprite."""

    tone: str
    icon: str


TONES = {
    "success": Look("success", "check-lg"),
    "warning": Look("warning", "exclamation-triangle-fill"),
    "danger": Look("danger", "x-circle-fill"),
    "info": Look("info", "info-circle-fill"),
    "waiting": Look("waiting", "hourglass-split"),
    "neutral": Look("neutral", "circle"),
}
LEVELS = {"debug": "neutral", "error": "danger"}

STATES = {
    **dict.fromkeys(
        ("accepted", "active", "done", "merged", "eligible", "granted", "healthy", "passed", "sent_ok"),
        TONES["success"],
    ),
    **dict.fromkeys(
        ("signed", "validated", "confirmed", "resolved", "received", "solved", "read"), TONES["success"]
    ),
    **dict.fromkeys(("handed_over", "delivered", "on_loan"), Look("success", "laptop")),
    **dict.fromkeys(
        ("sent", "pending", "expected", "proposed", "waiting", "requested", "asked"), TONES["waiting"]
    ),
    **dict.fromkeys(("queued", "scheduled", "in_progress", "running"), Look("info", "clock")),
    **dict.fromkeys(("open", "new", "applied", "ready"), TONES["info"]),
    **dict.fromkeys(("waiting_family", "waiting_school", "label_sent"), TONES["waiting"]),
    **dict.fromkeys(("in_repair", "diagnosis", "workshop"), Look("info", "tools")),
    **dict.fromkeys(("in_transit", "shipped", "on_the_road"), Look("info", "truck")),
    **dict.fromkeys(("in_stock", "prepared"), Look("neutral", "box-seam")),
    **dict.fromkeys(("draft", "dropped", "superseded", "terminated", "closed", "retired"), TONES["neutral"]),
    "dealt_with": TONES["neutral"],
    **dict.fromkeys(("ceded", "released", "cancelled_by_family"), TONES["neutral"]),
    **dict.fromkeys(("return_due", "due", "held", "needs_human", "quarantined", "overdue"), TONES["warning"]),
    **dict.fromkeys(
        ("declined", "absent", "missing", "warning", "set_aside", "parked", "stopped"), TONES["warning"]
    ),
    **dict.fromkeys(
        ("refused", "rejected", "reverted", "cancelled", "failed", "bounced", "dead"), TONES["danger"]
    ),
    **dict.fromkeys(("not_eligible", "blocked", "error", "opposed"), TONES["danger"]),
    **dict.fromkeys(("stolen", "lost"), Look("danger", "shield-exclamation")),
}


@register.simple_tag
def look_of_tone(tone: str) -> Look:
    """The look of a tone or of a Django message level; an unknown one is neutral."""
    return TONES.get(LEVELS.get(tone, tone), TONES["neutral"])


@register.simple_tag
def look_of_state(state: str = "", tone: str = "", icon: str = "") -> Look:
    """The look of a state, unless a tone or an icon is named."""
    look = look_of_tone(tone) if tone else STATES.get(str(state), TONES["neutral"])
    return Look(look.tone, icon or look.icon)
