"""French words for days, hours, counts and sums, for official texts. Pure, and always French."""

import re
from collections.abc import Iterable
from datetime import time
from decimal import Decimal

from programmes.enums import ReturnChannel, Via
from programmes.rule_tree.service import Helpline


DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
TITLES = ("M.", "Mme", "MME", "Mlle", "M")
TIMES = {0: "aucune fois", 1: "une seule fois", 2: "deux fois", 3: "trois fois"}


def with_article(authority: str) -> str:
    """« Région Normandie » → « la Région Normandie »; other names are left as they are."""
    articles = {"Région": "la", "Département": "le", "Collectivité": "la", "Métropole": "la"}
    article = articles.get(authority.split(" ")[0])
    return f"{article} {authority}" if article else authority


def of_the(authority: str) -> str:
    """« de la Région Normandie », « du Département de la Sarthe »."""
    return f"de {with_article(authority)}".replace("de le ", "du ")


def typeset(text: str) -> str:
    """French spacing: what must not be cut from its neighbour is bound to it by a non-breaking space."""
    for sign in (":", ";", "?", "!", "»", "€", "%"):
        text = text.replace(f" {sign}", f"\u00a0{sign}")
    text = text.replace("« ", "«\u00a0")
    return re.sub(r"(?<=\d) (?=[a-zà-ÿ])", "\u00a0", text)


def masked_name(name: str) -> str:
    """« Mme Dominique Le Goff » → « Mme D. L. G. »: enough to know who it was, nothing to those who did not."""
    first, *rest = name.split() or [""]
    initials = [f"{word[:1].upper()}." for word in (rest if first in TITLES else [first, *rest])]
    return " ".join([first, *initials] if first in TITLES else initials)


def capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def opening_hours(line: Helpline) -> str:
    """« du lundi au vendredi de 8 h à 20 h, le samedi de 8 h à 12 h »."""
    return ", ".join(
        f"{weekdays(hours.weekdays)} de {clock(hours.opens)} à {clock(hours.closes)}" for hours in line.hours
    )


def weekdays(days: tuple[int, ...]) -> str:
    if len(days) > 2 and list(days) == list(range(days[0], days[-1] + 1)):
        return f"du {DAYS[days[0]]} au {DAYS[days[-1]]}"
    return "le " + listed(DAYS[day] for day in days)


def clock(moment: time) -> str:
    return f"{moment.hour} h {moment.minute:02d}" if moment.minute else f"{moment.hour} h"


def times(count: int) -> str:
    return TIMES.get(count, f"{count} fois")


def via(kind: str) -> str:
    return (
        "à l’élève par l’intermédiaire de l’établissement" if kind == Via.SCHOOL else "au domicile de l’élève"
    )


def channel(kind: str) -> str:
    return {
        ReturnChannel.LABEL: "par la poste, avec une étiquette prépayée",
        ReturnChannel.SCHOOL: "à l’établissement, contre un reçu",
        ReturnChannel.DROP_POINT: "au bureau de poste ou auprès du facteur",
    }[ReturnChannel(kind)]


def euros(amount: Decimal) -> str:
    return f"{amount:.2f} €".replace(".", ",").replace(",00", "")


def duration(days: int) -> str:
    years, rest = divmod(days, 365)
    if years and not rest:
        return "un an" if years == 1 else f"{years} ans"
    return f"{days} jours"


def listed(words: Iterable[str], last: str = "et") -> str:
    *first, final = list(words) or [""]
    return f"{', '.join(first)} {last} {final}" if first else final
