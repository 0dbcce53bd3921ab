"""Which school and which campaign a page is about."""

from datetime import date

from django.http import Http404

from accounts.enums import Role
from accounts.models import User
from programmes.models import Campaign
from schools.models import School


def present_campaign(on: date) -> Campaign | None:
    """The campaign of that day; between two campaigns, the latest one."""
    campaigns = Campaign.objects.with_rules()
    return campaigns.current(on) or campaigns.order_by("-school_year", "-pk").first()


def chosen_school(user: User, uai: str) -> School | None:
    """The school a page is about, among those this user sees; raises Http404 for another one.

    Without a choice, a member of a school gets the first of their schools, the other roles none.
    """
    schools = School.objects.visible_to(user)
    if uai:
        school = schools.filter(uai=uai).first()
        if school is None:
            raise Http404
        return school
    return schools.first() if user.has_role(Role.SCHOOL) else None
