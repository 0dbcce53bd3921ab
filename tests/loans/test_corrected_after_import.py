"""An address mended by the school outlives the next real import, and yields to a new one of the base (A8)."""

from datetime import UTC, datetime, timedelta

import pytest

from core.models import Message
from loans.addresses import correct_address, signatories
from loans.mailing import send_due
from loans.models import Convention, SigningLink
from loans.resending import resend_convention
from schools.fictitious.evolutions import rename
from schools.models import Guardian
from support.applying import apply_changes


MENDED = "adresse.juste@example.org"

pytestmark = pytest.mark.django_db


def morning(world) -> datetime:
    return datetime(world.on.year, world.on.month, world.on.day, 6, tzinfo=UTC)


def follow(world) -> None:
    apply_changes(on=world.on, at=morning(world))
    send_due(on=world.on, at=morning(world))


@pytest.fixture
def mended(running):
    """A guardian of a minor of the imported school, whose address was corrected and written to."""
    follow(running)
    guardian = (
        SigningLink.objects.filter(convention__state="sent").exclude(guardian=None).earliest("pk").guardian
    )
    convention = Convention.objects.awaiting().filter(links__guardian=guardian).earliest("pk")
    correct_address(convention=convention, guardian=guardian, email=MENDED, by=None, at=morning(running))
    key = f"guardian {guardian.pk}"
    resend_convention(convention=convention, by=None, on=running.on, at=morning(running), only_to=key)
    return convention, guardian


def address_of(convention, guardian):
    return next(person.email for person in signatories(convention) if person.guardian == guardian)


def test_the_old_link_closes_and_a_message_leaves_for_the_new_address(mended):
    convention, guardian = mended
    open_links = convention.links.filter(guardian=guardian, revoked_at=None)
    assert [link.sent_to for link in open_links] == [MENDED]
    assert Message.objects.latest("pk").to_address == MENDED


def test_the_next_import_keeps_it_and_writes_to_nobody_again(running, mended):
    convention, guardian = mended
    before = Message.objects.about(convention.stream).count()
    rename(running.region, running.school.pupils[-1])
    running.night()
    follow(running)
    guardian.refresh_from_db()
    assert guardian.email != MENDED
    assert address_of(convention, guardian) == MENDED
    assert Message.objects.about(convention.stream).count() == before


def test_a_new_address_in_the_base_is_written_to_the_next_day(running, mended):
    convention, guardian = mended
    Guardian.objects.filter(pk=guardian.pk).update(email="base@example.org")
    send_due(on=running.on + timedelta(days=1), at=morning(running) + timedelta(days=1))
    assert Message.objects.latest("pk").to_address == "base@example.org"
    assert convention.links.filter(revoked_at=None, guardian=guardian).get().sent_to == "base@example.org"
