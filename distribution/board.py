"""What the planning page shows: the week's places, and first of all what waits for somebody."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet

from distribution.enums import LIVE_DELIVERY, DeliveryState
from distribution.models import Delivery
from loans.progress import Progress, progress_by_school
from programmes.models import Campaign
from schools.models import School


WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Card:
    """A delivery with its school's figures of now."""

    delivery: Delivery
    progress: Progress
    threshold: Decimal

    @property
    def is_at_risk(self) -> bool:
        """Accepted, not decided, and below the threshold today."""
        rate = self.progress.rate
        waits = self.delivery.state == DeliveryState.ACCEPTED and self.delivery.checked is None
        return waits and (rate is None or rate < self.threshold)


@dataclass(frozen=True, slots=True)
class Day:
    on: date
    cards: list[Card]

    @property
    def pupils_count(self) -> int:
        return sum(card.progress.expected_count for card in self.cards)


@dataclass(frozen=True, slots=True)
class Week:
    """A week of the delivery period; `pupils_count` are the pupils expected in its places."""

    monday: date
    days: list[Day]
    schools_count: int
    pupils_count: int

    @property
    def friday(self) -> date:
        return self.monday + timedelta(days=4)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for somebody, soonest first."""

    to_decide: list[Card] = field(default_factory=list)
    declined: list[Card] = field(default_factory=list)
    without_team: list[Card] = field(default_factory=list)
    at_risk: list[Card] = field(default_factory=list)
    unanswered: list[Card] = field(default_factory=list)
    unplaced: list[School] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not any(
            (self.to_decide, self.declined, self.without_team, self.at_risk, self.unanswered, self.unplaced)
        )


@dataclass(frozen=True, slots=True)
class Board:
    weeks: list[Week]
    week: Week
    waiting: Waiting
    counts: dict[str, int]

    @property
    def before(self) -> Week | None:
        return next((week for week in reversed(self.weeks) if week.monday < self.week.monday), None)

    @property
    def after(self) -> Week | None:
        return next((week for week in self.weeks if week.monday > self.week.monday), None)


def board_of(campaign: Campaign, *, week_of: date, on: date) -> Board:
    """The whole board, in a number of queries that does not depend on how many schools there are."""
    progress = progress_by_school(campaign=campaign)
    cards = _cards(campaign.deliveries.exclude(state=DeliveryState.CANCELLED), progress, campaign)
    weeks = _weeks(campaign, cards)
    counts: dict[str, int] = defaultdict(int)
    for card in cards:
        counts[card.delivery.state] += 1
    week = next((week for week in reversed(weeks) if week.monday <= week_of), weeks[0])
    return Board(weeks, week, _waiting(campaign, cards, progress, on), dict(counts))


def found_cards(campaign: Campaign, *, words: str, state: str) -> list[Card]:
    """Deliveries by school (name, town or UAI) and state, cancelled ones included, soonest first."""
    rows = campaign.deliveries.all()
    if state:
        rows = rows.filter(state=state)
    for word in words.split():
        rows = rows.filter(
            Q(school__name__icontains=word)
            | Q(school__city__icontains=word)
            | Q(school__uai__istartswith=word)
        )
    return _cards(rows, progress_by_school(campaign=campaign), campaign)


def _cards(rows: QuerySet[Delivery], progress: dict[int, Progress], campaign: Campaign) -> list[Card]:
    threshold = campaign.rule_tree.gate.threshold
    rows = rows.select_related("school", "team", "gate_check")
    return [Card(delivery, progress.get(delivery.school_id, Progress()), threshold) for delivery in rows]


def _weeks(campaign: Campaign, cards: list[Card]) -> list[Week]:
    """From the first delivery to the last, or to the last one placed after it."""
    days = [campaign.first_delivery_on, campaign.last_delivery_on, *(card.delivery.on for card in cards)]
    by_day: dict[date, list[Card]] = defaultdict(list)
    for card in cards:
        by_day[card.delivery.on].append(card)
    monday, last = _monday(min(days)), max(days)
    weeks = []
    while monday <= last:
        weeks.append(_week(monday, by_day))
        monday += WEEK
    return weeks


def _week(monday: date, by_day: dict[date, list[Card]]) -> Week:
    days = [Day(day, by_day.get(day, [])) for day in (monday + timedelta(days=n) for n in range(7))]
    shown = [day for day in days if day.on.weekday() < 5 or day.cards]
    cards = [card for day in shown for card in day.cards]
    return Week(monday, shown, len(cards), sum(card.progress.expected_count for card in cards))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _waiting(campaign: Campaign, cards: list[Card], progress: dict[int, Progress], on: date) -> Waiting:
    soon = on + 3 * WEEK
    waiting = Waiting(unplaced=_unplaced(campaign, cards, progress))
    for card in cards:
        delivery = card.delivery
        if delivery.awaits_authority:
            waiting.to_decide.append(card)
        elif delivery.state == DeliveryState.DECLINED:
            waiting.declined.append(card)
        elif delivery.team is None and delivery.state in LIVE_DELIVERY:
            waiting.without_team.append(card)
        elif delivery.state == DeliveryState.PROPOSED:
            waiting.unanswered.append(card)
        elif card.is_at_risk and delivery.on <= soon:
            waiting.at_risk.append(card)
    return waiting


def _unplaced(campaign: Campaign, cards: list[Card], progress: dict[int, Progress]) -> list[School]:
    placed = {card.delivery.school_id for card in cards if card.delivery.kind == "initial"}
    members = School.objects.members_of(campaign).filter(pk__in=progress.keys() - placed)
    return list(members)
