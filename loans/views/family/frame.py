"""What surrounds every page of the family."""

from typing import Any

from core.languages import FRENCH, current_language
from loans.code_rules import is_asked
from loans.helpline import hours_to_read
from loans.models import Convention, SigningLink
from loans.reading import offered_languages
from loans.wording import with_article
from programmes.models import Programme


def frame_of(link: SigningLink) -> dict[str, Any]:
    """What every family page shows around its content."""
    convention = link.convention
    signer = link.guardian.polite_name if link.guardian else convention.pupil.full_name
    steps = 3 if is_asked(convention.campaign.rule_tree.signature.one_time_code, convention.state) else 2
    return {"link": link, "signer": signer, "steps": steps} | family_frame(convention)


def family_frame(convention: Convention) -> dict[str, Any]:
    """The same for a page that knows the convention but not who reads."""
    helpline = convention.campaign.rule_tree.support.families
    return {
        "convention": convention,
        "pupil": convention.pupil,
        "school": convention.enrolment.school,
        "programme": convention.campaign.programme,
        "authority": authority_to_read(convention.campaign.programme),
        "helpline": helpline,
        "hours": hours_to_read(helpline),
        "languages": offered_languages(convention.campaign.rule_tree.signature),
    }


def authority_to_read(programme: Programme) -> str:
    """« la Région … » in French; its bare name in a sentence of another language."""
    name = programme.region_name
    return with_article(name) if current_language() == FRENCH else name
