"""The program works with a role that cannot change the past, even where every trigger were removed (trust 19)."""

from uuid import uuid4

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction

from core.evidence import first_broken, record_event
from core.models import EvidenceEvent, Message
from core.outbox import deliver_due
from core.rights import rights_too_many, tables
from loans.enums import ConventionState
from loans.links import check_birth_date, find_link
from loans.mailing import send_due
from loans.models import Convention
from loans.proof.sealing import store_missing_documents
from loans.signing import Trace, sign_convention
from support.applying import apply_changes
from tests.story.scene import link_in
from tests.trust.links import AT
from tests.trust.test_nights_again import morning


pytestmark = [pytest.mark.trust(19), pytest.mark.django_db]


@pytest.fixture
def role():
    """A role of the server, made and forgotten with this test's transaction."""
    name = f"cartable_{uuid4().hex}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {name} NOLOGIN")
    return name


@pytest.fixture
def as_program(role, capsys):
    """From now on this connection is the program's; what an earlier test staged was another's."""

    def change() -> None:
        call_command("grant_rights", role)
        assert "it can only add" in capsys.readouterr().out
        with connection.cursor() as cursor:
            cursor.execute("DISCARD TEMP")
            cursor.execute(f"SET LOCAL ROLE {role}")

    return change


def counted_as(table: str) -> int:
    """The rows that PostgreSQL saw when it last looked, -1 if it never did."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {table}")
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [table])
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE core_evidenceevent SET actor = 'x'",
        "DELETE FROM core_evidenceevent",
        "TRUNCATE core_evidenceevent CASCADE",
        "DROP TABLE core_evidenceevent CASCADE",
        "ALTER TABLE core_evidenceevent DISABLE TRIGGER USER",
        "DROP TRIGGER core_evidenceevent_append_only ON core_evidenceevent",
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "SET session_replication_role = replica",
        "DELETE FROM loans_signature",
        "DELETE FROM core_seal",
        "UPDATE loans_conventiontext SET sections = '[]'",
    ],
)
def test_the_programs_role_is_refused_every_way_to_change_what_happened(as_program, sql):
    record_event(stream="thing:1", action="first", actor="system", at=AT)
    as_program()
    record_event(stream="thing:1", action="second", actor="system", at=AT)
    with (
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    assert first_broken(EvidenceEvent.objects.filter(stream="thing:1")) is None
    assert EvidenceEvent.objects.filter(stream="thing:1").count() == 2


def test_with_that_role_a_night_a_mailing_a_signature_and_its_seal_go_well(world, as_program):
    """The rights are few, and enough."""
    as_program()
    assert world.night().counts.arrivals == 80
    assert counted_as("schools_enrolment") == 80
    apply_changes(on=world.on, at=morning(world))
    assert send_due(on=world.on, at=morning(world))["messages"] > 0
    assert deliver_due(at=morning(world))["sent"] > 0
    convention = Convention.objects.awaiting().earliest("pk")
    letter = Message.objects.about(convention.stream).earliest("pk")
    link = find_link(link_in(letter.clear_body))
    check_birth_date(link=link, birth_on=convention.pupil.birth_on, at=morning(world))
    sign_convention(
        link=link,
        consent="J’accepte.",
        text_sha256=convention.text.sha256,
        trace=Trace("192.0.2.1", "Mobile"),
        at=morning(world),
    )
    assert store_missing_documents(at=morning(world)) == 1
    convention.refresh_from_db()
    assert convention.state == ConventionState.SIGNED
    world.school.pupils.pop()
    assert world.night().all_accepted


def test_the_check_before_opening_says_whether_two_roles_are_used(as_program):
    def said() -> list[str]:
        return [one.id for one in run_checks(include_deployment_checks=True, databases=["default"])]

    assert {"UPDATE core_evidenceevent", "TRUNCATE core_evidenceevent"} <= set(rights_too_many())
    assert "cartable.W002" in said()
    as_program()
    assert rights_too_many() == []
    assert "cartable.W002" not in said()


def test_what_only_grows_is_known_from_its_triggers():
    rights = tables()
    assert rights["core_evidenceevent"] == rights["loans_conventionlog"] == ("SELECT", "INSERT")
    assert rights["loans_signature"] == ("SELECT", "INSERT", "UPDATE")
    assert rights["schools_pupil"] == ("SELECT", "INSERT", "UPDATE", "DELETE")
