"""What is wrong with a roll, said so that a school office can mend it (N1)."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from core.findings import Findings
from schools.imports.levels import know_levels
from schools.sources import READERS
from schools.sources.checks import Expectations, check_roll, is_email, set_aside
from schools.sources.rows import Roll, merge_parts
from schools.sources.sniff import read_document
from tests.schools.conftest import DATA


EXPECTED = Expectations(
    school_year=2026,
    on=date(2026, 9, 7),
    at=datetime(2026, 9, 7, 23, 59),
    levels=frozenset({"2211", "2381", "2321"}),
)


def roll_of(*names: str) -> Roll:
    documents = [read_document(DATA / name) for name in names]
    return merge_parts(READERS[document.root].read(document) for document in documents)


@pytest.fixture
def roll(db) -> Roll:
    names = ("ElevesAvecAdresses.xml", "ResponsablesAvecAdresses.xml", "Nomenclature.xml", "Structures.xml")
    return know_levels(roll_of(*names))[0]


def codes(roll: Roll, **changes) -> dict[str, int]:
    return Findings(check_roll(roll, replace(EXPECTED, **changes), set_aside(roll))).counts()


def with_pupil(roll: Roll, **changes) -> Roll:
    return replace(roll, pupils=(replace(roll.pupils[0], **changes), *roll.pupils[1:]))


def test_the_sample_has_only_the_pupil_registered_early_to_mend(roll):
    assert codes(roll) == {"no_class": 1, "no_ine": 1}


def test_a_finding_names_the_pupil_and_the_application_to_open(roll):
    finding = next(f for f in check_roll(roll, EXPECTED, set_aside(roll)) if f.code == "no_ine")
    assert finding.place == "NGUYEN Maël (900003)"
    assert "SIECLE" in finding.remedy


def test_another_year_is_refused(db):
    assert codes(roll_of("bad_wrong_year.xml"))["wrong_year"] == 1


def test_a_file_under_another_school_s_number_is_refused(db):
    """The local numbers of its pupils name the school they are really of."""
    assert codes(roll_of("bad_wrong_uai.xml"))["wrong_school"] == 1


def test_a_file_of_another_school_than_the_sender_s_is_refused(roll):
    assert codes(roll, uai="0500065Z")["wrong_school"] == 1


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({"uai": "0140013A"}, "bad_uai"),
        ({"exported_at": datetime(2026, 9, 30)}, "from_future"),
        ({"exported_at": datetime(2026, 8, 1)}, "old_file"),
    ],
)
def test_a_header_that_cannot_be_right(roll, header, code):
    assert code in codes(replace(roll, header=replace(roll.header, **header)), max_age_days=3)


def test_no_pupil_is_never_legitimate(roll):
    assert codes(replace(roll, pupils=()))["no_pupil"] == 1
    assert codes(replace(roll, pupils=(), parts=frozenset({"guardians"})))["no_pupils_file"] == 1


def test_latin_9_read_as_latin_1_leaves_a_quarter_in_the_name(db):
    assert codes(roll_of("bad_declared_latin1_is_latin9.xml"))["damaged_name"] == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"family_name": "KOWALSK?"}, "damaged_name"),
        ({"ine": "", "raw_ine": "12345"}, "bad_ine"),
        ({"mef": "", "mefstat4": ""}, "no_study"),
        ({"mefstat4": ""}, "unknown_study"),
        ({"birth_on": date(1911, 3, 14)}, "odd_birth_date"),
        ({"exit_on": date(2026, 8, 31)}, "exit_before_entry"),
        ({"bad_values": ("DATE_ENTREE 2026-09-01",)}, "bad_date"),
        ({"email": "zoe@nowhere"}, "bad_email"),
        ({"family_name": ""}, "no_name"),
        ({"birth_on": None}, "no_birth_date"),
    ],
)
def test_each_thing_to_mend_in_a_pupil_s_file(roll, changes, code):
    assert codes(with_pupil(roll, **changes))[code] == 1


def test_both_rows_of_a_doubled_number_are_set_aside(roll):
    twice = replace(roll, pupils=(*roll.pupils, replace(roll.pupils[0], source_id="900009")))
    assert [(pupil.source_id, kind.code) for pupil, kind in set_aside(twice)] == [
        ("900001", "duplicate_ine"),
        ("900009", "duplicate_ine"),
    ]
    assert len(set_aside(replace(roll, pupils=roll.pupils * 2))) == 6


def test_nobody_to_sign_nobody_to_write_to(roll):
    zoe = roll.pupils[0]
    without_links = tuple(link for link in roll.links if link.pupil_source_id != zoe.source_id)
    assert codes(replace(roll, links=without_links))["no_guardian"] == 1
    unreachable = tuple(replace(person, email="") for person in roll.guardians)
    assert codes(replace(roll, guardians=unreachable))["no_guardian_email"] == 1
    adult = with_pupil(roll, birth_on=date(2008, 9, 7))
    assert codes(adult)["adult_without_email"] == 1
    assert codes(with_pupil(roll, birth_on=date(2008, 9, 8))) == codes(roll)


def test_guardians_are_only_asked_for_levels_the_programme_equips(roll):
    unreachable = replace(roll, guardians=tuple(replace(person, email="") for person in roll.guardians))
    assert "no_guardian_email" not in codes(unreachable, levels=frozenset({"2213"}))


def test_links_to_nobody(roll):
    assert codes(replace(roll, links=()))["no_links"] == 1
    assert codes(replace(roll, guardians=roll.guardians[1:]))["dangling_link"] == 1


@pytest.mark.parametrize("text", ["a@b.fr", "prénom.nom@example.org", "a+b@sub.example.org"])
def test_addresses_mail_can_reach(text):
    assert is_email(text)


@pytest.mark.parametrize(
    "text", ["", "a@b", "a b@c.fr", "@c.fr", "a@.fr", "a@b..fr", "a" * 65 + "@b.fr", "a@" + "b" * 300]
)
def test_addresses_no_mail_can_reach(text):
    assert not is_email(text)
