"""A request for help, its conversation and its files."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Prefetch, Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User
from core.constraints import one_of
from core.models import StoredFile
from core.verdicts import Verdict
from core.workflow import Stateful, StateLog
from loans.models import Device, Loan
from programmes.models import Campaign
from schools.models import Enrolment, Pupil, School
from support.enums import (
    LIVE_TICKET,
    TICKET_TRANSITIONS,
    WHO_ACTS,
    WHO_ACTS_FOR_SCHOOL,
    Channel,
    TicketKind,
    TicketState,
)


class TicketQuerySet(models.QuerySet["Ticket"]):
    def visible_to(self, user: User) -> Self:
        """A school sees the tickets of its own; the other roles see all."""
        if user.has_role(Role.SCHOOL):
            return self.filter(school__staff__user=user, school__staff__ended_on=None)
        return self

    def live(self) -> Self:
        return self.filter(state__in=LIVE_TICKET)

    def todo(self) -> Self:
        """Ours to move: nobody read them, or an agent works on them."""
        return self.filter(state__in=[TicketState.NEW, TicketState.OPEN])

    def waiting(self) -> Self:
        """The family or the school must answer."""
        return self.filter(state__in=[TicketState.WAITING_FAMILY, TicketState.WAITING_SCHOOL])

    def matching(self, words: str) -> Self:
        """By the ticket's number, the pupil's name or INE, a serial or an asset tag, whatever was typed."""
        code = words.strip().lstrip("#").upper().removeprefix("N°").strip()
        loans = Loan.objects.filter(device__in=Device.objects.by_scan(code))
        return self.filter(
            Q(number__endswith=code)
            | Q(pupil__in=Pupil.objects.matching(words))
            | Q(loan__in=loans)
            | Q(pupil__loans__in=loans)
        ).distinct()

    def for_list(self) -> Self:
        """With what a row shows: pupil and class, school, laptop, agent, rules; a fixed number of queries."""
        present = Enrolment.objects.current().select_related("school")
        return self.select_related("pupil", "school", "assignee", "loan__device").prefetch_related(
            Prefetch("pupil__enrolments", queryset=present, to_attr="present_enrolments"),
            "campaign__rules",
        )


class Ticket(Stateful):
    """A demande d'assistance. `number` is what people quote on the phone; `school` may see it.

    `requester_name` and `requester_email` are who asked, and where the answers go. `verdict` is the one that refused
    or the one that is contested. `moved_at` is when it came to its present state: who waits since when.
    """

    TRANSITIONS = TICKET_TRANSITIONS

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(_("number"), max_length=16, unique=True)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="tickets")
    kind = models.CharField(_("kind"), max_length=12, choices=TicketKind)
    state = models.CharField(_("state"), max_length=16, choices=TicketState, default=TicketState.NEW)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel)
    school = models.ForeignKey(
        School, on_delete=models.PROTECT, null=True, blank=True, related_name="tickets"
    )
    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, null=True, blank=True, related_name="tickets")
    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, null=True, blank=True, related_name="tickets")
    subject = models.CharField(_("subject"), max_length=160)
    requester_name = models.CharField(_("requester"), max_length=160, blank=True)
    requester_email = models.CharField(_("requester's address"), max_length=254, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    opened_at = models.DateTimeField(_("opened at"))
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="tickets"
    )
    moved_at = models.DateTimeField(_("in this state since"))
    verdict = models.JSONField(_("verdict"), null=True, blank=True)
    solved_at = models.DateTimeField(_("solved at"), null=True, blank=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        ordering = ["opened_at", "pk"]
        indexes = [models.Index(fields=["state", "opened_at"], name="ticket_queue")]
        constraints = [
            one_of("ticket", "state", TicketState.values),
            one_of("ticket", "kind", TicketKind.values),
            models.CheckConstraint(
                name="ticket_refused_says_why",
                condition=~Q(state=TicketState.REFUSED) | Q(verdict__isnull=False),
                violation_error_message=_("A refusal keeps its verdict."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"

    @property
    def about(self) -> str:
        """The name under which its messages are kept in the outbox."""
        return f"ticket:{self.public_id}"

    @property
    def why(self) -> Verdict | None:
        return Verdict.from_json(self.verdict) if self.verdict else None

    @property
    def opened_by_school(self) -> bool:
        """Whether the answers go to a member of a school's staff, who reads them here."""
        return self.channel == Channel.PORTAL

    @property
    def who_acts(self) -> str:
        """Who waits for whom, as an agent says it."""
        return str(WHO_ACTS.get(TicketState(self.state), ""))

    @property
    def who_acts_for_school(self) -> str:
        """The same, as it is said to a school."""
        return str(WHO_ACTS_FOR_SCHOOL.get(TicketState(self.state), ""))

    @property
    def is_live(self) -> bool:
        return self.state in LIVE_TICKET


class TicketLog(StateLog):
    subject = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="log")


class TicketMessage(models.Model):
    """A line of the conversation; `is_internal` ones are for agents only."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="messages")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    author_name = models.CharField(_("author"), max_length=160)
    body = models.TextField(_("message"))
    is_internal = models.BooleanField(_("internal note"), default=False)
    written_at = models.DateTimeField(_("written at"))

    class Meta:
        verbose_name = _("ticket message")
        verbose_name_plural = _("ticket messages")
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return f"{self.ticket.number} {self.written_at:%Y-%m-%d %H:%M}"


class TicketAttachment(models.Model):
    message = models.ForeignKey(TicketMessage, on_delete=models.CASCADE, related_name="attachments")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self) -> str:
        return self.file.name
