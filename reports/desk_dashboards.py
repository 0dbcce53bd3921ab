"""What the supplier, the helpdesk and the warehouse do today: a short list, each line opens its page."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.navigation import address
from distribution.enums import DeliveryState, ParcelState
from distribution.models import Delivery, Parcel
from loans.models import Device, PaperCopy
from reports.figures import late_returns, returns, tickets
from reports.readiness import Task
from reports.scope import Scope
from support.enums import ReturnState, TicketState


WEEK = timedelta(days=7)


def tasks_of_today(scope: Scope, user: User) -> list[Task]:
    """The lines of the user's trade; a line with nothing waiting stays, to say so."""
    return list(TRADES[user.role](scope, user))


def _task(title: str, count: int, url_name: str, hint: str = "") -> Task:
    tone = "warning" if count else "success"
    status = str(count) if count else _("Nothing waiting")
    return Task(title, status, tone, hint, address(url_name))


def _of_supplier(scope: Scope, user: User) -> Iterator[Task]:
    days = Delivery.objects.filter(campaign=scope.campaign)
    today = days.filter(on=scope.on, state__in=[DeliveryState.CONFIRMED, DeliveryState.OPEN])
    week = days.filter(on__gt=scope.on, on__lte=scope.on + WEEK, state=DeliveryState.CONFIRMED)
    copies = PaperCopy.objects.pending().filter(convention__campaign=scope.campaign)
    yield _task(
        _("Deliveries today"), today.count(), "distribution:desk_list", _("Open the desk of each school.")
    )
    yield _task(_("Confirmed deliveries in the next seven days"), week.count(), "distribution:planning")
    yield _task(
        _("Schools asking for another day"),
        days.filter(state=DeliveryState.DECLINED).count(),
        "distribution:planning",
        _("Propose a new day to each of them."),
    )
    yield _task(_("Deliveries cancelled, to plan again"), _to_replan(scope), "distribution:planning")
    yield _task(_("Paper copies to check"), copies.count(), "loans:paper_queue")
    yield _task(
        _("Named parcels to prepare"), _parcels(scope, ParcelState.TO_PREPARE), "distribution:parcels"
    )


def _of_helpdesk(scope: Scope, user: User) -> Iterator[Task]:
    live = tickets.rows(scope)
    yield _task(_("My requests"), live.filter(assignee=user).count(), "support:tickets")
    yield _task(
        _("New requests"),
        live.filter(state=TicketState.NEW).count(),
        "support:tickets",
        _("Nobody has read them yet."),
    )
    yield _task(_("Requests in progress"), live.filter(state=TicketState.OPEN).count(), "support:tickets")
    yield _task(_("Late returns"), late_returns.count(scope), "support:returns")


def _of_warehouse(scope: Scope, user: User) -> Iterator[Task]:
    received = returns.rows(scope).filter(state=ReturnState.RECEIVED)
    stock = Device.objects.in_stock().filter(school=None)
    yield _task(
        _("Named parcels to prepare"), _parcels(scope, ParcelState.TO_PREPARE), "distribution:parcels"
    )
    yield _task(_("Laptops received, to inspect"), received.count(), "support:returns")
    yield Task(_("Laptops in stock"), str(stock.count()), "neutral", "", address("loans:devices"))


def _to_replan(scope: Scope) -> int:
    """Cancelled days that no other day replaces."""
    cancelled = Delivery.objects.filter(campaign=scope.campaign, state=DeliveryState.CANCELLED)
    return cancelled.filter(replaced_by=None).count()


def _parcels(scope: Scope, state: str) -> int:
    found = Parcel.objects.filter(state=state, pupil__conventions__campaign=scope.campaign)
    return found.distinct().count()


TRADES: dict[str, Callable[[Scope, User], Iterator[Task]]] = {
    Role.SUPPLIER: _of_supplier,
    Role.HELPDESK: _of_helpdesk,
    Role.WAREHOUSE: _of_warehouse,
}
