"""A programme in one school year, and the record of which rules governed it when."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from programmes.models.programme import Programme
from programmes.models.rule_set import RuleSet
from programmes.rule_tree import Rules


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def running(self, on: date) -> "CampaignQuerySet":
        """Campaigns open that day."""
        return self.filter(opens_on__lte=on, closes_on__gte=on)

    def with_rules(self) -> "CampaignQuerySet":
        """Programme and rules in the same query: what nearly every reader of a campaign needs."""
        return self.select_related("programme", "rules")

    def current(self, on: date) -> "Campaign | None":
        """The campaign of that day: of those open, the latest school year. None between two campaigns."""
        return self.with_rules().running(on).order_by("-school_year", "-pk").first()

    def latest_known(self, on: date) -> "Campaign | None":
        """The campaign of that day, else the latest one: what a page shows between two campaigns."""
        return self.current(on) or self.with_rules().order_by("-school_year", "-pk").first()


class Campaign(models.Model):
    """A programme in one school year: « normandie-2026 » starts with the rentrée of September 2026.

    Its rules are a version, so last year's file is judged by last year's rule.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="campaigns")
    slug = models.SlugField(_("short name"), unique=True)
    school_year = models.PositiveSmallIntegerField(
        _("school year"), help_text=_("The year of its September: 2026 for 2026-2027.")
    )
    rules = models.ForeignKey(
        RuleSet, on_delete=models.PROTECT, related_name="campaigns", verbose_name=_("version of the rules")
    )
    opens_on = models.DateField(_("opens on"))
    mailing_on = models.DateField(_("first mailing of conventions on"))
    first_delivery_on = models.DateField(_("first delivery on"))
    last_delivery_on = models.DateField(_("last delivery on"))
    closes_on = models.DateField(_("closes on"))
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-school_year", "slug"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "school_year"],
                name="one_campaign_per_school_year",
                violation_error_message=_("This programme already has a campaign for that school year."),
            ),
            models.CheckConstraint(
                condition=Q(school_year__gte=2000, school_year__lte=2100),
                name="campaign_school_year_makes_sense",
                violation_error_message=_("The school year is the year of its September."),
            ),
            models.CheckConstraint(
                condition=Q(opens_on__lte=F("mailing_on")),
                name="campaign_opens_before_mailing",
                violation_error_message=_("Conventions cannot be sent before the campaign opens."),
            ),
            models.CheckConstraint(
                condition=Q(mailing_on__lt=F("first_delivery_on")),
                name="campaign_mails_before_delivering",
                violation_error_message=_("Conventions must be sent before the first delivery."),
            ),
            models.CheckConstraint(
                condition=Q(first_delivery_on__lte=F("last_delivery_on")),
                name="campaign_deliveries_in_order",
                violation_error_message=_("The last delivery cannot come before the first."),
            ),
            models.CheckConstraint(
                condition=Q(last_delivery_on__lte=F("closes_on")),
                name="campaign_closes_after_deliveries",
                violation_error_message=_("The campaign cannot close before the last delivery."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme.name} {self.school_year_label}"

    @property
    def school_year_label(self) -> str:
        return f"{self.school_year}-{self.school_year + 1}"

    @property
    def rule_tree(self) -> Rules:
        """The typed rules: `campaign.rule_tree.gate.threshold`."""
        return self.rules.tree

    @property
    def rules_version(self) -> str:
        """What a verdict cites: « normandie-2026 v1 »."""
        return f"{self.slug} v{self.rules.number}"

    def is_open(self, on: date) -> bool:
        return self.opens_on <= on <= self.closes_on


class RuleAdoption(models.Model):
    """From this day on, this campaign follows that version. The last line is the campaign's `rules`."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="adoptions")
    rules = models.ForeignKey(RuleSet, on_delete=models.PROTECT, related_name="adoptions")
    adopted_on = models.DateField(_("from"))
    adopted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    created_at = models.DateTimeField(_("recorded at"), auto_now_add=True)

    class Meta:
        verbose_name = _("change of rules")
        verbose_name_plural = _("changes of rules")
        ordering = ["campaign", "-adopted_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.campaign.slug} {self.rules}"
