"""N1: what spreadsheets do to values is put right when it can be told for sure, said in a sentence when it cannot."""

from datetime import date, datetime

import pytest

from schools.sources.refusals import DocumentRefused
from schools.sources.tables.cells import CodeCell, DateCell, NumberCell, PhoneCell, TextCell, tidy
from schools.sources.tables.columns import BY_NAME
from schools.sources.tables.titles import name_columns


@pytest.mark.parametrize(
    "value",
    [
        date(2011, 3, 14),
        datetime(2011, 3, 14, 0, 0),
        "14/03/2011",
        "2011-03-14",
        "14.03.2011",
        40616,
        "40616",
    ],
)
def test_a_date_is_read_whichever_way_it_was_typed(value):
    assert DateCell().clean(value) == date(2011, 3, 14)


@pytest.mark.parametrize("value", ["31/02/2011", "14/03/11", "mars 2011", "7", "=TODAY()"])
def test_what_is_no_date_is_said_with_an_example(value):
    with pytest.raises(ValueError, match=r"14/03/2011|formule"):
        DateCell().clean(value)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (639980102, "0639980102"),
        ("06 39 98 01 02", "0639980102"),
        (33639980102, "+33639980102"),
        ("+33 6 39 98 01 02", "+33639980102"),
        (None, ""),
    ],
)
def test_a_telephone_gets_its_lost_zero_back(value, number):
    assert PhoneCell().clean(value) == number


def test_codes_kept_as_numbers_are_read_as_codes():
    assert CodeCell().clean(20010019110) == CodeCell().clean(20010019110.0) == "20010019110"
    assert NumberCell().clean("04101") == NumberCell().clean(4101) == "4101"


def test_a_code_that_the_spreadsheet_shortened_is_lost_and_said_so():
    with pytest.raises(ValueError, match="format Texte"):
        CodeCell().clean("2,00E+10")


@pytest.mark.parametrize("value", ["=cmd|' /C calc'!A0", "@SUM(A1)", "+cmd|x", "-2+3+cmd|x", "#N/A"])
def test_a_formula_is_never_a_value(value):
    """Trust 39."""
    with pytest.raises(ValueError, match="formule"):
        TextCell().clean(value)


def test_names_lose_invisible_signs_and_keep_their_letters():
    """Trust 28, 39: É in two signs is É in one; marks that turn text round are dropped."""
    assert tidy("  LEFE\u0300VRE\u202e\u00a0 d’Œuvre\n") == "LEFÈVRE d’Œuvre"


def test_a_name_of_ten_thousand_letters_is_refused():
    with pytest.raises(ValueError, match="trop long"):
        TextCell().clean("A" * 10_000)


@pytest.mark.parametrize(
    ("column", "word", "value"),
    [
        ("kinship_1", "MERE", "10"),
        ("kinship_2", "père", "20"),
        ("status", "Apprenti", "AP"),
        ("is_repeater", "O", True),
        ("role_1", "representant legal", 1),
        ("civility_1", "Madame", "Mme"),
    ],
)
def test_words_of_a_short_list_are_known_whatever_their_accents(column, word, value):
    assert BY_NAME[column].widget.clean(word) == value


def test_a_word_that_is_not_of_the_list_is_answered_by_one_that_is():
    with pytest.raises(ValueError, match="«\u00a0Mère\u00a0»"):
        BY_NAME["kinship_1"].widget.clean("Marraine")


def test_titles_of_siecle_s_extraction_are_known():
    titles = ["Num. Elève Etab", "Id National", "Nom de famille", "Nom d'usage", "Prénom", "Date Naissance"]
    titles += ["Code MEF", "Lib. MEF", "Code Structure", "Type Structure", "Email", "Doublement"]
    titles += [
        "Nom de famille Repr. Lég. 1",
        "Prénom Repr. Lég. 1",
        "Email Repr. Lég. 1",
        "Lien Parenté Repr. Lég. 2",
    ]
    found = name_columns(titles)
    assert [name for name, _place in sorted(found.items(), key=lambda item: item[1])] == [
        *("local_id", "ine", "family_name", "usage_name", "given_name", "birth_on"),
        *("mef", "study_label", "class_code", "structure_type", "email", "is_repeater"),
        *("family_name_1", "given_name_1", "email_1", "kinship_2"),
    ]


def test_missing_titles_are_named():
    with pytest.raises(DocumentRefused) as refused:
        name_columns(["INE", "Nom", "Prénom", "Classe"])
    assert refused.value.finding.code == "titles_missing"
    assert refused.value.finding.place == "« Date de naissance », « Code MEF »"
