"""A campaign of Normandie, its fictitious region, and files imported as the night does."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from programmes.campaigns import open_campaign
from programmes.models import Campaign
from schools.directory import import_schools
from schools.fictitious.directory import write_directory
from schools.fictitious.region import FictitiousRegion, FictitiousSchool, make_region
from schools.fictitious.siecle import FILES, write_school
from schools.imports import ImportReport, import_enrolments


DATA = Path(__file__).parent / "data"
FIRST_NIGHT = date(2026, 9, 8)


@dataclass
class World:
    """A region whose schools send their files night after night."""

    campaign: Campaign
    region: FictitiousRegion
    folder: Path
    nights: int = 0
    written: list[Path] = field(default_factory=list)

    @property
    def school(self) -> FictitiousSchool:
        return self.region.schools[0]

    @property
    def on(self) -> date:
        return FIRST_NIGHT + timedelta(days=self.nights)

    def export(self, school: FictitiousSchool | None = None, files=FILES) -> list[Path]:
        """Tonight's files of one school, or of all."""
        at = datetime(self.on.year, self.on.month, self.on.day, 5, 12, 44)
        self.written = [
            path
            for one in ([school] if school else self.region.schools)
            for path in write_school(
                one, self.folder / str(self.on) / one.uai, year=self.region.year, at=at, files=files
            )
        ]
        return self.written

    def receive(self, paths: list[Path] | None = None, **options) -> ImportReport:
        """Import those files, or the last written, for tonight."""
        return import_enrolments(
            paths=self.written if paths is None else paths,
            campaign=self.campaign,
            by=None,
            at=datetime(self.on.year, self.on.month, self.on.day, 6, 0, tzinfo=UTC),
            on=self.on,
            **options,
        )

    def night(self, school: FictitiousSchool | None = None, **options) -> ImportReport:
        """One more night: export, import."""
        self.nights += 1
        self.export(school)
        return self.receive(**options)


@pytest.fixture
def campaign(db) -> Campaign:
    return open_campaign(preset="normandie", year=2026, by=None, on=date(2026, 7, 6))


@pytest.fixture
def world(campaign, tmp_path) -> World:
    """Two schools of forty pupils, in the directory and members of the campaign; nothing imported yet."""
    region = make_region(schools=2, pupils=40, seed=7)
    import_schools(path=write_directory(region, tmp_path / "annuaire.csv"), campaign=campaign)
    return World(campaign, region, tmp_path)


@pytest.fixture
def running(world) -> World:
    """The same, after a first night."""
    world.night()
    return world


@pytest.fixture
def guard_from_ten(campaign, monkeypatch):
    """The guard of the region counts from ten pupils here."""
    tree = campaign.rule_tree
    limits = tree.imports.model_copy(update={"region_guard_minimum": 10})
    small = tree.model_copy(update={"imports": limits})
    monkeypatch.setattr(type(campaign), "rule_tree", property(lambda _self: small))


@pytest.fixture
def small_region(guard_from_ten, running):
    return running
