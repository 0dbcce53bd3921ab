"""When the helpline answers, in the language of the page. The official texts have their own French (`wording`)."""

from django.utils.dates import WEEKDAYS

from core.languages import FRENCH, current_language, isolated
from loans.wording import opening_hours
from programmes.rule_tree.service import Helpline, Hours


def hours_to_read(line: Helpline) -> str:
    """« du lundi au vendredi de 8 h à 20 h »; in other languages « Monday – Friday: 8:00 – 20:00 »."""
    if current_language() == FRENCH:
        return opening_hours(line)
    return isolated("; ".join(_slot(hours) for hours in line.hours))


def _slot(hours: Hours) -> str:
    days, language = hours.weekdays, current_language()
    if len(days) > 2 and list(days) == list(range(days[0], days[-1] + 1)):
        days = (days[0], days[-1])
        names = " – ".join(str(WEEKDAYS[day]) for day in days)
    else:
        names = ", ".join(str(WEEKDAYS[day]) for day in days)
    return f"{names}: {language.written_time(hours.opens)} – {language.written_time(hours.closes)}"
