"""The morning after the first import, PostgreSQL has not looked at the new tables: a count must not hang (trust 58).

Left to guess, the planner would compare each family with each link: a second for a thousand families, hours
for a region.
"""

from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from django.db import connection

from loans.conventions import consume_changes, issue_conventions
from loans.enums import MailingKind
from loans.mailings.preparing import prepare_mailing
from loans.mailings.reach import reach_of
from loans.mailings.recipients import due
from schools.models import Guardian, School
from tests.kit.rows_read import counting_rows_read
from tests.loans.conftest import PARIS
from tests.loans.crowd import enrol_crowd, send_to_crowd
from tests.loans.texts.test_publishing import vote
from tests.schools.factories import SchoolMembershipFactory, UserFactory


SENT_AT = datetime(2026, 8, 28, 9, tzinfo=PARIS)
NEXT = SENT_AT + timedelta(days=15)
FAMILIES = 1_000
ROWS_A_FAMILY = 100  # each compared with each would be a thousand

# All our tables as PostgreSQL knows them before its first look, or when it looked at them nearly empty.
NEVER_SEEN = "pg_clear_relation_stats(schemaname::text, relname::text)"
SEEN_EMPTY = """pg_restore_relation_stats(
    'schemaname', schemaname::text, 'relname', relname::text, 'relpages', 1, 'reltuples', 1::real
)"""


@pytest.fixture(params=[NEVER_SEEN, SEEN_EMPTY], ids=["never seen", "seen empty"])
def crowd(request, campaign):
    enrol_crowd(campaign, FAMILIES)
    forget(request.param)
    return campaign


def forget(how: str) -> None:
    """Filled in a transaction that nobody else sees: autovacuum cannot come between."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {how} FROM pg_stat_user_tables")  # noqa: S608
        cursor.execute(
            "DELETE FROM pg_statistic USING pg_stat_user_tables known WHERE starelid = known.relid"
        )
        cursor.execute("SET LOCAL statement_timeout = '60s'")  # a question without end fails


@contextmanager
def few_rows_read():
    with counting_rows_read() as seen:
        yield
    rows, question = max(seen)
    assert rows < ROWS_A_FAMILY * FAMILIES, question


def test_a_first_mailing_is_counted(crowd):
    issue_conventions(campaign=crowd, on=SENT_AT.date(), by=None, at=SENT_AT, writes=False)
    with few_rows_read():
        mailing = prepare_mailing(
            campaign=crowd, kind=MailingKind.FIRST, by=UserFactory(), on=SENT_AT.date(), at=SENT_AT
        )
    assert mailing.messages_count == FAMILIES


def test_the_night_after_an_import_issues_what_is_missing_and_the_next_one_nothing(crowd):
    SchoolMembershipFactory(school=School.objects.get(), campaign=crowd)
    with few_rows_read():
        counts = consume_changes(campaign=crowd, on=SENT_AT.date(), at=SENT_AT)
        again = consume_changes(campaign=crowd, on=NEXT.date(), at=NEXT)
    assert (counts["issued"], again["issued"], again["withdrawn"]) == (FAMILIES, 0, 0)


@pytest.fixture
def written_to(crowd):
    send_to_crowd(crowd, on=SENT_AT.date(), at=SENT_AT)
    return crowd


def test_reminders_are_counted(written_to):
    with few_rows_read():
        reach = reach_of(due(written_to, MailingKind.REMINDER, NEXT.date()), MailingKind.REMINDER)
    assert reach.messages_count == FAMILIES


def test_new_addresses_are_counted(written_to):
    Guardian.objects.filter(identifier__endswith="7").update(email="neuve@example.org")
    with few_rows_read():
        reach = reach_of(due(written_to, MailingKind.NEW_ADDRESS, NEXT.date()), MailingKind.NEW_ADDRESS)
    assert reach.messages_count == FAMILIES / 10


def test_families_whose_convention_is_replaced_are_counted_and_written_to(written_to):
    vote(written_to, "repair", free_repairs=2)
    vote(written_to, "signature", second_person_from=FAMILIES + 1)
    with few_rows_read():
        counts = issue_conventions(campaign=written_to, on=NEXT.date(), by=None, at=NEXT)
    assert counts["renewed"] == counts["messages"] == FAMILIES
