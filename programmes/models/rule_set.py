"""A version of the rules, exactly as voted."""

from datetime import datetime
from functools import cached_property

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from programmes.models.programme import Programme
from programmes.rule_tree import Rules


class RuleSet(models.Model):
    """One version of a programme's rules: version 3 of « Pack numérique lycéen », voted on 4 July.

    Never changed and never deleted: the database refuses both (migration 0002). A new rule is a new
    version, written by `programmes.ruling.vote_rules`; cases already decided keep the version they cite.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="rule_sets")
    number = models.PositiveIntegerField(_("version"))
    effective_on = models.DateField(_("in force from"))
    document = models.JSONField(_("rules"), encoder=DjangoJSONEncoder)
    note = models.TextField(_("what changes and who decided"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("written by"),
    )
    created_at = models.DateTimeField(_("written at"), auto_now_add=True)

    class Meta:
        verbose_name = _("version of the rules")
        verbose_name_plural = _("versions of the rules")
        ordering = ["programme", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "number"],
                name="one_rule_set_per_number",
                violation_error_message=_("This version number is already used."),
            ),
            models.CheckConstraint(
                condition=models.Q(number__gte=1),
                name="rule_set_number_starts_at_one",
                violation_error_message=_("Versions are numbered from 1."),
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.number}"

    @cached_property
    def tree(self) -> Rules:
        """The typed rules; a process reads each stored version once, since neither it nor they can change."""
        if self._state.adding:
            return Rules.read(self.document)
        key = (self.pk, self.created_at)
        if key not in _READ:
            _READ[key] = Rules.read(self.document)
        return _READ[key]


_READ: dict[tuple[int, datetime], Rules] = {}
