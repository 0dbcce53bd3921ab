"""School levels by the first four characters of CODE_MEFSTAT, the ministry's own grouping of study codes."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


LEVELS = {
    "2111": _("6th year"),
    "2112": _("5th year"),
    "2115": _("4th year"),
    "2116": _("3rd year"),
    "2211": _("Seconde, general and technological"),
    "2212": _("Première, general and technological"),
    "2213": _("Terminale, general and technological"),
    "2311": _("CAP in one year"),
    "2321": _("CAP in two years, first year"),
    "2322": _("CAP in two years, second year"),
    "2381": _("Seconde, vocational"),
    "2382": _("Première, vocational"),
    "2383": _("Terminale, vocational"),
    "2433": _("4th year, SEGPA"),
    "2434": _("3rd year, SEGPA"),
}


def level_name(code: str) -> str:
    """« Seconde professionnelle » for 2381; a level we have no words for is named by its code."""
    return str(LEVELS[code]) if code in LEVELS else gettext("level %(code)s") % {"code": code}
