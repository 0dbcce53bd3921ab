"""A school whose pupils have names that nobody has, in a world where every page exists (trust 39)."""

from datetime import UTC, date, datetime

import pytest

from schools.imports import import_uploads
from schools.models import Pupil
from tests.permissions.world import make_world
from tests.trust.canary import canary
from tests.trust.hostile import guardians_file, names, pupils_file


ON = date(2026, 9, 8)
AT = datetime(2026, 9, 8, 8, tzinfo=UTC)


@pytest.fixture
def bird():
    with canary() as bird:
        yield bird
        bird.close()
        assert bird.hits == 0  # whatever the test did, nobody followed an address in a name


@pytest.fixture
def hostiles(bird):
    return list(names(bird.url).values())


@pytest.fixture
def imported(cast, hostiles):
    """Mme Roux's school sends a file full of them; everything of the permission table exists too."""
    world = make_world(cast)
    files = [
        ("ElevesAvecAdresses.xml", pupils_file(cast.tilleuls.uai, hostiles, ON).encode()),
        ("ResponsablesAvecAdresses.xml", guardians_file(cast.tilleuls.uai, hostiles, ON).encode()),
    ]
    report = import_uploads(files=files, campaign=cast.campaign, by=cast.sam, at=AT, on=ON)
    assert report.counts.arrivals == len(hostiles), report.schools
    return world


def theirs():
    return Pupil.objects.filter(ine__startswith="3900000").order_by("ine")
