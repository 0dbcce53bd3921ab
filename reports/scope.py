"""What a page counts over: a campaign, a day, and all its schools or one."""

from dataclasses import dataclass
from datetime import date

from django.http import Http404

from accounts.models import User
from programmes.models import Campaign
from schools.models import School


@dataclass(frozen=True)
class Scope:
    """Member schools of a campaign, or one of them, as they are on a day."""

    campaign: Campaign
    on: date
    school: School | None = None

    @property
    def query(self) -> str:
        """What links keep of the choice of a school."""
        return f"etablissement={self.school.uai}" if self.school else ""

    def of(self, school: School) -> "Scope":
        return Scope(self.campaign, self.on, school)


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
    return schools.first() if user.has_role("school") else None
