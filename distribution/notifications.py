"""Messages about deliveries: one class a message, and who receives each."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from accounts.enums import Role
from accounts.models import User
from core.notifications import EmailNotification
from core.outbox import Draft
from core.tokens import hidden
from core.verdicts import Verdict
from distribution.enums import Absentees, DeliveryState
from distribution.follow_up import follow_up_token
from distribution.models import Delivery, Parcel
from loans.addresses import Signatory, signatories, signatories_of
from loans.models import Convention
from schools.models import Pupil, School


class DeliveryProposed(EmailNotification):
    """To the school: a day is offered, answer."""

    kind = "delivery_proposed"
    template = "distribution/emails/delivery_proposed"
    is_for_staff = True


class DeliveryDeclined(EmailNotification):
    """To the supplier: the school asks for another day."""

    kind = "delivery_declined"
    template = "distribution/emails/delivery_declined"
    is_for_staff = True


class DeliveryConfirmed(EmailNotification):
    """To the school: the threshold is reached, here is what to prepare."""

    kind = "delivery_confirmed"
    template = "distribution/emails/delivery_confirmed"
    is_for_staff = True


class DeliveryDay(EmailNotification):
    """To a family that signed: the day, the place, and a link to follow."""

    kind = "delivery_day"
    template = "distribution/emails/delivery_day"


class GateCancelled(EmailNotification):
    """To the school, the authority and the supplier: below the threshold, and what comes next (N7)."""

    kind = "gate_cancelled"
    template = "distribution/emails/gate_cancelled"
    is_for_staff = True


class GateNeedsPerson(EmailNotification):
    """To the authority and the supplier: the rule could not decide."""

    kind = "gate_needs_person"
    template = "distribution/emails/gate_needs_person"
    is_for_staff = True


class DeliveryCalledOff(EmailNotification):
    """To the school: a person cancelled the day."""

    kind = "delivery_called_off"
    template = "distribution/emails/delivery_called_off"
    is_for_staff = True


class DayCalledOff(EmailNotification):
    """To a family that had been invited: do not come on that day."""

    kind = "day_called_off"
    template = "distribution/emails/day_called_off"


class DayClosed(EmailNotification):
    """To the school: what was handed over, and what happens for the absentees (N8)."""

    kind = "day_closed"
    template = "distribution/emails/day_closed"
    is_for_staff = True


class LaptopLater(EmailNotification):
    """To the family of a pupil who was absent: how and when the laptop comes after all (N8)."""

    kind = "laptop_later"
    template = "distribution/emails/laptop_later"


class ParcelShipped(EmailNotification):
    """To the school: a named parcel is on its way."""

    kind = "parcel_shipped"
    template = "distribution/emails/parcel_shipped"
    is_for_staff = True


class ParcelArrived(EmailNotification):
    """To the family: the laptop waits at the school."""

    kind = "parcel_arrived"
    template = "distribution/emails/parcel_arrived"


def proposed(delivery: Delivery, *, at: datetime) -> list[Draft]:
    key = f"delivery-proposed {delivery.public_id} {delivery.on} {delivery.half_day}"
    return _to_staff(DeliveryProposed(), key, delivery, school_addresses(delivery.school), at)


def declined(delivery: Delivery, *, at: datetime) -> list[Draft]:
    key = f"delivery-declined {delivery.public_id} {delivery.on} {delivery.half_day}"
    return _to_staff(DeliveryDeclined(), key, delivery, role_addresses(Role.SUPPLIER), at)


def confirmed(delivery: Delivery, reason: str, *, at: datetime) -> list[Draft]:
    key = f"delivery-confirmed {delivery.public_id}"
    schools = school_addresses(delivery.school)
    return _to_staff(DeliveryConfirmed(), key, delivery, schools, at, reason=reason)


def gate_cancelled(
    delivery: Delivery, reasons: tuple[str, ...], replacement: Delivery | None, *, at: datetime
) -> list[Draft]:
    key = f"gate-cancelled {delivery.public_id}"
    readers = [*school_addresses(delivery.school), *role_addresses(Role.REGION, Role.SUPPLIER)]
    return _to_staff(GateCancelled(), key, delivery, readers, at, reasons=reasons, replacement=replacement)


def needs_person(delivery: Delivery, verdict: Verdict, *, at: datetime) -> list[Draft]:
    key = f"gate-needs-person {delivery.public_id}"
    readers = role_addresses(Role.REGION, Role.SUPPLIER)
    return _to_staff(GateNeedsPerson(), key, delivery, readers, at, reasons=verdict.reasons)


def called_off(delivery: Delivery, reason: str, *, at: datetime) -> list[Draft]:
    key = f"delivery-called-off {delivery.public_id}"
    return _to_staff(DeliveryCalledOff(), key, delivery, school_addresses(delivery.school), at, reason=reason)


def called_off_for_families(delivery: Delivery, *, at: datetime) -> list[Draft]:
    """Only if the families were told of the day, that is once it was confirmed."""
    if delivery.state != DeliveryState.CONFIRMED:
        return []
    conventions = Convention.objects.signed().filter(
        pupil__delivery_lines__delivery=delivery, campaign=delivery.campaign
    )
    return list(_to_families(DayCalledOff(), "day-called-off", delivery, conventions, at))


def day_for_families(delivery: Delivery, conventions: QuerySet[Convention], *, at: datetime) -> list[Draft]:
    return list(_to_families(DeliveryDay(), "delivery-day", delivery, conventions, at))


def day_closed(delivery: Delivery, counts: dict[str, int], verdict: Verdict, *, at: datetime) -> list[Draft]:
    key = f"day-closed {delivery.public_id}"
    readers = school_addresses(delivery.school)
    return _to_staff(DayClosed(), key, delivery, readers, at, counts=counts, verdict=verdict)


def absent_families(
    delivery: Delivery, pupils: list[Pupil], verdict: Verdict, *, at: datetime
) -> list[Draft]:
    """What the rule settled for those who were not there, to each family that signed."""
    if not pupils:
        return []
    conventions = Convention.objects.signed().filter(pupil__in=pupils, campaign=delivery.campaign)
    due_on = date.fromisoformat(verdict.facts["due_on"])
    settled = {"by_parcel": verdict.outcome == Absentees.PARCELS, "due_on": due_on}
    return list(_to_families(LaptopLater(), "laptop-later", delivery, conventions, at, **settled))


def parcel_shipped(parcel: Parcel, *, at: datetime) -> list[Draft]:
    return [
        ParcelShipped().draft(
            key=f"parcel-shipped {parcel.public_id} {address}",
            about=f"parcel:{parcel.public_id}",
            to=address,
            due_at=at,
            parcel=parcel,
            path=reverse("distribution:parcels"),
        )
        for address in school_addresses(parcel.school)
    ]


def parcel_arrived(parcel: Parcel, convention: Convention, *, at: datetime) -> list[Draft]:
    return [
        ParcelArrived().draft(
            key=f"parcel-arrived {parcel.public_id} {address}",
            about=f"parcel:{parcel.public_id}",
            to=address,
            due_at=at,
            parcel=parcel,
            helpline=convention.campaign.rule_tree.support.families,
            path=reverse("distribution:follow_up", args=[hidden(follow_up_token(convention))]),
        )
        for address in family_addresses(signatories(convention))
    ]


def school_addresses(school: School) -> list[str]:
    """Everybody who acts for the school and signs in, else the school's own address."""
    posts = school.staff.filter(ended_on=None, user__is_active=True)
    return sorted(posts.values_list("user__email", flat=True)) or [school.email] * bool(school.email)


