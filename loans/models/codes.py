"""Single-use codes: the second proof of who signs, where the rules ask for one."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from loans.enums import CodeChannel
from loans.models.convention import Convention
from loans.models.signing import SigningLink
from schools.models import Guardian


class SigningCodeQuerySet(models.QuerySet["SigningCode"]):
    def of(self, link: SigningLink) -> Self:
        """Those of the person this link is for, whichever of their links asked."""
        return self.filter(convention=link.convention_id, guardian=link.guardian_id)

    def usable(self, at: datetime) -> Self:
        return self.filter(used_at=None, closed_at=None, expires_at__gt=at)

    def sent(self) -> Self:
        """By the network, not from hand to hand."""
        return self.exclude(channel=CodeChannel.PAPER)


class SigningCode(models.Model):
    """Six digits for one signatory of one convention (`guardian` is empty for the adult pupil).

    Only their HMAC is kept, under a key that is not in the database: a plain digest of six digits is no secret
    (trust 6). `link` is the one that asked, or that gave the code back; `issued_by` the agent who handed it over.
    Five wrong tries close it (trust 10).
    """

    convention = models.ForeignKey(Convention, on_delete=models.PROTECT, related_name="codes")
    guardian = models.ForeignKey(
        Guardian, on_delete=models.PROTECT, null=True, blank=True, related_name="codes"
    )
    link = models.ForeignKey(
        SigningLink, on_delete=models.PROTECT, null=True, blank=True, related_name="codes"
    )
    channel = models.CharField(_("channel"), max_length=10, choices=CodeChannel)
    sent_to = models.CharField(_("sent to"), max_length=254, blank=True)
    digest = models.CharField(_("keyed digest"), max_length=64)
    issued_at = models.DateTimeField(_("issued at"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    expires_at = models.DateTimeField(_("expires at"))
    wrong_count = models.PositiveSmallIntegerField(_("wrong tries"), default=0)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)

    objects = SigningCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("single-use code")
        verbose_name_plural = _("single-use codes")
        ordering = ["-issued_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="code_on_paper_has_agent",
                condition=~Q(channel=CodeChannel.PAPER) | Q(issued_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.convention} {self.channel} {self.issued_at:%Y-%m-%d %H:%M}"
