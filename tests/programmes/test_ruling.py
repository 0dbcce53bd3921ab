"""Rules are versions: voted, adopted, never changed in place (DESIGN §5)."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from core.refusals import Refused
from programmes.campaigns import open_campaign
from programmes.models import RuleSet
from programmes.ruling import adopt_rules, vote_rules
from tests.programmes.conftest import OPENED_ON


ON = date(2026, 9, 1)


def vote(campaign, document, **more):
    return vote_rules(programme=campaign.programme, document=document, note="Vote", by=None, on=ON, **more)


def test_a_vote_makes_a_version_and_moves_no_campaign(campaign, document):
    document["gate"]["threshold"] = "0.80"
    rules = vote(campaign, document)
    campaign.refresh_from_db()
    assert rules.number == 2
    assert campaign.rules.number == 1
    assert campaign.rules_version == "normandie-2026 v1"


def test_voting_the_same_rules_again_gives_the_same_version(campaign, document):
    assert vote(campaign, document) == campaign.rules


def test_adopting_is_dated_and_said_once(campaign, document):
    document["gate"]["threshold"] = "0.80"
    rules = vote(campaign, document)
    adopt_rules(campaign=campaign, rules=rules, by=None, on=ON)
    adopt_rules(campaign=campaign, rules=rules, by=None, on=ON)
    campaign.refresh_from_db()
    assert campaign.rules_version == "normandie-2026 v2"
    lines = campaign.adoptions.values_list("adopted_on", "rules__number")
    assert list(lines) == [(ON, 2), (OPENED_ON, 1)]


def test_rules_of_tomorrow_are_not_adopted_today(campaign, document):
    document["gate"]["days_before"] = 10
    rules = vote(campaign, document, effective_on=date(2026, 9, 2))
    with pytest.raises(Refused) as refusal:
        adopt_rules(campaign=campaign, rules=rules, by=None, on=ON)
    assert refusal.value.code == "rules_not_in_force"


def test_rules_of_another_programme_are_refused(campaign):
    other = open_campaign(preset="occitanie", year=2026, by=None, on=OPENED_ON)
    with pytest.raises(Refused) as refusal:
        adopt_rules(campaign=campaign, rules=other.rules, by=None, on=ON)
    assert refusal.value.code == "rules_of_another_programme"


def test_a_vote_says_why(campaign, document):
    with pytest.raises(Refused) as refusal:
        vote_rules(programme=campaign.programme, document=document, note=" ", by=None, on=ON)
    assert refusal.value.code == "rules_note_missing"


def test_wrong_rules_are_refused_with_each_fault(campaign, document):
    document["gate"]["threshold"] = "1.2"
    del document["absence"]
    with pytest.raises(Refused) as refusal:
        vote(campaign, document)
    assert refusal.value.code == "rules_invalid"
    assert len(refusal.value.sentence.splitlines()) == 2


def test_the_database_refuses_to_change_a_voted_document(campaign):
    with pytest.raises(IntegrityError, match="append_only"), transaction.atomic():
        RuleSet.objects.update(document={})


def test_the_database_refuses_to_delete_voted_rules(campaign):
    with pytest.raises(IntegrityError), transaction.atomic():
        RuleSet.objects.all()._raw_delete("default")


def test_the_database_refuses_to_rewrite_what_governed_a_campaign(campaign):
    with pytest.raises(IntegrityError, match="append_only"), transaction.atomic():
        campaign.adoptions.update(adopted_on=date(2020, 1, 1))
