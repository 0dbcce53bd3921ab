"""Those who answer for a minor, as the school's base names them."""

import uuid
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from schools.enums import ENTRUSTED_KINSHIPS, TUTOR_KINSHIP, GuardianLevel
from schools.models.pupil import Pupil


class Guardian(models.Model):
    """A person responsible for pupils, known by the number of the source: never by an e-mail address.

    One guardian's details are never shown to the other (invariant 10).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source = models.CharField(_("source"), max_length=16)
    scope = models.CharField(_("scope"), max_length=16)
    identifier = models.CharField(_("identifier"), max_length=40)
    title = models.CharField(_("title"), max_length=10, blank=True)
    family_name = models.CharField(_("family name"), max_length=100)
    usage_name = models.CharField(_("usage name"), max_length=100, blank=True)
    given_name = models.CharField(_("given name"), max_length=100, blank=True)
    email = models.CharField(_("e-mail address"), max_length=254, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    address = models.TextField(_("postal address"), blank=True)

    class Meta:
        verbose_name = _("guardian")
        verbose_name_plural = _("guardians")
        constraints = [
            models.UniqueConstraint(fields=["source", "scope", "identifier"], name="guardian_once")
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.given_name} {self.usage_name or self.family_name}".strip()

    @property
    def polite_name(self) -> str:
        return f"{self.title} {self.full_name}".strip()


class GuardianshipQuerySet(models.QuerySet["Guardianship"]):
    def current(self) -> Self:
        return self.filter(ended_on=None)

    def legal(self) -> Self:
        """Those who may sign for a minor."""
        return self.current().filter(level=GuardianLevel.LEGAL)

    def by_link(self) -> Self:
        """Legal guardians who sign by a link of their own: a service signs at the desk, with its decision."""
        return self.legal().exclude(kinship__in=ENTRUSTED_KINSHIPS)

    def entrusted(self) -> Self:
        """Those to whom the child is entrusted (foster family, ASE, tutor) without being its legal guardians."""
        return self.current().filter(
            level=GuardianLevel.IN_CHARGE, kinship__in=(*ENTRUSTED_KINSHIPS, TUTOR_KINSHIP)
        )


class Guardianship(models.Model):
    """The link between a guardian and a pupil; `rank` orders signers: priority, home, then kinship."""

    pupil = models.ForeignKey(
        Pupil, on_delete=models.PROTECT, related_name="guardianships", db_index=False, db_constraint=False
    )  # `guardianship_once` begins with it; both are checked by statement (core.references)
    guardian = models.ForeignKey(
        Guardian, on_delete=models.PROTECT, related_name="guardianships", db_constraint=False
    )
    level = models.PositiveSmallIntegerField(_("level"), choices=GuardianLevel)
    kinship = models.CharField(_("kinship code"), max_length=2, blank=True)
    rank = models.PositiveSmallIntegerField(_("rank"), default=0)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)

    objects = GuardianshipQuerySet.as_manager()

    class Meta:
        verbose_name = _("guardianship")
        verbose_name_plural = _("guardianships")
        ordering = ["rank", "pk"]
        constraints = [models.UniqueConstraint(fields=["pupil", "guardian"], name="guardianship_once")]

    def __str__(self) -> str:
        return f"{self.guardian} – {self.pupil}"
