"""What the nights did: one row for each job and each day, whoever rang the bell."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class JobRun(models.Model):
    """A scheduled job for a day. Unique by kind and day, so a doubled schedule runs once (trust 52)."""

    kind = models.SlugField(_("kind"), max_length=40)
    for_date = models.DateField(_("for the day"))
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    runs_count = models.PositiveIntegerField(_("number of runs"), default=1)
    figures = models.JSONField(_("figures"), default=dict, blank=True)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("job run")
        verbose_name_plural = _("job runs")
        ordering = ["-for_date", "kind"]
        constraints = [models.UniqueConstraint(fields=["kind", "for_date"], name="job_run_once_a_day")]

    def __str__(self) -> str:
        return f"{self.kind} {self.for_date:%Y-%m-%d}"
