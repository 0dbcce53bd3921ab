"""One of everything, at Mme Roux's school, for the permission table."""

from dataclasses import dataclass

from schools.enums import ImportState
from schools.models import EnrolmentImport
from tests.cast import AT, ON, Cast


@dataclass
class World:
    cast: Cast
    held: EnrolmentImport


def make_world(cast: Cast) -> World:
    """Alix's convention, loan, ticket and return; a delivery of her school."""
    return World(cast, held=make_held_import(cast))


def make_held_import(cast: Cast) -> EnrolmentImport:
    return EnrolmentImport.objects.create(
        school=cast.tilleuls,
        campaign=cast.campaign,
        uai=cast.tilleuls.uai,
        source="siecle",
        state=ImportState.HELD,
        content_sha256="a" * 64,
        received_at=AT,
        for_date=ON,
        counts={"listed": 1, "enrolled": 1, "arrivals": 0, "changes": 0, "departures": 41},
    )
