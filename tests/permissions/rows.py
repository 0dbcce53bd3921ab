"""A row of the table: one an address. `staff` are the roles that may open it; the others meet 403, strangers sign in.

`foreign`: the row names something of Mme Roux's school, and M. Petit must meet 404. `open_to_all`: no account asked.
`status`: what those let in receive (405 for addresses that only take POST, 302 for those that lead elsewhere).
`exactly`: the whole line, where no rule fits.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


STAFF = ("region", "supplier", "helpdesk", "school", "warehouse")
OFFICE = ("region", "supplier", "helpdesk")
READERS = ("region", "helpdesk", "school")
ASKERS = ("region", "helpdesk", "school")
RECEIVERS = ("region", "helpdesk", "warehouse")
RETURNERS = (*RECEIVERS, "school")
WRITERS = ("region", "helpdesk", "school")


@dataclass(frozen=True)
class Row:
    name: str
    staff: tuple[str, ...] = ()
    open_to_all: bool = False
    foreign: bool = False
    status: int = 200
    anonymous: int = 302
    given: Callable[[Any], dict[str, Any]] = field(default=lambda world: {})
    headers: dict[str, str] = field(default_factory=dict)
    exactly: dict[str, int] | None = None

    def arguments(self, world: Any) -> dict[str, Any]:
        return self.given(world)

    def expected(self) -> dict[str, int]:
        if self.exactly:
            return self.exactly
        if self.open_to_all:
            return dict.fromkeys(("anonymous", *STAFF), self.status)
        return {"anonymous": self.anonymous} | {
            role: self.status if role in self.staff else 403 for role in STAFF
        }


def only_post() -> dict[str, int]:
    """An address that only takes POST: a stranger signs in first, everybody else meets 405."""
    return {"anonymous": 302} | dict.fromkeys(STAFF, 405)


def delivery_of(world: Any) -> dict[str, Any]:
    return {"public_id": world.delivery.public_id}


def line_of(world: Any) -> dict[str, Any]:
    return {"public_id": world.line.public_id}


def parcel_of(world: Any) -> dict[str, Any]:
    return {"public_id": world.parcel.public_id}


def id_of(thing: Any) -> dict[str, Any]:
    return {"public_id": thing.public_id}


def convention_of(world: Any) -> dict[str, Any]:
    return {"public_id": world.convention.public_id}


def mailing_of(world: Any) -> dict[str, Any]:
    return {"public_id": world.mailing.public_id}


def campaign_of(world: Any) -> dict[str, Any]:
    return {"slug": world.cast.campaign.slug}


def scan_of(world: Any) -> dict[str, Any]:
    return {"public_id": world.scanned_page.scan.public_id}


def scanned_page_of(world: Any) -> dict[str, Any]:
    return {"public_id": world.scanned_page.public_id}


def paper_of(world: Any) -> dict[str, Any]:
    return {"public_id": world.paper_copy.public_id}


def device_of(world: Any) -> dict[str, Any]:
    return {"public_id": world.device_return.loan.device.public_id}


def loan_of(world: Any) -> dict[str, Any]:
    return {"public_id": world.device_return.loan.public_id}
