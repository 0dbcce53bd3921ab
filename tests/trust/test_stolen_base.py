"""A copy of the whole database opens nothing: neither a link, nor a code, nor an invitation (trust 6)."""

import re
from datetime import UTC, datetime

import pytest
from django.core import mail
from django.db import connection

from accounts.enums import Role
from accounts.invitations import invite_user
from core.models import Message
from core.outbox import deliver_due
from core.tokens import token_digest
from loans.mailing import send_due_conventions
from loans.models import Convention, SigningLink
from tests.loans.conftest import campaign, enrol  # noqa: F401


AT = datetime(2026, 8, 28, 9, tzinfo=UTC)
SECRET = re.compile(r"/(?:signer|invitation|suivi)/([^/\s]+)/")


def dump():
    """Every row of every table, as text: what pg_dump would hold."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        texts = []
        for table in tables:
            cursor.execute(f'SELECT string_agg(row::text, chr(10)) FROM "{table}" AS row')  # noqa: S608 - names of the catalogue
            texts.append(cursor.fetchone()[0] or "")
    return "\n".join(texts)


@pytest.fixture
def secrets(campaign, enrol):  # noqa: F811
    """What people found in their mail."""
    enrol(guardians=2)
    send_due_conventions(campaign=campaign, on=AT.date(), at=AT)
    invite_user(email="region@example.org", role=Role.REGION, by=None, at=AT)
    assert deliver_due(at=AT)["sent"] == 3
    return [SECRET.search(letter.body)[1] for letter in mail.outbox]


@pytest.mark.trust(6)
def test_no_secret_that_left_is_in_the_base(secrets):
    kept = dump()
    assert str(Convention.objects.get().public_id) in kept
    assert {token_digest(secret) for secret in secrets[:2]} == set(
        SigningLink.objects.values_list("token_hash", flat=True)
    )
    for secret in secrets:
        assert secret not in kept


@pytest.mark.trust(6)
def test_what_the_base_holds_in_its_place_opens_nothing(client, secrets):
    for message in Message.objects.all():
        found = SECRET.search(message.body)
        assert client.get(found[0]).status_code in (404, 410)
    for digest in SigningLink.objects.values_list("token_hash", flat=True):
        assert client.get(f"/signer/{digest}/").status_code == 404