def role_addresses(*roles: str) -> list[str]:
    return sorted(User.objects.filter(role__in=roles, is_active=True).values_list("email", flat=True))


def family_addresses(signatories: list[Signatory]) -> list[str]:
    """Each of those who may sign, once; empty for a family reached on paper only."""
    return sorted({signatory.email for signatory in signatories if signatory.email})


def _to_staff(
    notification: EmailNotification,
    key: str,
    delivery: Delivery,
    readers: list[str],
    at: datetime,
    **context: Any,
) -> list[Draft]:
    path = reverse("distribution:delivery", args=[delivery.public_id])
    context |= {"delivery": delivery, "path": path, "helpline": delivery.campaign.rule_tree.support.schools}
    return [
        notification.draft(key=f"{key} {address}", about=delivery.stream, to=address, due_at=at, **context)
        for address in readers
    ]


def _to_families(
    notification: EmailNotification,
    key: str,
    delivery: Delivery,
    conventions: QuerySet[Convention],
    at: datetime,
    **context: Any,
) -> Iterator[Draft]:
    helpline = delivery.campaign.rule_tree.support.families
    rows = list(conventions.select_related("pupil"))
    signers = signatories_of(rows)
    for convention in rows:
        path = reverse("distribution:follow_up", args=[hidden(follow_up_token(convention))])
        for address in family_addresses(signers[convention.pk]):
            yield notification.draft(
                key=f"{key} {delivery.public_id} {convention.public_id} {address}"[:200],
                about=delivery.stream,
                to=address,
                due_at=at,
                delivery=delivery,
                pupil=convention.pupil,
                helpline=helpline,
                path=path,
                **context,
            )
