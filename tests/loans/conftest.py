"""The campaign of Normandie 2026, and a few instants of its story."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from core.files import store_bytes
from programmes.campaigns import open_campaign
from programmes.ruling import adopt_rules, vote_rules
from tests.schools.conftest import running, world  # noqa: F401
from tests.schools.factories import EnrolmentFactory


PARIS = ZoneInfo("Europe/Paris")
DAY = date(2026, 9, 15)
NOON = datetime(2026, 9, 15, 12, tzinfo=PARIS)


@pytest.fixture
def campaign(db):
    return open_campaign(preset="normandie", year=2026, by=None, on=date(2026, 7, 6))


@pytest.fixture
def vote(campaign):
    """Vote another value: `vote("signer.minor", "both")`; the campaign follows it from its first day."""

    def change(path, value):
        document = campaign.rule_tree.as_document()
        section, name = path.split(".")
        document[section][name] = value
        on = date(2026, 7, 6)
        voted = vote_rules(programme=campaign.programme, document=document, note="essai", by=None, on=on)
        adopt_rules(campaign=campaign, rules=voted, by=None, on=on)
        campaign.refresh_from_db()
        return campaign

    return change


@pytest.fixture
def stored(db):
    """A small file, as a scan."""
    return store_bytes(b"%PDF-1.7", kind="paper", name="scan.pdf", content_type="application/pdf")


@pytest.fixture
def enrol(campaign):
    """Enrol a pupil of the campaign: `enrol(guardians=2)`."""
    return lambda **fields: EnrolmentFactory(campaign=campaign, **fields)
