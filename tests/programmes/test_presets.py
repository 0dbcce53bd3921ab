"""Each preset loads for any year, and says what its seed says (X12)."""

import json
from datetime import date, time
from decimal import Decimal

import pytest

from programmes.presets import preset, preset_names
from programmes.rule_tree import Rules


ALL = preset_names()


def rules(name: str, year: int = 2026) -> Rules:
    return preset(name).rules_for(year)


def test_the_four_programmes_of_the_seeds_are_there():
    assert {"normandie", "occitanie", "ile_de_france", "sarthe"} <= set(ALL)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("year", [2022, 2026, 2027, 2040])
def test_each_preset_is_valid_and_survives_json(name, year):
    tree = rules(name, year)
    assert Rules.read(json.loads(json.dumps(tree.as_document()))) == tree


@pytest.mark.parametrize("name", ALL)
def test_each_value_has_a_source(name):
    tree = rules(name)
    assert [path for path, _term, _value in tree.leaves() if not tree.source_of(path)] == []


@pytest.mark.parametrize("name", ALL)
def test_dates_of_the_campaign_are_in_its_school_year(name):
    dates = preset(name).dates_for(2026)
    assert dates["opens_on"] == date(2026, 8, 1)
    assert dates["closes_on"] == date(2027, 7, 31)
    assert dates["mailing_on"] < dates["first_delivery_on"] <= dates["last_delivery_on"]


def test_n2_normandie_equips_first_years_and_newcomers_for_equity():
    """Seed 004 = « fiche Pack numérique lycéen, Région Normandie, 2022 »."""
    population = rules("normandie").population
    assert population.entry_levels == ("2211", "2381", "2321")
    assert population.mid_course_levels == ("2212", "2382", "2322")
    assert population.newcomers_admitted
    assert population.repeaters_admitted
    assert population.membership_required


def test_n5_n7_normandie_paper_after_15_days_and_the_gate_at_85_percent_7_days_before():
    tree = rules("normandie")
    assert tree.signature.paper_after_days == 15
    assert tree.signature.paper_validated_by == "supplier"
    assert tree.gate.threshold == Decimal("0.85")
    assert tree.gate.days_before == 7


def test_n8_normandie_fewer_than_five_absentees_make_parcels_in_5_working_days():
    absence = rules("normandie").absence
    assert absence.few_max < 5
    assert (absence.parcel_working_days, absence.second_visit_days) == (5, 5)


def test_n9_normandie_waves_are_those_of_the_sheet_with_its_slip_mended():
    waves = rules("normandie", 2022).midyear.waves
    assert len(waves) == 10
    assert (waves[0].cutoff, waves[0].ship_week) == (date(2022, 11, 4), date(2022, 11, 7))
    assert (waves[7].cutoff, waves[7].ship_week) == (date(2023, 3, 31), date(2023, 4, 3))


def test_n9_waves_of_another_year_keep_their_days_of_the_week():
    for year in (2026, 2027, 2031):
        pairs = zip(
            rules("normandie", 2022).midyear.waves, rules("normandie", year).midyear.waves, strict=True
        )
        for old, new in pairs:
            assert new.cutoff.weekday() == old.cutoff.weekday()
            assert abs((new.cutoff - old.cutoff.replace(year=old.cutoff.year + year - 2022)).days) <= 3


def test_n10_n11_normandie_repairs_once_and_replaces_once_with_a_report():
    tree = rules("normandie")
    assert tree.repair.free_repairs == 1
    assert tree.repair.shared_with_replacement
    assert (tree.theft_loss.theft_max, tree.theft_loss.loss_max) == (1, 1)
    assert tree.theft_loss.police_report_for_theft
    assert tree.theft_loss.replacement_via == "school"


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [
        ("member_school", "keep"),
        ("apprentice_in_class", "keep"),
        ("non_member_school", "return"),
        ("other_region", "return"),
        ("apprentice_centre", "return"),
        ("end_of_schooling", "return"),
    ],
)
def test_n12_normandie_departures(reason, outcome):
    assert rules("normandie").departure.outcome_for(reason) == outcome


def test_n13_normandie_helplines_have_their_hours():
    support = rules("normandie").support
    weekdays, saturday = support.families.hours
    assert (weekdays.weekdays, weekdays.opens, weekdays.closes) == ((0, 1, 2, 3, 4), time(8), time(20))
    assert (saturday.weekdays, saturday.opens, saturday.closes) == ((5,), time(8), time(12))
    assert (support.schools.hours[0].opens, support.schools.hours[0].closes) == (time(8, 30), time(17))


def test_n15_normandie_hotspots_carry_25_gigabytes_a_month():
    assert rules("normandie").inclusion.gigabytes_per_month == 25


def test_o2_o7_occitanie_aid_from_80_euros_and_61000_devices_in_370_schools():
    """Seeds 000 and 001 = « SPIE, Région Occitanie, 16 février 2021 »."""
    tree = rules("occitanie")
    assert tree.means.min_aid_amount == Decimal(80)
    assert set(tree.means.free_if) == {"labelled_school", "back_to_school_allowance"}
    assert (tree.scale.schools_count, tree.scale.devices_count) == (370, 61000)
    assert (tree.scale.target_share, tree.scale.target_days) == (Decimal("0.90"), 14)


def test_i1_i2_ile_de_france_schools_choose_and_670_are_equipped_in_three_months():
    """Seed 003 = « La Poste, région Île-de-France, rentrée 2019 »."""
    tree = rules("ile_de_france")
    assert (tree.scale.schools_count, tree.scale.devices_count) == (670, 200000)
    assert tree.tenure.device_choice_by == "school"
    assert tree.population.teachers_included
    assert tree.population.membership_required


def test_s1_s2_sarthe_22_then_57_middle_schools_and_8000_devices():
    """Seed 002 = « SPIE, Département de la Sarthe, 21 juin 2017 »."""
    scale = rules("sarthe").scale
    assert [phase.schools_count for phase in scale.phases] == [22, 57]
    assert (scale.schools_count, scale.devices_count) == (57, 8000)
