"""A parent who works for a school calls a letter unwanted: the family's letters stop, the work's go on (trust 58)."""

from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.utils.module_loading import autodiscover_modules

from accounts.enums import Role
from accounts.invitations import invite_user
from core.addresses import block_address
from core.models import Message, MessageState, Trouble
from core.notifications import EmailNotification
from core.outbox import deliver_due, enqueue
from tests.core.test_outbox import draft


AT = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
READERS = ("To the region", "To the school", "To the supplier", "To the authority", "To those who act")


@pytest.fixture
def complained(db):
    block_address(address="Odile@example.org", trouble=Trouble.COMPLAINED, detail="", at=AT)


def states():
    return dict(Message.objects.values_list("kind", "state"))


def test_who_complained_as_a_parent_still_gets_the_link_to_sign_in(complained):
    with transaction.atomic():
        enqueue(draft("letter", to="odile@example.org"))
    invite_user(email="odile@example.org", role=Role.SCHOOL, by=None, at=AT)
    assert deliver_due(at=AT)["sent"] == 1
    assert states()["staff_invitation"] == MessageState.SENT
    assert Message.objects.exclude(kind="staff_invitation").get().state == MessageState.CANCELLED


def every_notification(base=EmailNotification):
    for one in base.__subclasses__():
        yield one
        yield from every_notification(one)


def test_what_is_written_to_those_who_work_says_so_and_only_that():
    """A new message to schools or the region must not be silenced; one to families must be."""
    autodiscover_modules("notifications", "nights.notifications")
    said = {one.__name__: one.is_for_staff for one in every_notification() if hasattr(one, "kind")}
    wanted = {
        one.__name__: one.__module__ == "accounts.notifications" or (one.__doc__ or "").startswith(READERS)
        for one in every_notification()
        if hasattr(one, "kind")
    }
    assert said == wanted
    assert sum(said.values()) > 15
