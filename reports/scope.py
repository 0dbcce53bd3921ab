"""What a page counts over: a campaign, a day, and all its schools or one."""

from dataclasses import dataclass
from datetime import date

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

    @property
    def place(self) -> str:
        """Whose figures these are, for the top of a page."""
        return self.school.name if self.school else self.campaign.programme.region_name

    def of(self, school: School) -> "Scope":
        return Scope(self.campaign, self.on, school)
