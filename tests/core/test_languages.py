"""Twelve languages: how each writes a date, an hour, a figure; and a name that keeps its direction."""

from datetime import date, time

import pytest
from django.utils import translation

from core.languages import LANGUAGES, current_language, isolated
from programmes.enums import ReadingLanguage


DAY = date(2026, 10, 5)  # a Monday
WRITTEN = {
    "fr": ("5 octobre 2026", "lundi 5 octobre 2026"),
    "en": ("5 October 2026", "Monday 5 October 2026"),
    "ar": ("5 أكتوبر 2026", "الاثنين، 5 أكتوبر 2026"),
    "tr": ("5 Ekim 2026", "5 Ekim 2026 Pazartesi"),
    "pt": ("5 de outubro de 2026", "segunda-feira, 5 de outubro de 2026"),
    "es": ("5 de octubre de 2026", "lunes, 5 de octubre de 2026"),
    "uk": ("5 жовтня 2026 р.", "понеділок, 5 жовтня 2026 р."),
    "ru": ("5 октября 2026 г.", "понедельник, 5 октября 2026 г."),
    "zh": ("2026年10月5日", "2026年10月5日，星期一"),
    "fa": ("۵ اکتبر ۲۰۲۶", "دوشنبه ۵ اکتبر ۲۰۲۶"),
    "ps": ("د ۲۰۲۶ د اکتوبر ۵", "دوشنبه د ۲۰۲۶ د اکتوبر ۵"),
    "ti": ("5 ጥቅምቲ 2026", "ሰኑይ፣ 5 ጥቅምቲ 2026"),
}


@pytest.mark.parametrize("code", LANGUAGES)
def test_each_language_writes_a_date_its_way(code):
    with translation.override(code):
        language = current_language()
        written = (language.written_date(DAY), language.written_date(DAY, with_weekday=True))
    assert written == WRITTEN[code]


def test_the_first_of_a_month_and_the_hours_are_french_in_french_only():
    with translation.override("fr"):
        assert current_language().written_date(date(2026, 9, 1)) == "1er septembre 2026"
        assert current_language().written_time(time(8, 5)) == "8 h 05"
    with translation.override("fa"):
        assert current_language().written_time(time(8, 5)) == "۸:۰۵"


def test_an_unknown_language_reads_french():
    with translation.override("de"):
        assert current_language().code == "fr"


def test_a_name_is_isolated_but_in_french():
    with translation.override("ar"):
        assert isolated("Région X") == "\u2068Région X\u2069"
    with translation.override("fr"):
        assert isolated("Région X") == "Région X"


def test_the_rules_may_pick_exactly_these_languages():
    assert dict(ReadingLanguage.choices) == {code: language.name for code, language in LANGUAGES.items()}
