"""The outbox in the region's words: what a kind of message is, and why one could not leave."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import Message, MessageState


KINDS = {
    "convention_reminder": gettext_lazy("Reminder to sign"),
    "convention_sealed": gettext_lazy("Signed copy"),
    "convention_signed": gettext_lazy("Receipt of a signature"),
    "convention_to_sign": gettext_lazy("Convention to sign"),
    "day_called_off": gettext_lazy("Delivery day called off"),
    "day_closed": gettext_lazy("End of a delivery day"),
    "delivery_called_off": gettext_lazy("Delivery called off"),
    "delivery_confirmed": gettext_lazy("Delivery confirmed"),
    "delivery_day": gettext_lazy("Delivery day"),
    "delivery_declined": gettext_lazy("Delivery date declined"),
    "delivery_proposed": gettext_lazy("Delivery date proposed"),
    "feed_missing": gettext_lazy("Files that did not come"),
    "laptop_coming": gettext_lazy("The laptop comes"),
    "night_of_region": gettext_lazy("The region’s night"),
    "night_of_schools": gettext_lazy("The school’s night"),
    "paper_rejected": gettext_lazy("Paper copy to sign again"),
    "return_asked": gettext_lazy("Laptop to give back"),
    "staff_invitation": gettext_lazy("Invitation of staff"),
    "ticket_answered": gettext_lazy("Answer to a request"),
    "ticket_received": gettext_lazy("Request received"),
}


def kind_in_words(kind: str) -> str:
    """Those without words of their own are told by their subject."""
    return str(KINDS.get(kind) or _("Other message"))


def why_it_waits(message: Message) -> str:
    """One sentence for a person; the server's own words are shown below it."""
    if message.state == MessageState.PARKED:
        return _("An update is under way: it will leave by itself when the update ends.")
    if message.last_error.startswith("The worker died"):
        return _("It stopped the worker each time. Ask your IT team to look at it before you try again.")
    if message.last_error.startswith("CannotDecrypt"):
        return _(
            "Its link is sealed with a key this server no longer has. Ask your IT team to look at FILES_KEYS."
        )
    if "API" in message.last_error:
        return _("The e-mail provider refused it. Look at the sender’s address and at your account there.")
    return _("The mail server put it off each time. Once the server takes messages again, try again.")
