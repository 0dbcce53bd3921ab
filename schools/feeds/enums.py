"""Ways in, and what becomes of what comes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.workflow import transitions


class Way(models.TextChoices):
    """How files came. PUSH: sent to our address. PULL: we asked a service. DROP: found in the folder, unreadable."""

    PUSH = "push", _("sent by a machine")
    PULL = "pull", _("asked from a service")
    DROP = "drop", _("left in the folder")


class DeliveryState(models.TextChoices):
    """What became of files that came by themselves.

    RECEIVED: stored, a worker reads them shortly. READ: read to the end; the imports tell what was applied, held or
    refused. SET_ASIDE: nobody could read them; they are kept, and the region looks. DEALT_WITH: a person looked.
    """

    RECEIVED = "received", _("received, to be read")
    READ = "read", _("read")
    SET_ASIDE = "set_aside", _("set aside")
    DEALT_WITH = "dealt_with", _("dealt with")


DELIVERY_TRANSITIONS = transitions(
    received="read set_aside", read="received", set_aside="received dealt_with", dealt_with="received"
)


class UseOutcome(models.TextChoices):
    """What a sender was answered, each time a token was shown."""

    ACCEPTED = "accepted", _("accepted")
    REPEATED = "repeated", _("received already")
    FOLLOWED = "followed", _("asked for news")
    OUTSIDE_SCOPE = "outside_scope", _("another school")
    UNREADABLE = "unreadable", _("unreadable")
    TOO_LARGE = "too_large", _("too large")
    REFUSED = "refused", _("refused")
    TOO_MANY = "too_many", _("too many requests")
    EXPIRED = "expired", _("expired token")
    REVOKED = "revoked", _("revoked token")


class SourceKind(models.TextChoices):
    """The services we know how to ask."""

    NETSYNCHRO = "netsynchro", "SIECLE (NetSynchro)"
    SYGNE = "sygne", "SYGNE"
    FREGATA = "fregata", "FREGATA"


class SourceCover(models.TextChoices):
    """Whose pupils a service knows. AGRICULTURAL: those of the agriculture ministry. EDUCATION: all the others."""

    ALL = "all", _("all the schools")
    EDUCATION = "education", _("all but agricultural schools")
    AGRICULTURAL = "agricultural", _("agricultural schools")


class PullState(models.TextChoices):
    """WAITING: to be asked, or asked again. DONE: files came, or nothing had changed. FAILED: given up for that day."""

    WAITING = "waiting", _("to ask")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
