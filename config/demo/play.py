"""The demo, day after day, in the order of the story, by the real acts."""

from collections.abc import Callable
from datetime import date, timedelta

from config.demo.answers import (
    answer_by_link,
    come_back,
    lose_a_message,
    prepare_a_reminder,
    sign_for_the_region,
)
from config.demo.calendar import DemoCalendar, at
from config.demo.delivery import Logistics
from config.demo.families import Families
from config.demo.helpdesk import Helpdesk
from config.demo.mailings import approve_mailings
from config.demo.officers import Officers
from config.demo.people import make_accounts
from config.demo.region import (
    SCHOOLS,
    DemoRegion,
    departures,
    doubles,
    half_a_file,
    newcomers,
    open_region,
    right_classes,
    wrong_classes,
)
from config.nightly import run_day
from core.outbox import deliver_due
from distribution.models import Delivery
from loans.models import Loan
from schools.models import FeedToken


HELD_RANK, UNDONE_RANK, CONTESTED_RANK = 9, 7, 8
SILENT_RANK, PUSHING_RANK = 6, 3
Say = Callable[[str], None]


def play_demo(*, today: date, say: Say) -> DemoRegion:
    """Play the whole campaign until today; `say` tells the person who waits."""
    calendar = DemoCalendar(today)
    accounts = make_accounts()
    region = open_region(calendar, accounts)
    families = Families(region)
    logistics = Logistics(region, accounts["logistique"], accounts["entrepot"], accounts["proviseure"])
    helpdesk = Helpdesk(region, accounts["assistance"], accounts["entrepot"], accounts["gestionnaire"])
    officers = Officers(region, accounts["region"], accounts["region-adjoint"])
    say(f"  12 schools, {region.fictitious.pupil_count} pupils in their SIECLE files")
    sign_for_the_region(region, accounts["region"])
    day = calendar.first_import_on
    while day <= today:
        play_day(day, region, families, logistics, helpdesk, officers)
        day += timedelta(days=1)
    say(f"  {Loan.objects.count()} laptops lent; today is {today:%d/%m/%Y}")
    return region


def play_day(
    day: date,
    region: DemoRegion,
    families: Families,
    logistics: Logistics,
    helpdesk: Helpdesk,
    officers: Officers,
) -> None:
    """The night's files and jobs, then what people do by day."""
    calendar = region.calendar
    send_files(day, region)
    run_day(on=day, at=at(day, 3), deliver=False, without=_left_out(day, calendar))
    deliver_due(at=at(day, 7))
    officers_decide(day, region, officers)
    approve_mailings(day, region)
    if day == calendar.mailing_on:
        logistics.receive_stock(day)
    if day == calendar.day(-30):
        logistics.propose(day)
    if day == calendar.day(-28):
        logistics.schools_answer(day)
    families.act(day)
    if day == calendar.day(-25):
        families.sign_at_the_office(day, helpdesk.bursar)
    logistics.hold_the_desk(day)
    if day == calendar.day(-4):
        tell_incidents(day, helpdesk)
        answer_by_link(day, region)
    if day == calendar.today:
        logistics.paper(day)
        logistics.copier(day)
        helpdesk.send_labels(day)
        come_back(day, region, logistics.head)
        lose_a_message(day, region)
        prepare_a_reminder(day, region, officers.colleague)
        deliver_due(at=at(day, 18))


def _left_out(day: date, calendar: DemoCalendar) -> tuple[str, ...]:
    """What a night of the demo skips. Its bases send nothing on most nights: alerts begin when they do."""
    late = ("store_documents", "warn_about_the_seal")
    return late if day > calendar.day(-2) else (*late, "check_feeds")


def send_files(day: date, region: DemoRegion) -> None:
    """Which bases send something new that night; a gate never decides on stale data, so its school sends too."""
    calendar = region.calendar
    if day == calendar.first_import_on:
        region.drop_files(day)
    if day == calendar.day(-22):
        newcomers(region, day)
        region.drop_files(day)
    if day == calendar.day(-12):
        wrong_classes(region, UNDONE_RANK)
        region.drop_files(day, UNDONE_RANK)
    if day == calendar.day(-2):
        departures(region, day, equipped(region))
        doubles(region, day)
        region.drop_files(day, *(rank for rank in range(SCHOOLS) if rank != SILENT_RANK))
    if day == calendar.today:
        half_a_file(region, HELD_RANK)
        wrong_classes(region, CONTESTED_RANK)
        region.drop_files(day, HELD_RANK, CONTESTED_RANK)
    ranks = {base.uai: rank for rank, base in enumerate(region.fictitious.schools)}
    due = Delivery.objects.due_for_gate(day).values_list("school__uai", flat=True)
    if gates := [ranks[uai] for uai in due]:
        region.drop_files(day, *gates)


def officers_decide(day: date, region: DemoRegion, officers: Officers) -> None:
    """What two people of the region settle in the morning; of the last questions, one is left to the newcomer."""
    if day == region.calendar.mailing_on:
        officers.open_the_door(day)
    if day == region.calendar.day(-1):
        region.push_files(day, PUSHING_RANK, FeedToken.objects.get())
        officers.keep_two_people_apart(day)
    if day == region.calendar.day(-12):
        officers.undo(UNDONE_RANK, day)
        right_classes(region, UNDONE_RANK)
    if day == region.calendar.today:
        officers.ask_to_undo(CONTESTED_RANK, day)


def equipped(region: DemoRegion) -> set[str]:
    """The INEs of those who have a laptop."""
    return set(Loan.objects.open().values_list("pupil__ine", flat=True))


def tell_incidents(day: date, helpdesk: Helpdesk) -> None:
    pupils = helpdesk.borrowers(1)
    helpdesk.break_and_repair(pupils[10], day)
    helpdesk.break_and_wait(pupils[11], day)
    helpdesk.break_and_swap(pupils[12], day)
    helpdesk.steal(pupils[13], day, reported=True)
    helpdesk.steal(pupils[14], day, reported=False)
    helpdesk.questions(helpdesk.borrowers(2)[:6], day + timedelta(days=3))
