"""The convention de prêt between the Region and a family, for one pupil in one campaign."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User
from core.constraints import one_of
from core.verdicts import Verdict
from core.workflow import Stateful, StateLog
from loans.enums import CONVENTION_TRANSITIONS, OPEN_CONVENTION, ConventionState, SignatureMethod, SignerKind
from loans.models.text import AuthoritySignature
from programmes.models import Campaign, RuleSet
from schools.models import Enrolment, Guardian, Pupil


class ConventionText(models.Model):
    """The text put to signature, generated from the rules, so that what is signed is what is applied.

    `sections` is a list of {"title", "paragraphs", "binds"}; `sha256` is over their canonical JSON. Never changed:
    other rules, or another signatory for the authority, make another version. `published_by` is empty when the
    night did it.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="convention_texts")
    number = models.PositiveSmallIntegerField(_("version"))
    rules = models.ForeignKey(RuleSet, on_delete=models.PROTECT, related_name="+")
    sections = models.JSONField(_("sections"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    authority_signature = models.ForeignKey(
        AuthoritySignature, on_delete=models.PROTECT, null=True, related_name="texts"
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("convention text")
        verbose_name_plural = _("convention texts")
        ordering = ["campaign", "number"]
        constraints = [models.UniqueConstraint(fields=["campaign", "number"], name="convention_text_version")]

    def __str__(self) -> str:
        return f"{self.campaign} v{self.number}"


class ConventionQuerySet(models.QuerySet["Convention"]):
    def visible_to(self, user: User) -> Self:
        """A school sees the conventions of the pupils it enrols now, whichever school they were signed in."""
        if user.has_role(Role.SCHOOL):
            return self.filter(pupil__in=Pupil.objects.visible_to(user))
        return self

    def open(self) -> Self:
        return self.filter(state__in=OPEN_CONVENTION)

    def signed(self) -> Self:
        return self.filter(state=ConventionState.SIGNED)

    def awaiting(self) -> Self:
        """Written to, and not answered."""
        return self.filter(state=ConventionState.SENT)


class Convention(Stateful):
    """One pupil's convention; a pupil has one open at a time in a campaign.

    `reference` is what people quote (« N26-004217-K »); `eligibility_verdict` is the verdict that made it; `document`
    is the signed PDF, stored once. `signed_on` is the day that counts for gates and waves: for paper, the day the
    supplier validated it (N5). `refused_by` is the guardian who refused, empty for the adult pupil.
    """

    TRANSITIONS = CONVENTION_TRANSITIONS

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reference = models.CharField(_("reference"), max_length=20, unique=True)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="conventions")
    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="conventions")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="conventions")
    text = models.ForeignKey(ConventionText, on_delete=models.PROTECT, related_name="conventions")
    state = models.CharField(
        _("state"), max_length=12, choices=ConventionState, default=ConventionState.DRAFT
    )
    signer_kind = models.CharField(_("signer"), max_length=10, choices=SignerKind)
    eligibility_verdict = models.JSONField(_("eligibility verdict"))
    issued_on = models.DateField(_("issued on"))
    sent_on = models.DateField(_("sent on"), null=True, blank=True)
    reminders_count = models.PositiveSmallIntegerField(_("reminders"), default=0)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    signature_method = models.CharField(
        _("signed how"),
        max_length=10,
        choices=SignatureMethod,
        null=True,
        blank=True,
    )
    refused_on = models.DateField(_("refused on"), null=True, blank=True)
    refused_by = models.ForeignKey(
        Guardian, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    refusal_reason = models.TextField(_("reason for refusing"), blank=True)

    objects = ConventionQuerySet.as_manager()

    class Meta:
        verbose_name = _("convention")
        verbose_name_plural = _("conventions")
        ordering = ["pk"]
        indexes = [models.Index(fields=["campaign", "state", "sent_on"], name="convention_due")]
        constraints = [
            models.UniqueConstraint(
                fields=["pupil", "campaign"],
                condition=Q(state__in=OPEN_CONVENTION),
                name="convention_one_open",
                violation_error_message=_("This pupil already has a convention for this campaign."),
            ),
            one_of("convention", "state", ConventionState.values),
            models.CheckConstraint(
                name="convention_signed_has_date",
                condition=~Q(state=ConventionState.SIGNED)
                | Q(signed_on__isnull=False, signature_method__isnull=False),
                violation_error_message=_("A signed convention has a date and a method."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def stream(self) -> str:
        """The name of its chain of evidence and of its messages."""
        return f"convention:{self.public_id}"

    @property
    def verdict(self) -> Verdict:
        return Verdict.from_json(self.eligibility_verdict)


class ConventionLog(StateLog):
    subject = models.ForeignKey(Convention, on_delete=models.CASCADE, related_name="log")
