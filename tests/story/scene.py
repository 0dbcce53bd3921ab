"""The places, people and papers of the walk: two lycées of Normandie, their nightly files, and whoever opens a page.

The Lycée des Tilleuls expects twenty pupils, the Lycée du Rivage fifty-three, so that their rates are exact.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import time_machine
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from accounts.enums import Role
from core.evidence import Trace
from core.models import Message
from distribution.slots import form_teams
from loans.links import check_birth_date, find_link
from loans.models import Convention
from loans.signing import sign_convention
from programmes.campaigns import open_campaign
from schools.fictitious.region import STUDIES, FictitiousPupil, FictitiousSchool, make_region
from schools.fictitious.siecle import write_school
from schools.imports import import_enrolments
from schools.models import School
from tests.cast import make_school, make_user
from tests.kit.browser import assert_accessible, assert_no_sideways_scroll, sign_in
from tests.loans.factories import DeviceFactory


FILE_ON = date(2026, 8, 31)
MAILING_ON = date(2026, 9, 1)
SIGNING_ON = date(2026, 9, 4)
SERIAL = "SN00000007"


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=timezone.get_default_timezone())


@contextmanager
def morning_of(day: date, hour: int = 9) -> Iterator[None]:
    """It is that day, for every page too."""
    with time_machine.travel(at(day, hour)):
        yield


def look_at(page: Page, heading: str = "") -> None:
    """Everybody can read this page, on this screen; `heading` is awaited after a click that leads elsewhere."""
    if heading:
        expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
    page.wait_for_load_state()
    assert_accessible(page)
    assert_no_sideways_scroll(page)


def figure(page: Page, label: str) -> Locator:
    """One of the figures at the head of a page."""
    return page.get_by_role("group", name=label, exact=True).locator(".stat-value")


class Scene:
    """What the chapters share."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.campaign = open_campaign(preset="normandie", year=2026, by=None, on=date(2026, 6, 1))
        form_teams(campaign=self.campaign)
        self.roux = make_user("proviseure.tilleuls", Role.SCHOOL, "Hélène", "Roux")
        self.petit = make_user("proviseur.rivage", Role.SCHOOL, "Marc", "Petit")
        self.sam = make_user("sam.gauthier", Role.REGION, "Sam", "Gauthier")
        self.lou = make_user("lou.ferrand", Role.SUPPLIER, "Lou", "Ferrand")
        self.maud = make_user("maud.leroy", Role.HELPDESK, "Maud", "Leroy")
        DeviceFactory(serial=SERIAL)
        region = make_region(schools=2, pupils=300, seed=7)
        self.bases = [_only(region.schools[0], expected=20), _only(region.schools[1], expected=53)]
        self.tilleuls = self._school(self.bases[0], "Lycée des Tilleuls", self.roux)
        self.rivage = self._school(self.bases[1], "Lycée du Rivage", self.petit)

    def _school(self, base: FictitiousSchool, name: str, head) -> School:
        return make_school(base.uai, name, self.campaign, head, department=base.department)

    def exported(self, base: FictitiousSchool, day: date) -> list[Path]:
        """The school's SIECLE export of that night, zipped as the ministry zips it."""
        folder = self.folder / f"{day}" / base.uai
        return write_school(base, folder, year=2026, at=at(day, 1).replace(tzinfo=None))

    def receive_files(self, day: date) -> None:
        """The night's files, as the academy drops them."""
        for base in self.bases:
            paths = self.exported(base, day)
            import_enrolments(paths=paths, campaign=self.campaign, by=None, at=at(day, 2), on=day)

    def sign(self, school: School, *, count: int) -> None:
        """So many more families of the school sign, each behind its own link."""
        waiting = Convention.objects.filter(enrolment__school=school).awaiting().order_by("pk")[:count]
        for convention in waiting:
            link = find_link(link_in(Message.objects.about(convention.stream).earliest("pk").clear_body))
            check_birth_date(link=link, birth_on=convention.pupil.birth_on, at=at(SIGNING_ON))
            sign_convention(
                link=link,
                consent="J’ai lu la convention et je l’accepte.",
                text_sha256=convention.text.sha256,
                trace=Trace("192.0.2.1", "Mobile"),
                at=at(SIGNING_ON),
            )

    def enter(self, page: Page, person, address: str) -> None:
        """Somebody who signed in this morning opens a page."""
        page.context.clear_cookies()
        sign_in(page, person)
        page.goto(address)


def link_in(body: str) -> str:
    return re.search(r"/signer/([\w-]+)/", body)[1]


def _only(base: FictitiousSchool, *, expected: int) -> FictitiousSchool:
    """Keep so many pupils of seconde whose parents all read their mail, and ten of terminale, not concerned."""
    secondes = [pupil for pupil in base.pupils if pupil.study == STUDIES[0] and _is_reachable(pupil)]
    terminales = [pupil for pupil in base.pupils if pupil.study == STUDIES[2] and not pupil.is_repeater]
    base.pupils = secondes[:expected] + [pupil for pupil in terminales if pupil.previous_uai == base.uai][:10]
    assert len(base.pupils) > expected
    return base


def _is_reachable(pupil: FictitiousPupil) -> bool:
    return bool(pupil.links) and all(link.guardian.email for link in pupil.links if link.level == 1)
