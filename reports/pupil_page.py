"""All that a pupil's page shows, for the reader in front of it (invariant 10)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from accounts.enums import Role
from accounts.models import User
from accounts.navigation import address
from core.models import Message
from loans.dossiers import with_dossier
from loans.models import Convention, Loan
from reports.enums import Situation
from reports.pupils import with_situation
from reports.scope import Scope
from reports.story import Step, story_of
from schools.enums import GuardianLevel
from schools.models import Enrolment, Guardianship, Pupil
from support.models import DeviceReturn, Ticket


@dataclass(frozen=True)
class GuardianLine:
    """A person responsible, and whether we can write to them. `email` and `phone` are "" for a school."""

    name: str
    role: str
    contact: str
    email: str
    phone: str


@dataclass(frozen=True)
class PupilPage:
    pupil: Pupil
    enrolment: Enrolment | None
    situation: Situation | None
    guardians: list[GuardianLine]
    conventions: Iterable[Any]
    loans: Iterable[Any]
    returns: Iterable[Any]
    tickets: Iterable[Any]
    story: list[Step]
    ticket_url: str


def page_of(pupil: Pupil, scope: Scope, user: User) -> PupilPage:
    """`pupil` comes from `visible_to(user)`."""
    enrolment = present_enrolment(pupil, scope, user)
    return PupilPage(
        pupil=pupil,
        enrolment=enrolment,
        situation=Situation(enrolment.situation) if enrolment else None,
        guardians=guardians_for(pupil, user),
        conventions=Convention.objects.visible_to(user).filter(pupil=pupil).order_by("-pk"),
        loans=Loan.objects.visible_to(user).filter(pupil=pupil).select_related("device__model"),
        returns=DeviceReturn.objects.visible_to(user).filter(loan__pupil=pupil),
        tickets=Ticket.objects.visible_to(user).filter(pupil=pupil).order_by("-opened_at"),
        story=story_of(pupil, scope),
        ticket_url=f"{address('support:new_ticket')}?eleve={pupil.public_id}",
    )


def present_enrolment(pupil: Pupil, scope: Scope, user: User) -> Any:
    """The enrolment of the day, with its situation; the last one known when the pupil has left."""
    seen = Enrolment.objects.filter(pupil=pupil, campaign=scope.campaign).visible_to(user)
    rows = with_situation(with_dossier(seen, scope.campaign, few=True)).select_related("school")
    return rows.order_by("state", "-entered_on", "-pk").first()


def guardians_for(pupil: Pupil, user: User) -> list[GuardianLine]:
    """Legal guardians and persons in charge. Addresses and numbers are for the region and the helpdesk."""
    links = Guardianship.objects.current().filter(pupil=pupil, level__lt=GuardianLevel.CONTACT)
    knows = user.has_role(Role.REGION, Role.HELPDESK)
    returned = addresses_that_return(pupil)
    return [
        GuardianLine(
            name=link.guardian.polite_name,
            role=str(GuardianLevel(link.level).label),
            contact=contact_state(link.guardian.email, returned),
            email=link.guardian.email if knows else "",
            phone=link.guardian.phone if knows else "",
        )
        for link in links.select_related("guardian")
    ]


def addresses_that_return(pupil: Pupil) -> set[str]:
    """Addresses from which a message about this pupil's conventions came back."""
    about = [convention.stream for convention in Convention.objects.filter(pupil=pupil)]
    return set(Message.objects.problematic().filter(about__in=about).values_list("to_address", flat=True))


def contact_state(email: str, returned: set[str]) -> str:
    """`none`, `returned` or `known`."""
    if not email:
        return "none"
    return "returned" if email in returned else "known"
