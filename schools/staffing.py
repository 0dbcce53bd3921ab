"""Who acts for a school."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.enums import Role
from accounts.invitations import invite_user
from accounts.models import User
from schools.models import School, SchoolStaff


@transaction.atomic
def appoint_staff(
    *,
    school: School,
    email: str,
    function: str,
    first_name: str,
    last_name: str,
    by: User | None,
    at: datetime,
) -> SchoolStaff:
    """Invite a person by e-mail to act for a school. Raises Refused as `invite_user` does."""
    user = invite_user(
        email=email, role=Role.SCHOOL, first_name=first_name, last_name=last_name, by=by, at=at
    )
    post, _created = SchoolStaff.objects.get_or_create(
        school=school,
        user=user,
        ended_on=None,
        defaults={"function": function, "started_on": timezone.localdate(at)},
    )
    return post
