"""SYGNE and FREGATA lists read into neutral rows: one document a school, never an error taken for a school (N1)."""

import json
from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schools.fictitious.fregata import fregata_answer, fregata_row
from schools.fictitious.region import make_region
from schools.fictitious.sygne import sygne_answer, sygne_row
from schools.imports.receiving import receive_bytes
from schools.sources import READERS, payloads
from schools.sources.refusals import DocumentRefused
from schools.sources.sniff import document_from
from tests.schools.conftest import DATA


AT = datetime(2026, 9, 8, 5, 12, 44)
SCHOOL = make_region(schools=1, pupils=20, seed=3).schools[0]
ANSWERS = {
    payloads.SYGNE: sygne_answer(SCHOOL, year=2026),
    payloads.FREGATA: fregata_answer(SCHOOL, year=2026),
}


def read(rows, name="x.json", uai=SCHOOL.uai):
    document = document_from(name, json.dumps(rows).encode())
    (one,) = payloads.split(document, uai)
    return READERS[one.root].read(one)


def registration(pupil=SCHOOL.pupils[0], **changes):
    return {**fregata_row(pupil, 2026), **changes}


@pytest.mark.parametrize("root", ANSWERS)
def test_a_wrapped_answer_says_its_school_its_year_and_its_moment(root):
    data = payloads.wrap(root, ANSWERS[root], uai=SCHOOL.uai, school_year=2026, at=AT)
    document = document_from("whatever.json", data)
    header = READERS[root].read_header(document)
    assert (document.root, header.uai, header.school_year, header.exported_at) == (root, SCHOOL.uai, 2026, AT)
    assert len(READERS[root].read(document).pupils) == 20


@pytest.mark.parametrize("root", ANSWERS)
def test_a_bare_answer_is_known_by_its_fields_and_tells_its_year(root):
    document = document_from("whatever.json", ANSWERS[root])
    (one,) = payloads.split(document, SCHOOL.uai)
    assert (one.root, READERS[root].read_header(one).school_year) == (root, 2026)


def test_a_sygne_list_of_two_schools_is_cut_in_two():
    first, second = make_region(schools=2, pupils=5).schools
    rows = [sygne_row(school, pupil, 2026) for school in (first, second) for pupil in school.pupils]
    bundles = receive_bytes([("x.json", json.dumps(rows).encode())])
    assert [(bundle.uai, len(bundle.read_roll().pupils)) for bundle in bundles] == [
        (first.uai, 5),
        (second.uai, 5),
    ]


def test_a_fregata_list_takes_its_school_from_its_name_or_is_refused():
    assert [bundle.uai for bundle in receive_bytes([(f"fregata_{SCHOOL.uai}.json", ANSWERS["FREGATA"])])] == [
        SCHOOL.uai
    ]
    (lost,) = receive_bytes([("fregata.json", ANSWERS["FREGATA"])])
    assert lost.findings.counts() == {"no_school_named": 1}


def test_sygne_gives_the_level_of_local_study_codes():
    local = {**sygne_row(SCHOOL, SCHOOL.pupils[0], 2026), "codeMef": "2001001911A", "niveau": "2211"}
    assert [(study.mef, study.mefstat4) for study in read([local]).studies] == [("2001001911A", "2211")]


def test_sygne_without_a_class_is_somebody_who_left():
    pupil = replace(SCHOOL.pupils[0], exit_on=date(2026, 10, 2))
    (row,) = read([sygne_row(SCHOOL, pupil, 2026)]).pupils
    assert (row.class_code, row.exit_on, row.is_schooled(date(2026, 10, 3))) == ("", date(2026, 10, 2), False)


def test_the_sample_of_fregata_is_read():
    rows = json.loads((DATA / "fregata_inscriptions.json").read_text())
    (lou,) = read(rows).pupils
    assert (lou.ine, lou.family_name, lou.given_name) == ("987654321BA", "TESSIER", "Lou")
    assert (lou.mef, lou.class_code, lou.status, lou.entry_on) == (
        "27621001310",
        "2NDE PRO NJPF A",
        "ST",
        date(2026, 9, 1),
    )


