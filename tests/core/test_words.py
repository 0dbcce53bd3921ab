"""Figures, dates and badges as French readers see them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.template import TemplateSyntaxError

from core.templatetags.badges import STATES, TONES, look_of_state, look_of_tone
from core.templatetags.dates import clock, days_ago, glued, long_date, moment, plain_date, short_date
from core.templatetags.icons import icon, icon_names
from core.templatetags.lists import stages
from core.templatetags.numbers import bar_length, euros, figure, percent, phone, reaches, thousands
from core.templatetags.verdicts import day_of, facts_read
from core.verdicts import Verdict


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        ("0.85", "85\u00a0%"),
        ("0.84999", "84,9\u00a0%"),
        ("0.849", "84,9\u00a0%"),
        ("1", "100\u00a0%"),
        ("0.999", "99,9\u00a0%"),
        (0, "0\u00a0%"),
        ("0,5", "50\u00a0%"),
        (None, "–"),
    ],
)
def test_a_rate_is_never_rounded_up_to_a_threshold(rate, words):
    assert percent(rate) == words


def test_equality_reaches_the_threshold():
    assert reaches(Decimal("0.85"), "0.85")
    assert not reaches(Decimal("0.8499"), "0.85")


def test_a_bar_stays_inside_its_track():
    assert [bar_length(rate) for rate in ("-1", "0.125", "2")] == ["0.00%", "12.50%", "100.00%"]


def test_numbers_and_euros_have_french_spaces():
    assert thousands(1234567) == "1\u202f234\u202f567"
    assert thousands(-4) == "−4"
    assert euros(Decimal("1234.5")) == "1\u202f234,50\u00a0€"
    assert euros(80) == "80\u00a0€"


def test_dates_are_written_in_full():
    assert long_date(date(2026, 10, 5)) == "lundi 5 octobre 2026"
    assert plain_date(date(2026, 9, 1)) == "1er septembre 2026"
    assert short_date(date(2026, 10, 5)) == "05/10/2026"
    assert long_date(None) == plain_date(None) == short_date(None) == "–"


def test_an_instant_is_told_in_the_reader_s_time_zone():
    late = datetime(2026, 10, 5, 22, 30, tzinfo=UTC)
    assert moment(late) == "mardi 6 octobre 2026 à 0 h 30"
    assert clock(datetime(2026, 12, 1, 7, 0, tzinfo=UTC)) == "8 h"


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (5, "aujourd’hui"),
        (4, "hier"),
        (6, "demain"),
        (2, "il y a 3 jours"),
        (7, "dans 2 jours"),
    ],
)
def test_how_long_ago(day, words):
    assert days_ago(date(2026, 10, day), date(2026, 10, 5)) == words


def test_every_state_has_a_tone_and_an_icon_that_exist():
    for look in (*STATES.values(), *TONES.values()):
        assert look.tone in TONES
        assert look.icon in icon_names()
    assert look_of_state("never heard of") == TONES["neutral"]
    assert look_of_state("signed", icon="pen").icon == "pen"
    assert look_of_tone("error") == TONES["danger"]


def test_an_unknown_icon_is_refused_with_the_file_to_mend():
    with pytest.raises(TemplateSyntaxError, match=r"static/icons\.txt"):
        icon("unicorn")
    assert 'aria-label="Fermé"' in icon("lock", "Fermé")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("+33639981234", "06 39 98 12 34"),
        ("01.99.00.12.34", "01 99 00 12 34"),
        ("+32 2 555 12 12", "+32 2 555 12 12"),
        ("3639", "3639"),
        (None, ""),
    ],
)
def test_a_telephone_number_is_read_two_by_two_and_stays_in_one_piece(number, words):
    assert phone(number) == (words.replace(" ", "\u00a0") if words.startswith("0") else words)


def test_a_zero_stays_in_the_background_and_an_hour_in_one_piece():
    assert (figure(0), figure(1200)) == ('<span class="zero">0</span>', "1\u202f200")
    assert figure(None) == '<span class="zero">–</span>'
    assert glued("de 8 h à 12 h") == "de 8\u00a0h à 12\u00a0h"
    assert glued("lundi 5 octobre 2026 à 8 h 30") == "lundi 5 octobre 2026 à 8\u00a0h\u00a030"


def test_the_stages_of_a_form():
    assert stages("3", 2) == ["done", "current", "next"]


def test_a_verdict_and_its_stored_form_read_the_same():
    verdict = Verdict(
        outcome="cancelled",
        reasons=("Trop peu.",),
        rule="gate.threshold",
        version="v1",
        facts={"signed": 8, "paper_counted": True, "schools": ["a", "b"], "missing": None},
        on=date(2026, 9, 28),
    )
    read = list(facts_read(verdict, {"signed": "Signées"}))
    assert read == [("Signées", "8"), ("Paper counted", "oui"), ("Schools", "a, b"), ("Missing", "inconnu")]
    assert list(facts_read(verdict.as_json(), {"signed": "Signées"})) == read
    assert day_of(verdict.as_json()) == day_of(verdict)
