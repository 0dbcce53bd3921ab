"""Who acts for a school: invited once, for as many schools as needed (P12)."""

from datetime import UTC, datetime

import pytest

from accounts.enums import Role
from core.models import Message
from core.refusals import Refused
from schools.models import School, SchoolStaff
from schools.staffing import appoint_staff


AT = datetime(2026, 9, 2, 22, 30, tzinfo=UTC)  # already the 3rd in Paris

pytestmark = pytest.mark.django_db


def appoint(cast, school, email, by=None):
    return appoint_staff(
        school=school, email=email, function="bursar", first_name="Inès", last_name="Morel", by=by, at=AT
    )


def test_a_newcomer_has_a_post_and_a_link(cast):
    post = appoint(cast, cast.tilleuls, "ines.morel@example.org", by=cast.roux)
    assert (post.user.role, post.started_on.isoformat()) == (Role.SCHOOL, "2026-09-03")
    assert Message.objects.get().to_address == "ines.morel@example.org"
    assert list(School.objects.visible_to(post.user)) == [cast.tilleuls]


def test_the_bursar_of_two_schools_signs_in_already_for_the_first(cast):
    appoint(cast, cast.tilleuls, cast.petit.email)
    assert set(School.objects.visible_to(cast.petit)) == {cast.tilleuls, cast.rivage}


def test_appointing_again_is_the_same_post_until_it_ends(cast):
    first = appoint(cast, cast.tilleuls, "ines.morel@example.org")
    assert appoint(cast, cast.tilleuls, "ines.morel@example.org") == first
    SchoolStaff.objects.filter(pk=first.pk).update(ended_on=AT.date())
    assert not School.objects.visible_to(first.user).exists()
    assert appoint(cast, cast.tilleuls, "ines.morel@example.org") != first
    assert list(School.objects.visible_to(first.user)) == [cast.tilleuls]


def test_somebody_of_another_trade_is_not_given_a_school(cast):
    with pytest.raises(Refused) as refusal:
        appoint(cast, cast.tilleuls, cast.lou.email)
    assert refusal.value.code == "other_role"
    assert not SchoolStaff.objects.filter(user=cast.lou).exists()