def test_a_pupil_of_a_ministry_school_is_left_to_siecle():
    roll = read([registration(estEN=True), registration(SCHOOL.pupils[1])])
    assert [pupil.ine for pupil in roll.pupils] == [SCHOOL.pupils[1].ine]
    assert [finding.code for finding in roll.findings] == ["also_in_siecle"]


def test_a_line_that_ends_before_it_begins_says_nothing():
    roll = read([registration(dateSortieFormation="2026-08-01"), registration(SCHOOL.pupils[1])])
    assert len(roll.pupils) == 1
    assert [finding.code for finding in roll.findings] == ["line_backwards"]


def test_the_end_of_the_course_wins_over_the_end_in_the_school():
    (pupil,) = read(
        [registration(dateSortieFormation="2026-10-01", dateSortieEtablissement="2026-12-01")]
    ).pupils
    assert pupil.exit_on == date(2026, 10, 1)
    (pupil,) = read([registration(dateSortieFormation=None, dateSortieEtablissement="2026-12-01")]).pupils
    assert pupil.exit_on == date(2026, 12, 1)


@pytest.mark.parametrize("order", [1, -1])
def test_a_change_of_class_is_one_pupil_in_the_last_class(order):
    old = registration(id=1, division={"libelle": "A"}, dateSortieFormation="2026-10-01")
    new = registration(id=2, division={"libelle": "B"}, dateEntreeFormation="2026-10-02")
    (pupil,) = read([old, new][::order]).pupils
    assert (pupil.class_code, pupil.exit_on, pupil.entry_on) == ("B", None, date(2026, 9, 1))


def test_the_lines_of_last_year_are_not_this_year_s_pupils():
    last_year = registration(sectionReference={"codeMef": "27621001310", "anneeScolaireId": 29})
    assert len(read([last_year, registration(SCHOOL.pupils[1]), registration(SCHOOL.pupils[2])]).pupils) == 2


@pytest.mark.parametrize(
    ("code", "status"), [("2501", "ST"), ("2503", "AP"), ("0000", "0000"), ("2502", "2502")]
)
def test_the_status_of_a_learner(code, status):
    (pupil,) = read([registration(statutApprenant={"code": code})]).pupils
    assert pupil.status == status


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"[]", "empty_answer"),
        (b'{"error": "unauthorized"}', "source_error"),
        (b'{"source": "SYGNE", "rows": {}}', "source_error"),
        (b'[{"some": "thing"}]', "unknown_document"),
        (b'[{"codeUai": NaN}]', "bad_json"),
        (b'[{"codeUai": "0140013N"}, 4]', "bad_json"),
        (b"[" * 100_000, "bad_json"),
        (b'[{"codeUai": "\xff"}]', "bad_json"),
    ],
)
def test_what_is_no_list_of_pupils_is_refused(data, code):
    with pytest.raises(DocumentRefused) as caught:
        document_from("x.json", data)
    assert caught.value.finding.code == code


@given(st.sampled_from(sorted(ANSWERS)), st.data())
@settings(max_examples=150, deadline=None)
def test_an_answer_cut_at_any_byte_gives_nothing(root, data):
    """Trust 25."""
    answer = ANSWERS[root]
    with pytest.raises(DocumentRefused):
        document_from("x.json", answer[: data.draw(st.integers(0, len(answer) - 1))])


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.just("2026-09-01"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from(["SYGNE", "FREGATA"]), st.data())
@settings(max_examples=200, deadline=None)
def test_a_field_of_any_kind_breaks_nothing(root, data):
    row = sygne_row(SCHOOL, SCHOOL.pupils[0], 2026) if root == "SYGNE" else registration()
    row[data.draw(st.sampled_from(sorted(row)))] = data.draw(JUNK)
    document = document_from("x.json", json.dumps({"source": root, "rows": [row]}).encode())
    for one in payloads.split(document, SCHOOL.uai):
        READERS[root].read(one)
