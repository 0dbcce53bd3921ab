"""Who signs, and when: each school has its own pace, each family its own day, drawn from a seed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from accounts.models import User
from config.demo.calendar import at
from config.demo.region import DemoRegion
from core.evidence import Trace
from core.models import Message
from loans.enums import ConventionState
from loans.links import find_link
from loans.models import Convention, SigningLink
from loans.refusing import refuse_convention
from loans.signing import sign_at_desk, sign_convention


REFUSAL = "Notre enfant a déjà un ordinateur récent, que nous préférons garder."
CONSENT = "J’ai lu la convention et j’accepte ses conditions."
PHONE = "Mozilla/5.0 (Linux; Android 13) Mobile"


@dataclass(frozen=True, slots=True)
class Pace:
    """`share` of the families end up signing, the median one `median_days` after the mailing."""

    share: float
    median_days: int


PACES = (
    Pace(0.75, 8),  # 0: at its gate in two days, a handful of signatures short
    Pace(1.00, 3),
    Pace(1.00, 4),
    Pace(0.99, 4),
    Pace(0.72, 12),  # 4: below the threshold, put off
    Pace(0.99, 4),
    Pace(0.88, 9),
    Pace(0.80, 11),
    Pace(0.66, 14),
    Pace(0.90, 8),
    Pace(0.99, 3),
    Pace(0.00, 1),  # 11: not a member, nobody is written to
)
AT_THE_DESK = (1, 2, 3, 5, 10)
"""Schools whose office had the families without an e-mail address sign on its screen."""


class Families:
    """The families of the demo; each decides once, from the seed and its pupil, whatever the day asked."""

    def __init__(self, region: DemoRegion) -> None:
        self.region = region
        self.pace_of = {region.base(rank).uai: pace for rank, pace in enumerate(PACES)}

    def act(self, day: date) -> int:
        """Those who sign or refuse that day do so by the link of their e-mail; returns how many."""
        count = 0
        for convention, minute in self._deciding(day):
            self._answer(convention, day, minute)
            count += 1
        return count

    def sign_at_the_office(self, day: date, by: User) -> None:
        """Families that nobody could write to sign at the school, before its office (P2, N17)."""
        schools = [self.region.base(rank).uai for rank in AT_THE_DESK]
        waiting = Convention.objects.filter(
            campaign=self.region.campaign, state=ConventionState.DRAFT, enrolment__school__uai__in=schools
        )
        for convention in waiting.select_related("pupil"):
            guardianship = convention.pupil.guardianships.legal().select_related("guardian").first()
            guardian = guardianship.guardian if guardianship else None
            if guardian or convention.pupil.is_adult(day):
                sign_at_desk(convention=convention, guardian=guardian, consent=CONSENT, by=by, at=at(day, 17))

    def _deciding(self, day: date) -> Iterator[tuple[Convention, int]]:
        waiting = Convention.objects.filter(
            campaign=self.region.campaign, state=ConventionState.SENT, sent_on__lte=day
        ).select_related("enrolment__school", "pupil", "text")
        for convention in waiting:
            draw = Random(f"{convention.pupil.ine} {convention.pupil.birth_on}")  # noqa: S311 - a demo's dice
            pace = self.pace_of[convention.enrolment.school.uai]
            delay = int(draw.expovariate(0.7 / pace.median_days))
            if draw.random() < pace.share and (day - convention.sent_on).days >= delay:
                yield convention, draw.randrange(7 * 60, 22 * 60)

    def _answer(self, convention: Convention, day: date, minute: int) -> None:
        moment = at(day, minute // 60, minute % 60)
        link = link_of(convention)
        if link is None:
            return
        draw = Random(f"refusal {convention.pupil.ine}")  # noqa: S311 - a demo's dice
        if draw.random() < 0.012:
            refuse_convention(link=link, reason=REFUSAL, at=moment)
            return
        sign_convention(
            link=link,
            consent=CONSENT,
            text_sha256=convention.text.sha256,
            trace=Trace("192.0.2.10", PHONE),
            at=moment,
        )


def link_of(convention: Convention) -> SigningLink | None:
    """What opens the family's page, as its last e-mail has it."""
    token = token_of(convention)
    return find_link(token) if token else None


def token_of(convention: Convention) -> str | None:
    """The token in the last e-mail about this convention: what the family would click."""
    message = Message.objects.about(convention.stream).filter(body__contains="/signer/").last()
    found = re.search(r"/signer/([\w-]+)/", message.clear_body) if message else None
    return found[1] if found else None


@dataclass(frozen=True, slots=True)
class WaitingFamily:
    """A family with a link and nothing signed yet, for the newcomer to play."""

    path: str
    birth_on: date
    pupil: str


def waiting_family() -> WaitingFamily | None:
    """The last family written to that has not answered; None when there is none."""
    waiting = (
        Convention.objects.filter(state=ConventionState.SENT)
        .select_related("pupil")
        .order_by("-sent_on", "pk")
    )
    for convention in waiting[:20]:
        if token := token_of(convention):
            return WaitingFamily(f"/signer/{token}/", convention.pupil.birth_on, convention.pupil.full_name)
    return None
