"""Openings, closings, names and successors wait for a region officer; nothing is lost meanwhile (N1)."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from core.refusals import Refused
from programmes.campaigns import open_campaign
from schools.directory import import_schools
from schools.directory_changes import approve_all_changes, approve_change, reject_change
from schools.enums import EnrolmentState
from schools.models import DirectoryChange, Enrolment, School
from tests.kit.queries import assert_same_queries
from tests.schools.factories import EnrolmentFactory, UserFactory, uai


AT = datetime(2026, 9, 8, 9, tzinfo=UTC)
COLUMNS = "identifiant_de_l_etablissement;nom_etablissement;etat;voie_generale;code_departement;adresse_1;code_postal"
OLD, NEW, FAR = "0140013N", "0140004D", "0750654D"
LOADED = (f"{OLD};Lycée des Essais;OUVERT;1;014;1 rue du Port;14900",)


@pytest.fixture
def load(db, tmp_path):
    """Import a directory of these lines."""

    def load(*lines, extra="", **options):
        path = tmp_path / "annuaire.csv"
        path.write_text("\n".join((COLUMNS + extra, *lines)) + "\n")
        return import_schools(path=path, **{"campaign": None, **options})

    load(*LOADED)
    return load


@pytest.fixture
def officer(db):
    return UserFactory()


def proposals():
    return set(DirectoryChange.objects.proposed().values_list("uai", "kind"))


def test_the_first_load_creates_and_proposes_nothing(load):
    assert School.objects.count() == 1
    assert proposals() == set()


def test_an_opening_a_closing_and_a_name_wait(load):
    report = load(
        f"{OLD};Lycée du Port;FERME;1;014;1 rue du Port;14900", f"{NEW};Lycée neuf;OUVERT;1;014;2 quai;14901"
    )
    assert (report.created, report.proposed) == (0, 3)
    assert proposals() == {(OLD, "closed"), (OLD, "renamed"), (NEW, "opened")}
    school = School.objects.get()
    assert (school.name, school.is_open) == ("Lycée des Essais", True)


def test_the_same_directory_again_proposes_nothing_more(load):
    lines = (f"{OLD};Lycée du Port;OUVERT;1;014;1 rue du Port;14900",)
    assert (load(*lines).proposed, load(*lines).proposed) == (1, 0)


def test_another_name_replaces_the_one_that_waited(load):
    load(f"{OLD};Premier nom;OUVERT;1;014;;")
    load(f"{OLD};Second nom;OUVERT;1;014;;")
    assert DirectoryChange.objects.get().name == "Second nom"


def test_a_later_directory_that_no_longer_says_it_drops_the_proposal(load):
    load(f"{OLD};Lycée des Essais;FERME;1;014;;")
    load(*LOADED)
    assert proposals() == set()


def test_a_school_missing_from_the_directory_changes_nothing(load):
    load(f"{NEW};Lycée neuf;OUVERT;1;014;2 quai;14901")
    assert School.objects.get(uai=OLD).is_open
    assert proposals() == {(NEW, "opened")}


def test_schools_of_other_departments_or_kinds_are_not_proposed(load):
    load(f"{FAR};Lycée lointain;OUVERT;1;075;;", f"{NEW};Collège voisin;OUVERT;0;014;;")
    assert proposals() == set()


def test_with_a_campaign_the_schools_join_at_once(load):
    campaign = open_campaign(preset="normandie", year=2026, by=None, on=date(2026, 7, 6))
    report = load(f"{NEW};Lycée neuf;OUVERT;1;014;;", campaign=campaign)
    assert (report.created, report.joined, report.proposed) == (1, 1, 0)


def test_a_closing_names_the_school_at_the_same_address_and_keeps_the_pupils(load, officer):
    campaign = open_campaign(preset="normandie", year=2026, by=None, on=date(2026, 7, 6))
    enrolment = EnrolmentFactory(school=School.objects.get(uai=OLD), campaign=campaign)
    load(
        f"{OLD};Lycée des Essais;FERME;1;014;1 rue du Port;14900",
        f"{NEW};Cité neuve;OUVERT;1;014;1 rue du Port;14900",
    )
    assert approve_all_changes(by=officer, at=AT) == 2
    school = School.objects.get(uai=OLD)
    assert (school.is_open, school.successor.uai) == (False, NEW)
    assert Enrolment.objects.get() == enrolment
    assert Enrolment.objects.get().state == EnrolmentState.ACTIVE
    assert DirectoryChange.objects.get(uai=OLD).log.get().by == officer


def test_a_region_s_own_file_may_name_the_successor(load):
    load(f"{OLD};Lycée des Essais;FERME;1;014;;;{NEW}", extra=";uai_successeur")
    assert DirectoryChange.objects.get().successor_uai == NEW


def test_a_successor_nobody_knows_is_refused_and_nothing_closes(load, officer):
    load(f"{OLD};Lycée des Essais;FERME;1;014;;")
    with pytest.raises(Refused) as refusal:
        approve_change(change=DirectoryChange.objects.get(), by=officer, at=AT, successor_uai=NEW)
    assert refusal.value.code == "successor_unknown"
    assert School.objects.get().is_open


def test_a_name_is_changed_by_approval_alone_and_twice_is_harmless(load, officer):
    load(f"{OLD};Lycée du Port;OUVERT;1;014;;")
    change = DirectoryChange.objects.get()
    for _turn in range(2):
        approve_change(change=change, by=officer, at=AT)
    assert School.objects.get().name == "Lycée du Port"
    assert change.log.count() == 1


def test_what_was_rejected_is_not_proposed_again_but_another_name_is(load, officer):
    load(f"{OLD};Lycée du Port;OUVERT;1;014;;")
    reject_change(change=DirectoryChange.objects.get(), by=officer, at=AT)
    assert load(f"{OLD};Lycée du Port;OUVERT;1;014;;").proposed == 0
    assert load(f"{OLD};Lycée de la Plage;OUVERT;1;014;;").proposed == 1
    assert School.objects.get().name == "Lycée des Essais"


def test_a_closed_school_may_open_again(load, officer):
    load(f"{OLD};Lycée des Essais;FERME;1;014;;")
    approve_all_changes(by=officer, at=AT)
    load(*LOADED)
    assert proposals() == {(OLD, "reopened")}
    approve_all_changes(by=officer, at=AT)
    assert School.objects.get().is_open


def test_three_changes_or_forty_ask_the_base_the_same_questions(load, officer, client):
    def openings(first, count):
        load(*(f"{uai(149_000 + n)};Lycée neuf {n};OUVERT;1;014;;" for n in range(first, first + count)))

    client.force_login(officer)
    openings(0, 3)
    assert_same_queries(lambda: client.get(reverse("schools:directory")), grow=lambda: openings(3, 37))
    assert len(client.get(reverse("schools:directory")).context["page"]) == 40
