"""The languages families may read in: their own names, their direction, how each writes dates and figures.

French is the language of every other page and of every contract. Codes are Django's and those of `locale/`.
"""

from dataclasses import dataclass
from datetime import date, time

from django.utils.dateformat import format as date_words
from django.utils.translation import get_language


ISOLATE, END_ISOLATE = "\u2068", "\u2069"  # a name keeps its own direction inside a sentence (Unicode UAX 9)
PERSIAN_FIGURES = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


@dataclass(frozen=True, slots=True)
class Language:
    """One language of the pages.

    `name` is its own; `tag` what `lang` says. `day` and `weekday` are Django's date patterns; `small_names` when
    months and days have no capital though Django's catalogue gives them one; `space` between two sentences.
    """

    code: str
    name: str
    day: str = "j F Y"
    weekday: str = "l j F Y"
    tag: str = ""
    direction: str = "ltr"
    small_names: bool = False
    persian_figures: bool = False
    space: str = " "

    def __post_init__(self) -> None:
        object.__setattr__(self, "tag", self.tag or self.code)

    def figures(self, text: object) -> str:
        """A number as its readers write it; never for a phone, a reference or a serial, which are copied."""
        return str(text).translate(PERSIAN_FIGURES) if self.persian_figures else str(text)

    def written_date(self, day: date, *, with_weekday: bool = False) -> str:
        """« 5 octobre 2026 », « lundi 5 octobre 2026 ». The language must be the active one: it gives the names."""
        words = str(date_words(day, self.weekday if with_weekday else self.day))
        if self.code == "fr" and day.day == 1:
            words = words.replace("1 ", "1er ", 1)
        return self.figures(words.lower() if self.small_names else words)

    def written_time(self, moment: time) -> str:
        """« 8 h 30 » in French, 8:30 elsewhere."""
        if self.code == "fr":
            return f"{moment.hour} h {moment.minute:02}" if moment.minute else f"{moment.hour} h"
        return self.figures(f"{moment.hour}:{moment.minute:02}")


_ALL = (
    Language("fr", "Français"),
    Language("en", "English"),
    Language("ar", "العربية", weekday="l، j F Y", direction="rtl"),
    Language("tr", "Türkçe", weekday="j F Y l"),
    Language("pt", "Português", r"j \d\e F \d\e Y", r"l, j \d\e F \d\e Y", small_names=True),
    Language("es", "Español", r"j \d\e F \d\e Y", r"l, j \d\e F \d\e Y"),
    Language("uk", "Українська", "j E Y р.", "l, j E Y р.", small_names=True),
    Language("ru", "Русский", "j E Y г.", "l, j E Y г.", small_names=True),
    Language("zh", "中文", "Y年n月j日", "Y年n月j日，l", tag="zh-Hans", space=""),
    Language("fa", "فارسی", weekday="l j F Y", direction="rtl", persian_figures=True),
    Language("ps", "پښتو", "د Y د F j", "l د Y د F j", direction="rtl", persian_figures=True),
    Language("ti", "ትግርኛ", weekday="l፣ j F Y"),
)
LANGUAGES = {language.code: language for language in _ALL}
FRENCH = LANGUAGES["fr"]


def current_language() -> Language:
    """The language the page is written in now."""
    return LANGUAGES.get((get_language() or "fr").split("-")[0], FRENCH)


def isolated(text: object) -> str:
    """A name, an amount or a phone number inside a sentence of any direction; unchanged in French."""
    return str(text) if current_language() == FRENCH else f"{ISOLATE}{text}{END_ISOLATE}"
