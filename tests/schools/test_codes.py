"""UAI, INE and MEF: shapes and keys, with real counter-examples (N1, N2)."""

import pytest

from schools.codes import clean_ine, department_of, is_ine, is_mef, is_uai, level_from_mef, make_uai, mefstat4


@pytest.mark.parametrize("uai", ["0140013N", "0270042Z", "0760052U", "0940117S", "0312696M"])
def test_real_schools_have_a_valid_number(uai):
    assert is_uai(uai)


@pytest.mark.parametrize(
    "uai", ["0750001A", "0000000V", "WRONGUAI", "123ABC", "0140013n", "0140013N ", "", "١٤٠٠١٣٠N"]
)
def test_a_wrong_key_or_shape_is_no_school(uai):
    assert not is_uai(uai)


def test_every_number_has_exactly_one_key():
    assert make_uai(140013) == "0140013N"
    assert department_of("0140013N") == "014"


@pytest.mark.parametrize("ine", ["123456789AB", "0102030405P", "0494004062M", "1234A56789Z"])
def test_the_three_shapes_of_a_pupil_number(ine):
    assert is_ine(ine)


@pytest.mark.parametrize("ine", ["0102030405A", "123456789", "12345678ABC", "", "123456789ab"])
def test_a_wrong_key_or_shape_is_no_pupil_number(ine):
    assert not is_ine(ine)


def test_a_number_is_cleaned_or_left_out():
    assert clean_ine(" 123456789 ab") == "123456789AB"
    assert clean_ine("0102030405A") == clean_ine(None) == ""


@pytest.mark.parametrize(
    ("mef", "level"),
    [
        ("20010019110", "2211"),
        ("2001000A11A", "2211"),
        ("24720102310", "2381"),
        ("24731212320", "2382"),
        ("27621001310", "2381"),
        ("24120003210", "2321"),
        ("24120003220", "2322"),
        ("20110019110", "2212"),
        ("10310019110", ""),
        ("nonsense", ""),
    ],
)
def test_the_level_deduced_from_a_study_code(mef, level):
    assert level_from_mef(mef) == level


def test_a_level_is_the_first_four_characters_of_a_well_formed_code():
    assert mefstat4("22111410019") == "2211"
    assert mefstat4("2211") == ""
    assert is_mef("2001000A11A")
    assert not is_mef("2001001911")
