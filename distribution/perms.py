"""Who may do what with a delivery or a parcel; pages and tests read the same words."""

from datetime import date

from accounts.enums import Role
from accounts.models import User
from distribution.enums import DeliveryState, GateOutcome, ParcelState
from distribution.models import Delivery, Parcel


PLANNERS = (Role.SUPPLIER,)
PLANNING_READERS = (Role.SUPPLIER, Role.REGION)
DELIVERY_READERS = (Role.SUPPLIER, Role.REGION, Role.HELPDESK, Role.SCHOOL)
ANSWERERS = (Role.SCHOOL, Role.SUPPLIER)
DESK = (Role.SUPPLIER,)
PACKERS = (Role.SUPPLIER, Role.WAREHOUSE)
RECEIVERS = (Role.SCHOOL, Role.SUPPLIER)
PARCEL_READERS = (Role.SUPPLIER, Role.WAREHOUSE, Role.SCHOOL, Role.HELPDESK, Role.REGION)
MOVABLE = (DeliveryState.PROPOSED, DeliveryState.DECLINED)


def abilities(user: User, delivery: Delivery, on: date) -> set[str]:
    """What this person may do now: answer, furnish, decline, move, cancel, decide, open_desk, use_desk.

    `answer`: the school, or the supplier on the telephone with it (N6). `decide`: the authority, where the rule
    could not.
    """
    found = _of_the_school(user, delivery) | _of_the_supplier(user, delivery, on)
    check = delivery.checked
    if user.has_role(Role.REGION) and delivery.state == DeliveryState.ACCEPTED and check:
        found |= {"decide"} if check.outcome == GateOutcome.NEEDS_HUMAN else set()
    return found


def _of_the_school(user: User, delivery: Delivery) -> set[str]:
    if not user.has_role(*ANSWERERS):
        return set()
    if delivery.state == DeliveryState.PROPOSED:
        return {"answer", "decline"}
    if delivery.state == DeliveryState.ACCEPTED:
        return {"furnish"} if delivery.checked else {"furnish", "decline"}
    return {"furnish"} if delivery.state == DeliveryState.CONFIRMED else set()


def _of_the_supplier(user: User, delivery: Delivery, on: date) -> set[str]:
    if not user.has_role(*PLANNERS):
        return set()
    found = set()
    if delivery.state in MOVABLE:
        found |= {"move"}
    if delivery.can_move_to(DeliveryState.CANCELLED):
        found |= {"cancel"}
    if delivery.state == DeliveryState.CONFIRMED and delivery.on <= on:
        found |= {"open_desk"}
    if delivery.state == DeliveryState.OPEN:
        found |= {"use_desk"}
    return found


def parcel_abilities(user: User, parcel: Parcel) -> set[str]:
    """prepare, ship and cancel for the warehouse and the supplier; receive and hand_over for the school too."""
    found = set()
    if user.has_role(*PACKERS):
        found |= {"prepare"} if parcel.state == ParcelState.TO_PREPARE else set()
        found |= {"ship"} if parcel.state == ParcelState.TO_PREPARE and parcel.device else set()
        found |= {"cancel"} if parcel.can_move_to(ParcelState.CANCELLED) else set()
    if user.has_role(*RECEIVERS):
        found |= {"receive"} if parcel.state == ParcelState.SHIPPED else set()
        found |= {"hand_over"} if parcel.state == ParcelState.RECEIVED else set()
    return found
