"""What surrounds every page of the family."""

from typing import Any

from loans.models import SigningLink
from loans.wording import opening_hours, with_article


def frame_of(link: SigningLink) -> dict[str, Any]:
    """What every family page shows around its content."""
    convention = link.convention
    helpline = convention.campaign.rule_tree.support.families
    return {
        "link": link,
        "convention": convention,
        "pupil": convention.pupil,
        "school": convention.enrolment.school,
        "programme": convention.campaign.programme,
        "signer": link.guardian.polite_name if link.guardian else convention.pupil.full_name,
        "authority": with_article(convention.campaign.programme.region_name),
        "helpline": helpline,
        "hours": opening_hours(helpline),
    }
