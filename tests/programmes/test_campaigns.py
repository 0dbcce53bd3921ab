"""Opening a campaign (DESIGN §7: `manage.py open_campaign normandie 2026`)."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from core.refusals import Refused
from programmes.campaigns import open_campaign
from programmes.models import Campaign, Programme, RuleSet
from programmes.ruling import adopt_rules, vote_rules
from tests.programmes.conftest import OPENED_ON


def test_the_campaign_has_the_name_and_dates_people_rely_on(campaign):
    assert campaign.slug == "normandie-2026"
    assert campaign.rules_version == "normandie-2026 v1"
    assert campaign.school_year_label == "2026-2027"
    assert campaign.mailing_on == date(2026, 8, 28)
    assert (campaign.first_delivery_on, campaign.last_delivery_on) == (date(2026, 9, 14), date(2026, 10, 16))


def test_its_rules_are_typed(campaign):
    assert campaign.rule_tree.gate.threshold == Decimal("0.85")
    assert isinstance(Campaign.objects.get().rule_tree.gate.threshold, Decimal)


def test_opening_twice_changes_nothing(campaign):
    again = open_campaign(preset="normandie", year=2026, by=None, on=OPENED_ON)
    assert again == campaign
    assert (Programme.objects.count(), RuleSet.objects.count(), campaign.adoptions.count()) == (1, 1, 1)


def test_the_next_year_keeps_what_was_voted_and_moves_the_dates(campaign, document):
    document["gate"]["threshold"] = "0.80"
    voted = vote_rules(programme=campaign.programme, document=document, note="80 %", by=None, on=OPENED_ON)
    adopt_rules(campaign=campaign, rules=voted, by=None, on=OPENED_ON)
    following = open_campaign(preset="normandie", year=2027, by=None, on=date(2027, 7, 1))
    assert following.rules_version == "normandie-2027 v3"
    assert following.rule_tree.gate.threshold == Decimal("0.80")
    assert following.rule_tree.midyear.waves[0].cutoff == date(2027, 11, 5)


def test_the_current_campaign_is_the_latest_one_open(campaign):
    following = open_campaign(preset="normandie", year=2027, by=None, on=OPENED_ON)
    assert Campaign.objects.current(date(2026, 7, 31)) is None
    assert Campaign.objects.current(date(2026, 8, 1)) == campaign
    assert Campaign.objects.current(date(2027, 7, 31)) == campaign
    assert Campaign.objects.current(date(2027, 8, 1)) == following


@pytest.mark.parametrize(
    ("preset", "year", "code"),
    [
        ("atlantide", 2026, "preset_unknown"),
        ("normandie", 26, "school_year_unknown"),
    ],
)
def test_nonsense_is_refused(db, preset, year, code):
    with pytest.raises(Refused) as refusal:
        open_campaign(preset=preset, year=year, by=None, on=OPENED_ON)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("field", "day"),
    [
        ("opens_on", date(2026, 9, 1)),
        ("mailing_on", date(2026, 9, 14)),
        ("first_delivery_on", date(2026, 10, 17)),
        ("last_delivery_on", date(2027, 8, 1)),
        ("school_year", 26),
    ],
)
def test_the_database_keeps_dates_in_order(campaign, field, day):
    with pytest.raises(IntegrityError), transaction.atomic():
        Campaign.objects.filter(pk=campaign.pk).update(**{field: day})


def test_one_campaign_a_school_year(campaign):
    campaign.pk, campaign.slug = None, "twice"
    with pytest.raises(IntegrityError), transaction.atomic():
        campaign.save()


def test_the_command_answers_in_json_and_can_be_repeated(db, capsys):
    call_command("open_campaign", "normandie", "2026", "--json")
    call_command("open_campaign", "normandie", "2026", "--json")
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert first["campaign"] == second["campaign"] == "normandie-2026"
    assert (first["opened"], second["opened"]) == (True, False)


def test_the_command_fails_aloud(db):
    with pytest.raises(CommandError):
        call_command("open_campaign", "atlantide", "2026")
