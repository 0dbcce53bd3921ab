"""Files that came by themselves: stored once, read by whoever takes them first, followed by whoever sent them.

The rows are the queue: a file received is read by the worker that was rung, else by the next night.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.encryption import CannotDecrypt
from core.files import store_bytes
from core.findings import Finding, FindingKind, Findings, FoldedFinding, Level
from core.refusals import Refused
from core.rings import ring_on_commit
from programmes.models import Campaign
from schools.enums import ImportState
from schools.feeds.enums import DeliveryState, Way
from schools.imports import ImportReport, import_uploads
from schools.imports.receiving import receive_bytes
from schools.imports.recording import FILE_KIND
from schools.models import EnrolmentImport, FeedDelivery, FeedToken


TASK = "schools.tasks.read_deliveries"
LEASE = timedelta(minutes=15)
"""Longer than the reading of one delivery; a worker that died gives its delivery back after it."""

File = tuple[str, bytes]

DAMAGED_HERE = FindingKind(
    "damaged_here",
    Level.REFUSAL,
    gettext_lazy("This file came, but can no longer be read on our own disk."),
    gettext_lazy("Have it sent again, and tell whoever looks after the server."),
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the heads of files say before anything is kept: schools named, and what forbids to read them."""

    uais: list[str]
    problems: list[dict[str, str]]


def look_at(files: Sequence[File]) -> Reading:
    """The schools the files name; the heads are read, not the pupils."""
    bundles = receive_bytes(files)
    return Reading(
        uais=sorted(bundle.uai for bundle in bundles if bundle.uai),
        problems=[problem for bundle in bundles for problem in as_problems(bundle.findings)],
    )


def as_problems(findings: Findings) -> list[dict[str, str]]:
    """Refusals as JSON: a stable code, a sentence, the remedy and the places."""
    return [as_problem(found, ", ".join(found.places)) for found in findings if found.level is Level.REFUSAL]


def as_problem(found: Finding | FoldedFinding, place: str = "") -> dict[str, str]:
    place = place or getattr(found, "place", "")
    return {"code": found.code, "sentence": found.sentence, "remedy": found.remedy, "place": place}


def receive_push(
    *, token: FeedToken, files: Sequence[File], campaign: Campaign, reading: Reading, at: datetime
) -> tuple[FeedDelivery, bool]:
    """Keep files a machine sent; the same files again give the same delivery, and False.

    Raises Refused(`outside_scope`) when they name a school that the token does not cover.
    """
    foreign = [uai for uai in reading.uais if not token.covers(uai)]
    if foreign:
        raise Refused(
            "outside_scope",
            _("This token may not send files for %(uais)s.") % {"uais": ", ".join(foreign)},
        )
    return keep(
        files=files,
        campaign=campaign,
        way=Way.PUSH,
        sender=f"{token.name} ({token.prefix}…)",
        uais=reading.uais,
        at=at,
        token=token,
    )


def keep(
    *,
    files: Sequence[File],
    campaign: Campaign,
    way: Way,
    sender: str,
    uais: Iterable[str],
    at: datetime,
    token: FeedToken | None = None,
    problems: Iterable[dict[str, str]] = (),
) -> tuple[FeedDelivery, bool]:
    """Store files and ring a worker; with `problems` they are set aside for a person. True when they are new."""
    sha256 = digest_of(files)
    who = {"campaign": campaign, "way": way, "sender": sender[:200], "sha256": sha256}
    problems = list(problems)
    try:
        with transaction.atomic():
            known = FeedDelivery.objects.select_for_update(of=("self",)).filter(**who).first()
            if known is not None:
                _read_again_if_refused(known, at)
                return known, False
            delivery = FeedDelivery.objects.create(
                **who,
                token=token,
                uais=sorted(uais),
                received_at=at,
                problems=problems,
                state=DeliveryState.SET_ASIDE if problems else DeliveryState.RECEIVED,
            )
            delivery.files.set(_store(files))
            ring_on_commit(TASK)
    except IntegrityError:  # the same files, at the same moment
        return FeedDelivery.objects.get(**who), False
    return delivery, True


