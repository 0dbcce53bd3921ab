"""SIECLE exports read into neutral rows, as the ministry's samples write them (N1)."""

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schools.sources import READERS
from schools.sources.refusals import DocumentRefused
from schools.sources.rows import CONTACT, LEGAL, merge_parts
from schools.sources.sniff import document_from, read_document
from tests.schools.conftest import DATA


PUPILS = (DATA / "ElevesAvecAdresses.xml").read_bytes()
HEAD = "<PARAMETRES><UAJ>0140013N</UAJ><ANNEE_SCOLAIRE>2026</ANNEE_SCOLAIRE></PARAMETRES>"


def read(name_or_text):
    if name_or_text.startswith("<"):
        document = document_from("a.xml", name_or_text.encode())
    else:
        document = read_document(DATA / name_or_text)
    return READERS[document.root].read(document)


def test_the_header_says_the_school_the_year_and_the_instant():
    header = read("ElevesAvecAdresses.xml").header
    assert (header.uai, header.school_year) == ("0140013N", 2026)
    assert header.exported_at == datetime(2026, 9, 7, 5, 12, 44)


def test_a_pupil_with_accents_a_ligature_and_a_group_before_the_class():
    zoe = read("ElevesAvecAdresses.xml").pupils[0]
    assert (zoe.family_name, zoe.given_name, zoe.birth_on) == ("LEFÈVRE-D'ŒUVRE", "Zoé", date(2011, 3, 14))
    assert (zoe.ine, zoe.mef, zoe.class_code) == ("123456789AB", "20010019110", "2GT3")
    assert zoe.is_schooled(date(2026, 9, 7))


def test_last_year_does_not_overwrite_this_year():
    zoe = read("ElevesAvecAdresses.xml").pupils[0]
    assert (zoe.previous_mef, zoe.previous_uai) == ("10310019110", "0141816Y")


def test_a_leaver_has_left_the_day_after_the_exit_date_and_not_before():
    idris = read("ElevesAvecAdresses.xml").pupils[1]
    assert idris.exit_on == date(2026, 9, 3)
    assert not idris.has_left(date(2026, 9, 3))
    assert idris.has_left(date(2026, 9, 4))
    assert (idris.usage_name, idris.email, idris.is_repeater) == (
        "BRUNEL MARCHAND",
        "idris.brunel@example.org",
        True,
    )


def test_a_pupil_registered_early_has_neither_number_nor_class():
    mael = read("ElevesAvecAdresses.xml").pupils[2]
    assert (mael.ine, mael.class_code) == ("", "")
    assert not mael.is_schooled(date(2026, 9, 7))


def test_guardians_and_what_they_are_to_whom():
    roll = read("ResponsablesAvecAdresses.xml")
    assert [link.level for link in roll.links] == [LEGAL, LEGAL, CONTACT, LEGAL]
    assert [person.email for person in roll.guardians] == ["famille.lefevre@example.org"] * 2 + ["", ""]
    assert roll.links[0].is_priority


def test_before_2018_both_legal_ranks_are_legal_and_kinships_are_inverted():
    rows = "".join(
        f"<RESPONSABLE_ELEVE><ELEVE_ID>1</ELEVE_ID><PERSONNE_ID>{person}</PERSONNE_ID><RESP_LEGAL>{rank}</RESP_LEGAL>"
        f"<CODE_PARENTE>{kinship}</CODE_PARENTE></RESPONSABLE_ELEVE>"
        for person, rank, kinship in ((1, 1, 1), (2, 2, 2), (3, 0, 3))
    )
    roll = read(
        f"<BEE_RESPONSABLES>{HEAD}<DONNEES><RESPONSABLES>{rows}</RESPONSABLES></DONNEES></BEE_RESPONSABLES>"
    )
    assert [(link.level, link.kinship) for link in roll.links] == [
        (LEGAL, "20"),
        (LEGAL, "10"),
        (CONTACT, "50"),
    ]


def test_sections_may_come_in_any_order_and_the_old_name_tag_is_read():
    roll = read(
        f"<BEE_ELEVES>{HEAD}<DONNEES><STRUCTURES><STRUCTURES_ELEVE ELEVE_ID='7'><STRUCTURE><CODE_STRUCTURE>3 A"
        "</CODE_STRUCTURE><TYPE_STRUCTURE>D</TYPE_STRUCTURE></STRUCTURE></STRUCTURES_ELEVE></STRUCTURES><ELEVES>"
        "<ELEVE ELEVE_ID='7'><NOM>DOE</NOM><PRENOM>Jo</PRENOM><DATE_NAISS>31/02/2011</DATE_NAISS></ELEVE>"
        "</ELEVES></DONNEES></BEE_ELEVES>"
    )
    (pupil,) = roll.pupils
    assert (pupil.family_name, pupil.class_code, pupil.birth_on) == ("DOE", "3 A", None)
    assert pupil.bad_values == ("DATE_NAISS 31/02/2011",)


def test_studies_carry_their_level_and_classes_their_studies():
    studies = read("Nomenclature.xml").studies
    assert {study.mef: study.mefstat4 for study in studies} == {
        "20010019110": "2211",
        "24720102310": "2381",
        "24120003210": "2321",
    }
    classes = read("Structures.xml").classes
    assert [(one.code, one.mefs) for one in classes] == [
        ("2GT3", ("20010019110",)),
        ("1CAP A", ("24120003210",)),
    ]


def test_the_files_of_a_school_make_one_roll():
    names = ("Nomenclature.xml", "Structures.xml", "ResponsablesAvecAdresses.xml", "ElevesAvecAdresses.xml")
    roll = merge_parts(read(name) for name in names)
    assert roll.parts == {"pupils", "guardians", "studies", "classes"}
    assert (len(roll.pupils), len(roll.guardians), len(roll.links)) == (3, 4, 4)


@pytest.mark.parametrize("name", ["bad_truncated.xml", "bad_declared_utf8_but_latin9.xml"])
def test_a_file_cut_short_or_wrongly_declared_is_refused(name):
    with pytest.raises(DocumentRefused) as caught:
        read(name)
    assert caught.value.finding.code == "bad_xml"


@pytest.mark.parametrize("inside", ["<a>" * 10_000 + "</a>" * 10_000, f"<NOM>{'x' * 11_000_000}</NOM>"])
def test_an_absurd_depth_or_length_is_refused(inside):
    """Trust 24: the parser's own limits stay on."""
    with pytest.raises(DocumentRefused):
        read(f"<BEE_ELEVES>{HEAD}{inside}</BEE_ELEVES>")


@given(st.integers(min_value=0, max_value=len(PUPILS.rstrip()) - 1))
@settings(max_examples=300, deadline=None)
def test_a_file_cut_at_any_byte_gives_nothing(cut):
    with pytest.raises(DocumentRefused):
        document = document_from("a.xml", PUPILS[:cut])
        READERS[document.root].read(document)
