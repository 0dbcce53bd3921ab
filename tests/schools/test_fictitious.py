"""The fictitious region: the same seed gives the same bytes, and its files are real SIECLE files."""

from datetime import datetime

from schools.codes import is_ine, is_uai, level_from_mef, mefstat4
from schools.fictitious.region import STUDIES, make_region
from schools.fictitious.siecle import school_documents, write_region
from schools.sources import READERS
from schools.sources.rows import merge_parts
from schools.sources.sniff import document_from, read_document


AT = datetime(2026, 9, 8, 5, 12, 44)


def documents(region):
    return [school_documents(school, year=region.year, at=AT) for school in region.schools]


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others():
    assert documents(make_region(schools=2, pupils=30, seed=3)) == documents(
        make_region(schools=2, pupils=30, seed=3)
    )
    assert documents(make_region(schools=2, pupils=30, seed=3)) != documents(
        make_region(schools=2, pupils=30, seed=4)
    )


def test_the_files_say_what_the_region_holds(tmp_path):
    region = make_region(schools=1, pupils=120, seed=5)
    paths = write_region(region, tmp_path, at=AT)
    read = [READERS[document.root].read(document) for document in map(read_document, paths)]
    roll = merge_parts(read)
    typed = region.schools[0].pupils
    assert [(row.ine, row.family_name, row.birth_on, row.class_code) for row in roll.pupils] == [
        (pupil.ine, pupil.family_name, pupil.birth_on, pupil.class_code) for pupil in typed
    ]
    assert len(roll.links) == sum(len(pupil.links) for pupil in typed)
    assert {one.code for one in roll.classes} == set(region.schools[0].class_codes)


def test_numbers_are_well_formed_and_schools_have_no_real_one():
    region = make_region(schools=40, pupils=10, seed=1)
    assert all(is_uai(school.uai) and school.uai[3] == "9" for school in region.schools)
    assert len({school.uai for school in region.schools}) == 40
    ines = [pupil.ine for school in region.schools for pupil in school.pupils]
    assert all(map(is_ine, ines))
    assert len(set(ines)) == region.pupil_count == 400


def test_study_codes_and_their_levels_agree():
    assert all(level_from_mef(study.mef) == mefstat4(study.mefstat) for study in STUDIES)


def test_what_the_encoding_cannot_write_becomes_a_question_mark():
    region = make_region(schools=1, pupils=1, seed=1)
    region.schools[0].pupils[0].family_name = "ŁUKASZ <&>"
    data = school_documents(region.schools[0], year=2026, at=AT)["ElevesAvecAdresses"]
    roll = READERS["BEE_ELEVES"].read(document_from("a.xml", data))
    assert roll.pupils[0].family_name == "?UKASZ <&>"
