"""The outbox: each e-mail is a row, written in the transaction that caused it (DESIGN invariant 8)."""

import uuid
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models.files import StoredFile
from core.tokens import revealed
from core.workflow import StateLog


class MessageState(models.TextChoices):
    """Where a message is.

    QUEUED: waits for its due instant and a free worker. LEASED: a worker holds it until `leased_until`; past
    that instant it is due again. SENT: the server accepted it. BOUNCED: the server refused it for good, or it
    came back; somebody must correct the address. DEAD: too many attempts failed, or the provider refused the message
    itself; somebody of the region looks at it. PARKED: no worker here knows its channel or its version; it leaves by
    itself when one does. CANCELLED: its reason vanished before it left (signed meanwhile, pupil gone).
    """

    QUEUED = "queued", _("queued")
    LEASED = "leased", _("being sent")
    SENT = "sent", _("sent")
    BOUNCED = "bounced", _("returned")
    DEAD = "dead", _("given up")
    PARKED = "parked", _("set apart")
    CANCELLED = "cancelled", _("cancelled")


class MessageQuerySet(models.QuerySet["Message"]):
    def about(self, subject: str) -> Self:
        """Messages that tell of one thing, such as `convention:<uuid>`."""
        return self.filter(about=subject)

    def in_lot(self, lot: str) -> Self:
        """Messages that left, or were to leave, together."""
        return self.filter(lot=lot)

    def waiting(self) -> Self:
        return self.filter(state__in=[MessageState.QUEUED, MessageState.LEASED])

    def unsent(self) -> Self:
        """What may still leave, by itself or by somebody's hand."""
        return self.exclude(state__in=[MessageState.SENT, MessageState.BOUNCED, MessageState.CANCELLED])

    def problematic(self) -> Self:
        return self.filter(state__in=[MessageState.BOUNCED, MessageState.DEAD])

    def stuck(self) -> Self:
        """What will not leave unless somebody of the region does something."""
        return self.filter(state__in=[MessageState.DEAD, MessageState.PARKED])


class Message(models.Model):
    """One e-mail to one address.

    `business_key` makes enqueuing it twice harmless; `message_id` is fixed, so that a second copy (a worker
    died between the server's accept and our commit) is folded by mail clients. `channel` and `version` say who can
    send it: a newer web process may write what an older worker cannot read. `provider_id` is the provider's name of it.
    `is_for_staff`: somebody's work waits for it, so that a complaint of the same person as a reader does not stop it.
    `lot` names the messages that leave together, and that one press of a button stops.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.SlugField(_("kind"), max_length=60, db_index=False)
    channel = models.SlugField(_("channel"), max_length=12, default="email", db_index=False)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    is_urgent = models.BooleanField(_("urgent"), default=False)
    is_for_staff = models.BooleanField(_("for members of staff"), default=False, db_default=False)
    business_key = models.CharField(_("business key"), max_length=200)
    about = models.CharField(_("about"), max_length=80)
    lot = models.CharField(_("lot"), max_length=80, blank=True)
    to_address = models.CharField(_("to"), max_length=254)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("body"))
    attachment = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    message_id = models.CharField(_("Message-ID"), max_length=200)
    state = models.CharField(_("state"), max_length=12, choices=MessageState, default=MessageState.QUEUED)
    due_at = models.DateTimeField(_("due at"))
    leased_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    attempts_count = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.TextField(_("last error"), blank=True)
    answer = models.CharField(_("answer of the mail server"), max_length=300, blank=True)
    provider_id = models.CharField(_("name given by the provider"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    given_up_at = models.DateTimeField(_("given up at"), null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(
                models.F("is_urgent").desc(),
                "attempts_count",
                "due_at",
                "id",
                name="message_next",
                condition=models.Q(state__in=["queued", "leased"]),
            ),
            models.Index(fields=["about"], name="message_about"),
            models.Index(
                fields=["given_up_at"], name="message_stuck", condition=models.Q(state__in=["dead", "parked"])
            ),
            models.Index(
                fields=["provider_id"], name="message_provider", condition=~models.Q(provider_id="")
            ),
            models.Index(fields=["lot", "state"], name="message_lot", condition=~models.Q(lot="")),
        ]
        constraints = [
            # Not `unique=True`: it would add an index for LIKE, written again at each step of each message.
            models.UniqueConstraint(fields=["business_key"], name="message_key_once"),
            models.UniqueConstraint(fields=["message_id"], name="message_name_once"),
            models.CheckConstraint(
                name="message_state_known", condition=models.Q(state__in=MessageState.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.to_address}"

    @property
    def clear_body(self) -> str:
        """The body as it leaves; what is kept hides its secrets (`core.tokens`)."""
        return revealed(self.body)


class MessageLog(StateLog):
    """What a person did with a message that could not leave."""

    subject = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="log")