def digest_of(files: Iterable[File]) -> str:
    """The same contents give the same digest, whatever their names and order."""
    digests = sorted(hashlib.sha256(content).hexdigest() for _name, content in files)
    return hashlib.sha256(" ".join(digests).encode()).hexdigest()


def _store(files: Iterable[File]) -> list[Any]:
    return [
        store_bytes(content, kind=FILE_KIND, name=name, content_type=_type_of(content))
        for name, content in files
    ]


def _type_of(content: bytes) -> str:
    return "application/zip" if content[:2] == b"PK" else "text/plain"


def _read_again_if_refused(delivery: FeedDelivery, at: datetime) -> None:
    """Sent again after a refusal: what was missing (a school, a campaign's day) may have come since."""
    refused = delivery.imports.filter(state=ImportState.REFUSED).exists()
    if (
        delivery.state == DeliveryState.READ
        and refused
        and not delivery.files.exclude(purged_on=None).exists()
    ):
        delivery.move_to(DeliveryState.RECEIVED, by=None, at=at, leased_until=None)
        ring_on_commit(TASK)


def read_due(*, at: datetime, on: date, clock: Callable[[], datetime]) -> dict[str, Any]:
    """Read every delivery that waits, oldest first, one at a time; other workers may do so at once.

    `clock` dates the leases: reading a region takes longer than one.
    """
    figures = {"read": 0, "imports": 0, "refused": 0}
    while (delivery := _take(clock())) is not None:
        try:
            report = read_delivery(delivery, at=at, on=on)
        except (CannotDecrypt, OSError, Refused):
            _set_aside(delivery, at)
            figures["set_aside"] = figures.get("set_aside", 0) + 1
            continue
        figures["read"] += 1
        figures["imports"] += len(report.schools)
        figures["refused"] += len(report.refused)
    return figures


def _take(now: datetime) -> FeedDelivery | None:
    """The next delivery, leased; None when nothing waits."""
    with transaction.atomic():
        delivery = FeedDelivery.objects.to_read(now).select_for_update(of=("self",), skip_locked=True).first()
        if delivery is not None:
            delivery.leased_until = now + LEASE
            delivery.save(update_fields=["leased_until"])
        return delivery


def read_delivery(delivery: FeedDelivery, *, at: datetime, on: date) -> ImportReport:
    """Import what was received, as an upload would be; what became of each school is on the delivery."""
    files = [(file.name, file.read_bytes()) for file in delivery.files.order_by("pk")]
    report = import_uploads(
        files=files,
        campaign=delivery.campaign,
        by=None,
        at=at,
        on=on,
        uai=delivery.uais[0] if len(delivery.uais) == 1 else "",
    )
    _note(delivery, report, at)
    return report


@transaction.atomic
def _set_aside(delivery: FeedDelivery, at: datetime) -> None:
    """Its bytes cannot be read back: a person must know, and the others must not wait behind it."""
    row = FeedDelivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    names = ", ".join(delivery.files.values_list("name", flat=True))
    problems = [as_problem(DAMAGED_HERE.at(names))]
    row.move_to(DeliveryState.SET_ASIDE, by=None, at=at, leased_until=None, problems=problems)


@transaction.atomic
def _note(delivery: FeedDelivery, report: ImportReport, at: datetime) -> None:
    row = FeedDelivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    ids = [school.import_id for school in report.schools if school.import_id]
    row.imports.add(*EnrolmentImport.objects.filter(pk__in=ids))
    problems = [problem for school in report.schools for problem in as_problems(school.findings)]
    row.move_to(DeliveryState.READ, by=None, at=at, read_at=at, leased_until=None, problems=problems)


@transaction.atomic
def deal_with(*, delivery: FeedDelivery, by: User, at: datetime, comment: str) -> None:
    """A person looked at files set aside; they leave the list. Twice is harmless."""
    row = FeedDelivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    row.move_to(DeliveryState.DEALT_WITH, by=by, at=at, comment=comment)
