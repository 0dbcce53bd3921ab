"""A pupil, and the names under which the files know them."""

import uuid
from datetime import date
from typing import Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User


class PupilQuerySet(models.QuerySet["Pupil"]):
    def visible_to(self, user: User) -> Self:
        """A school sees the pupils it enrols now; the other roles see all (invariant 10)."""
        from schools.models.enrolment import Enrolment  # which names pupils

        if user.has_role(Role.SCHOOL):
            return self.filter(pk__in=Enrolment.objects.current().visible_to(user).values("pupil"))
        return self

    def standing(self) -> Self:
        """Without the rows that turned out to be another pupil."""
        return self.filter(merged_into=None)

    def matching(self, words: str) -> Self:
        """Pupils whose names begin with each of the words, accents and case aside; or whose INE is this."""
        from schools.search import search_key  # pure, but kept with its SQL twin

        found = Q(ine=words.strip().upper())  # as it is kept: the index is used
        by_name = Q()
        for word in search_key(words).split():
            by_name &= Q(search_key__contains=f" {word}")
        return self.standing().filter(found | by_name) if by_name else self.standing().filter(found)


class Pupil(models.Model):
    """A young person lent a laptop, known for good by the INE, never deleted because a file forgot them.

    `ine` is the national number in force (unknown for a while for some newcomers); older forms are in
    `former_ines`. `search_key` is « family usage given » unaccented, lower case, each word after a space.
    `merged_into` is set on a row found to be another pupil: nothing is left to it but its address.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ine = models.CharField(_("INE"), max_length=11, null=True, blank=True, unique=True)
    former_ines = models.JSONField(_("former INEs"), default=list, blank=True)
    family_name = models.CharField(_("family name"), max_length=100)
    usage_name = models.CharField(_("usage name"), max_length=100, blank=True)
    given_name = models.CharField(_("given name"), max_length=100)
    birth_on = models.DateField(_("born on"))
    email = models.CharField(_("e-mail address"), max_length=254, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    deceased_on = models.DateField(_("deceased on"), null=True, blank=True)
    search_key = models.CharField(max_length=320, editable=False, default="")
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_rows"
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = PupilQuerySet.as_manager()

    class Meta:
        verbose_name = _("pupil")
        verbose_name_plural = _("pupils")
        ordering = ["search_key", "pk"]
        indexes = [
            GinIndex(fields=["search_key"], name="pupil_search", opclasses=["gin_trgm_ops"]),
            models.Index(
                fields=["birth_on", "search_key"], name="pupil_by_birth"
            ),  # newcomers are looked for
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.given_name} {self.usage_name or self.family_name}"

    @property
    def list_name(self) -> str:
        """« DURAND Zoé », as class lists have it."""
        return f"{(self.usage_name or self.family_name).upper()} {self.given_name}"

    def is_adult(self, on: date) -> bool:
        from schools.rules import is_adult

        return is_adult(self.birth_on, on)


class PupilAlias(models.Model):
    """The number by which one source knows a pupil: (siecle, 0140013N, ELEVE_ID)."""

    pupil = models.ForeignKey(
        Pupil, on_delete=models.PROTECT, related_name="aliases", db_constraint=False
    )  # checked by statement (core.references)
    source = models.CharField(_("source"), max_length=16)
    scope = models.CharField(_("scope"), max_length=16)
    identifier = models.CharField(_("identifier"), max_length=40)

    class Meta:
        verbose_name = _("alias")
        verbose_name_plural = _("aliases")
        constraints = [models.UniqueConstraint(fields=["source", "scope", "identifier"], name="alias_once")]

    def __str__(self) -> str:
        return f"{self.source}:{self.scope}:{self.identifier}"
