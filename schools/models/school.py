"""A school, the campaigns it joined, and the people who act for it."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User
from core.constraints import one_of
from programmes.enums import SchoolKind, Sector
from programmes.models import Campaign
from schools.enums import StaffFunction


class SchoolQuerySet(models.QuerySet["School"]):
    def visible_to(self, user: User) -> Self:
        """Staff of a school see their schools; the other roles see every school."""
        if user.has_role(Role.SCHOOL):
            return self.filter(staff__user=user, staff__ended_on=None)
        return self

    def members_of(self, campaign: Campaign) -> Self:
        """Schools that joined this campaign and have not left it."""
        return self.filter(memberships__campaign=campaign, memberships__ended_on=None)


class School(models.Model):
    """A school known by its UAI: seven digits and a key letter.

    `zone` is the school-holiday zone (A, B, C); `label` is the programme's own mark, such as « lycée numérique »
    in Occitanie (O1). A school that closes names its `successor`; it is never deleted.
    """

    uai = models.CharField(_("UAI"), max_length=8, unique=True)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=12, choices=SchoolKind)
    sector = models.CharField(_("sector"), max_length=8, choices=Sector, default=Sector.PUBLIC)
    label = models.CharField(_("label"), max_length=60, blank=True)
    academy = models.CharField(_("academy"), max_length=60, blank=True)
    department = models.CharField(_("department"), max_length=3, blank=True)
    zone = models.CharField(_("school holiday zone"), max_length=1, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=5, blank=True)
    city = models.CharField(_("town"), max_length=80, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=8, decimal_places=5, null=True, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    is_open = models.BooleanField(_("open"), default=True)
    successor = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="predecessors"
    )

    objects = SchoolQuerySet.as_manager()

    class Meta:
        verbose_name = _("school")
        verbose_name_plural = _("schools")
        ordering = ["name", "uai"]
        constraints = [
            models.CheckConstraint(
                name="school_uai_shape", condition=Q(uai__regex=r"^[0-9]{7}[A-HJ-NPR-Z]$")
            ),
            one_of("school", "kind", SchoolKind.values),
        ]

    def __str__(self) -> str:
        return self.name


class SchoolMembership(models.Model):
    """A school joins a campaign, by a vote of its board (seed 004: « vous avez adhéré »)."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="memberships")
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="memberships")
    voted_on = models.DateField(_("voted on"), null=True, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [models.UniqueConstraint(fields=["school", "campaign"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.school} – {self.campaign}"


class SchoolStaff(models.Model):
    """A person acts for a school, until further notice."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="staff")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="school_posts")
    function = models.CharField(_("function"), max_length=8, choices=StaffFunction)
    started_on = models.DateField(_("since"))
    ended_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("school staff member")
        verbose_name_plural = _("school staff")
        constraints = [
            models.UniqueConstraint(
                fields=["school", "user"], condition=Q(ended_on=None), name="staff_post_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.school}"
