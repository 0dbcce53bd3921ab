"""The programme: what an authority runs from one school year to the next."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from programmes.enums import ProgrammeKind, Zone


colour = RegexValidator(r"^#[0-9a-f]{6}$", _("A colour is written #rrggbb, in lower case."))


class Programme(models.Model):
    """A laptop programme and the authority that votes it, such as « Pack numérique lycéen » of Normandie.

    Its look (logo, two colours) and the words "who helps" are here; what is decided is in RuleSet.
    """

    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    region_name = models.CharField(_("authority"), max_length=120)
    kind = models.CharField(_("kind"), max_length=12, choices=ProgrammeKind, default=ProgrammeKind.REGION)
    zone = models.CharField(
        _("school calendar zone"),
        max_length=1,
        choices=Zone,
        help_text=_("For schools whose own zone is unknown."),
    )
    supplier_name = models.CharField(_("supplier"), max_length=120, blank=True)
    website = models.URLField(_("website"), blank=True)
    logo = models.CharField(_("logo file"), max_length=120, blank=True)
    primary_colour = models.CharField(_("main colour"), max_length=7, validators=[colour], default="#1d4f91")
    accent_colour = models.CharField(_("second colour"), max_length=7, validators=[colour], default="#b4472b")
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name} ({self.region_name})"
