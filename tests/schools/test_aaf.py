"""The directory feed (AAF): many files, one document a school, and no half of it ever taken for the whole (N1)."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schools.fictitious import aaf
from schools.fictitious.region import make_region
from schools.fictitious.siecle import school_documents
from schools.sources import READERS
from schools.sources.aaf_feed import Feed, part_named
from schools.sources.refusals import DocumentRefused
from schools.sources.rows import CONTACT, LEGAL, PupilRow, merge_parts
from schools.sources.sniff import document_from
from tests.schools.conftest import DATA


ON = date(2026, 9, 7)
SAMPLES = sorted(DATA.glob("ENT_*.xml"))


def feed_of(files):
    parts = [
        part_named(name, lambda name=name, data=data: document_from(name, data))
        for name, data in files.items()
    ]
    return Feed([part for part in parts if part.kind])


def rolls_of(files):
    documents = [(header.uai, read()) for header, read in feed_of(files).cut()]
    return {uai: READERS[document.root].read(document) for uai, document in documents}


def refusal(files):
    with pytest.raises(DocumentRefused) as caught:
        rolls_of(files)
    return caught.value.finding


@pytest.fixture
def region():
    return make_region(schools=3, pupils=12, seed=5)


def test_the_sample_is_one_school_one_pupil_one_guardian():
    (roll,) = rolls_of({path.name: path.read_bytes() for path in SAMPLES}).values()
    assert (roll.header.uai, roll.header.school_year) == ("0140013N", 2026)
    (zoe,) = roll.pupils
    assert (zoe.source_id, zoe.ine, zoe.family_name, zoe.given_name) == (
        "5100001",
        "123456789AB",
        "LEFÈVRE",
        "Zoé",
    )
    assert (zoe.birth_on, zoe.mef, zoe.class_code) == (date(2011, 3, 14), "20010019110", "2GT3")
    assert (zoe.entry_on, zoe.exit_on, zoe.status) == (date(2026, 9, 1), None, "ST")
    assert [(link.guardian_source_id, link.level) for link in roll.links] == [
        ("5200001", LEGAL),
        ("5200002", LEGAL),
        ("5200009", CONTACT),
    ]
    (agnes,) = roll.guardians
    assert (agnes.civility, agnes.given_name, agnes.email) == ("Mme", "Agnès", "famille.lefevre@example.org")


def test_a_region_in_many_parts_gives_each_school_its_own(region):
    rolls = rolls_of(aaf.aaf_files(region.schools, on=ON, who="70", part_size=5))
    assert {uai: len(roll.pupils) for uai, roll in rolls.items()} == {one.uai: 12 for one in region.schools}
    for school in region.schools:
        people = {link.guardian.person_id for pupil in school.pupils for link in pupil.links}
        assert len(rolls[school.uai].guardians) == len(people)


@pytest.mark.parametrize("kind", ["_Eleve_0001", "_PersRelEleve_0000", "_EtabEducNat_0000"])
def test_a_missing_part_refuses_the_whole_delivery(region, kind):
    files = aaf.aaf_files(region.schools, on=ON, who="70", part_size=12)
    kept = {name: data for name, data in files.items() if kind not in name}
    assert len(kept) == len(files) - 1
    assert refusal(kept).code == "aaf_part_missing"


def test_the_last_part_missing_leaves_doubts(region):
    files = aaf.aaf_files(region.schools, on=ON, who="70", part_size=12)
    last_pupils = {name: data for name, data in files.items() if "_Eleve_0002" not in name}
    assert all(roll.doubts for roll in rolls_of(last_pupils).values())
    last_guardian = max(name for name in files if "PersRelEleve" in name)
    assert any(
        roll.doubts for roll in rolls_of({n: d for n, d in files.items() if n != last_guardian}).values()
    )
    assert not any(roll.doubts for roll in rolls_of(files).values())


def test_a_part_cut_short_refuses_the_whole_delivery(region):
    files = aaf.aaf_files(region.schools, on=ON, who="70", part_size=12)
    name = next(name for name in files if "_Eleve_0001" in name)
    assert refusal({**files, name: files[name][:-200]}).code == "bad_xml"


def test_two_files_for_one_part_are_refused(region):
    files = aaf.aaf_files(region.schools, on=ON, who="70")
    parts = feed_of(files).parts + feed_of(aaf.aaf_files(region.schools[:1], on=ON, who="70")).parts
    with pytest.raises(DocumentRefused) as caught:
        Feed(parts).cut()
    assert caught.value.finding.code == "aaf_two_parts"


def test_a_name_that_no_longer_tells_is_refused():
    with pytest.raises(DocumentRefused) as caught:
        part_named("Eleve.xml", lambda: None)
    assert caught.value.finding.code == "aaf_name"
    assert not part_named("ENT_70_Complet_20260907_PersEducNat_0000.xml", lambda: None).kind


@pytest.mark.parametrize(
    ("head", "code"),
    [
        ('<!DOCTYPE ficAlimMENESR SYSTEM "http://198.51.100.7/ficAlimMENESR.dtd">', "doctype"),
        ('<!DOCTYPE ficAlimMENESR SYSTEM "file:///etc/hostname">', "doctype"),
        ('<!DOCTYPE ficAlimMENESR SYSTEM "ficAlimMENESR.dtd" [<!ENTITY x "y">]>', "doctype"),
        ('<!DOCTYPE ficAlimMENESR PUBLIC "x" "ficAlimMENESR.dtd">', "doctype"),
        ("<!DOCTYPE ficAlimMENESR>", "doctype"),
    ],
)
def test_only_the_feed_s_own_document_type_is_let_through(head, code):
    """Trust 23: never fetched, never expanded."""
    with pytest.raises(DocumentRefused) as caught:
        document_from("a.xml", f"{head}<ficAlimMENESR/>".encode())
    assert caught.value.finding.code == code


def test_the_feed_s_document_type_opens_no_other_document():
    with pytest.raises(DocumentRefused):
        document_from("a.xml", b'<!DOCTYPE ficAlimMENESR SYSTEM "ficAlimMENESR.dtd"><BEE_ELEVES/>')


def test_an_entity_of_the_type_never_loaded_is_refused_rather_than_lost(region):
    files = aaf.aaf_files(region.schools, on=ON, who="70")
    name = next(name for name in files if "_Eleve_" in name)
    spoiled = files[name].replace(b"<value>SCOLAIRE</value>", b"<value>&nom;</value>", 1)
    assert refusal({**files, name: spoiled}).code == "entity"


def test_a_relation_said_twice_is_the_one_that_was_typed(region):
    pupil = region.schools[0].pupils[0]
    attributes = aaf.pupil_attributes(pupil)
    attributes["ENTElevePersRelEleve"] = ["7$1$1$1$1$0", "7$20$0$0$1$0", "8$10$0$2$0$0"]
    files = aaf.aaf_files(region.schools[:1], on=ON)
    name = next(name for name in files if "_Eleve_" in name)
    files[name] = aaf.aaf_document([aaf.add("Eleve", 1, attributes)])
    (roll,) = rolls_of(files).values()
    assert [(link.guardian_source_id, link.kinship, link.level) for link in roll.links] == [
        ("7", "20", CONTACT),
        ("8", "10", LEGAL),
    ]


def test_leaving_a_class_is_not_leaving_the_school(region):
    pupil = region.schools[0].pupils[0]
    attributes = aaf.pupil_attributes(pupil)
    attributes["ENTEleveDateSortieClasses"] = "3100$01/10/2026$OLD"
    attributes["ENTEleveDateEntreeClasses"] = ["3100$01/09/2026$OLD", f"3100$02/10/2026${pupil.class_code}"]
    files = aaf.aaf_files(region.schools[:1], on=ON)
    name = next(name for name in files if "_Eleve_" in name)
    files[name] = aaf.aaf_document([aaf.add("Eleve", 1, attributes)])
    (row,) = rolls_of(files)[region.schools[0].uai].pupils
    assert (row.class_code, row.entry_on, row.exit_on) == (pupil.class_code, date(2026, 9, 1), None)


def neutral(roll):
    """A roll without what the directory feed does not carry, nor the numbers each base gives."""
    unknown = {"source_id": "", "is_repeater": False, "previous_mef": "", "previous_uai": "", "local_id": ""}
    unknown |= {"exit_reason": "", "other_ines": (), "bad_values": ()}
    pupils = {pupil.source_id: replace(pupil, **unknown) for pupil in roll.pupils}
    people = {person.source_id: replace(person, source_id="", accepts_sms=False) for person in roll.guardians}
    links = {
        (
            pupils[link.pupil_source_id].ine,
            people[link.guardian_source_id],
            link.level if link.level == LEGAL else CONTACT,
            link.kinship,
            link.is_priority,
        )
        for link in roll.links
    }
    levels = {study.mef: study.mefstat4 for study in roll.studies}
    return sorted(pupils.values(), key=by_ine), {*people.values()}, links, levels


def by_ine(pupil: PupilRow) -> str:
    return pupil.ine


@given(st.integers(0, 10_000), st.integers(1, 40), st.integers(1, 50))
@settings(max_examples=25, deadline=None)
def test_siecle_and_the_feed_of_one_school_give_the_same_roll(seed, count, part_size):
    (school,) = make_region(schools=1, pupils=count, seed=seed).schools
    if not any(pupil.links for pupil in school.pupils):
        return
    documents = school_documents(school, year=2026, at=datetime(2026, 9, 7))
    read = [document_from(f"{name}.xml", data) for name, data in documents.items()]
    siecle = merge_parts(READERS[document.root].read(document) for document in read)
    feed = rolls_of(aaf.aaf_files([school], on=ON, part_size=part_size))[school.uai]
    ours, theirs = neutral(siecle), neutral(feed)
    assert ours[0] == theirs[0]
    assert ours[1] == theirs[1]
    assert ours[2] == theirs[2]
    assert theirs[3].items() <= ours[3].items()
