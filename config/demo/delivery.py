"""The logistics team of the demo: stock, proposals, the schools' answers, the desk, absentees, paper."""

from datetime import date, timedelta
from random import Random
from uuid import uuid5

from accounts.models import User
from config.demo.calendar import at
from config.demo.copier import signed_pile
from config.demo.region import OUTSIDE, SCHOOLS, DemoRegion
from distribution.desk import close_day, hand_over, mark_absent, open_day
from distribution.enums import DeliveryState, LineState
from distribution.models import Delivery
from distribution.planning import accept_delivery, decline_delivery, propose_delivery
from distribution.slots import form_teams, free_slots
from loans.models import Device, DeviceModel
from loans.paper import paper_due, review_paper, upload_paper
from loans.registers import receive_devices
from loans.scans.receiving import receive_scan
from loans.scans.splitting import split_scan
from schools.enums import GuardianLevel


STOCK = 900
DESK_RANK = 5
DAYS = {1: -16, 2: -13, 10: -12, 3: 3, 4: 6, 5: 0, 0: 9, 8: 20, 6: 12, 7: 14, 9: 16}
"""Rank of the school → the day of its delivery, counted from today; moved to the next free place."""
ABSENT = {1: 3, 2: 7, 10: 0}
"""Rank → how many are absent that day: three become parcels, seven a second visit (N8)."""
SILENT, OTHER_DAY = 6, 7
# Of the five scans sent one by one: rejected. Those before it are accepted, those after it wait.
UNSIGNED_RANK = 2


class Logistics:
    """What the supplier and the schools do about deliveries."""

    def __init__(self, region: DemoRegion, planner: User, warehouse: User, head: User) -> None:
        self.region, self.planner, self.warehouse, self.head = region, planner, warehouse, head
        self.ranks = {region.base(rank).uai: rank for rank in range(SCHOOLS)}

    def receive_stock(self, day: date) -> None:
        """A lorry of new laptops at the warehouse."""
        model, _created = DeviceModel.objects.get_or_create(
            brand="Ardoise", name="14 Lycée", defaults={"purchase_amount": "438.00"}
        )
        serials = [f"AR14L{number:06d}" for number in range(1, STOCK + 1)]
        receive_devices(model=model, serials=serials, by=self.warehouse, on=day, at=at(day, 9))

    def propose(self, day: date) -> None:
        """Each member school is offered the first free place from its day on (N6)."""
        form_teams(campaign=self.region.campaign)
        for rank, offset in DAYS.items():
            school, wanted = self.region.school(rank), self.region.calendar.day(offset - 1)
            slot = next(free_slots(campaign=self.region.campaign, school=school, after=wanted, pupils=90))
            propose_delivery(
                school=school,
                campaign=self.region.campaign,
                on=slot.on,
                half_day=slot.half_day,
                team=slot.team,
                by=self.planner,
                at=at(day, 14),
            )

    def schools_answer(self, day: date) -> None:
        """All accept but two: one asks for another day, one has not answered yet."""
        for delivery in Delivery.objects.filter(state=DeliveryState.PROPOSED).select_related("school"):
            rank = self.ranks[delivery.school.uai]
            if rank == OTHER_DAY:
                wanted, reason = delivery.on + timedelta(days=7), "Conseils de classe ce jour-là."
                decline_delivery(delivery=delivery, wanted_on=wanted, reason=reason, by=None, at=at(day, 11))
            elif rank not in (SILENT, OUTSIDE):
                accept_delivery(
                    delivery=delivery,
                    room="Salle polyvalente, rez-de-chaussée",
                    comment="",
                    by=None,
                    at=at(day, 11),
                )

    def hold_the_desk(self, day: date) -> None:
        """The deliveries of that day: laptops handed over, absentees noted, the day closed (not today's)."""
        for delivery in Delivery.objects.filter(state=DeliveryState.CONFIRMED, on=day).select_related(
            "school"
        ):
            self._hold(delivery, day)

    def _hold(self, delivery: Delivery, day: date) -> None:
        rank, start = self.ranks[delivery.school.uai], at(day, 8, 30)
        open_day(delivery=delivery, by=self.planner, on=day, at=start)
        lines = list(delivery.lines.filter(state=LineState.EXPECTED).select_related("pupil"))
        Random(rank).shuffle(lines)  # noqa: S311 - a demo's dice
        absent = lines[: ABSENT.get(rank, 2)]
        served = lines[len(absent) :]
        if rank == DESK_RANK:
            served, absent = served[: len(served) * 2 // 3], []
        devices = Device.objects.in_stock().order_by("pk")[: len(served)]
        for number, (line, device) in enumerate(zip(served, devices, strict=False)):
            moment = start + timedelta(seconds=14 * number)
            scan_id = uuid5(line.public_id, "demo")
            hand_over(
                delivery=delivery,
                pupil=line.pupil,
                device_code=device.serial,
                scan_id=scan_id,
                by=self.planner,
                on=day,
                at=moment,
            )
        for line in absent:
            mark_absent(line=line, by=self.planner, at=at(day, 11, 40))
        if rank != DESK_RANK:
            close_day(delivery=delivery, by=self.planner, on=day, at=at(day, 12, 5))

    def paper(self, day: date) -> None:
        """Scans that a school sent yesterday and today: two validated, one rejected, two waiting (N5)."""
        due = paper_due(campaign=self.region.campaign, on=day).filter(
            enrolment__school=self.region.school(0), pupil__guardianships__level=GuardianLevel.LEGAL
        )
        chosen = list(due.distinct().order_by("pk")[:5])
        for rank, convention in enumerate(chosen):
            copy = upload_paper(
                convention=convention,
                content=signed_pile([convention], unsigned=[convention] if rank == UNSIGNED_RANK else []),
                name=f"{convention.reference}.pdf",
                by=self.head,
                at=at(day, 8, 5 * rank),
                on=day,
                guardian=convention.pupil.guardianships.legal().first().guardian,
            )
            if rank <= UNSIGNED_RANK:
                accept = rank < UNSIGNED_RANK
                reason = "" if accept else "La signature du représentant légal manque en dernière page."
                review_paper(copy=copy, accept=accept, reason=reason, by=self.planner, at=at(day, 9, rank))

    def copier(self, day: date) -> None:
        """This morning's pile of a school: two conventions go to the check, one page is to be looked at (N5)."""
        due = paper_due(campaign=self.region.campaign, on=day).filter(
            enrolment__school=self.region.school(0), pupil__guardianships__level=GuardianLevel.LEGAL
        )
        pile = list(due.distinct().order_by("-pk")[:3])
        scan = receive_scan(
            content=signed_pile(pile, unsigned=pile[-1:]),
            name="copieur-vie-scolaire.pdf",
            school=self.region.school(0),
            by=self.head,
            at=at(day, 8, 40),
        )
        split_scan(scan.pk, at=at(day, 8, 45), on=day)
