"""What the directory announces: proposed, then applied or rejected by a region officer.

A school that closes keeps its pupils, their history and its place in the figures; it names the school that takes over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.refusals import Refused
from schools.enums import DirectoryChangeKind as Kind
from schools.enums import DirectoryChangeState as State
from schools.models import DirectoryChange, School


@dataclass(frozen=True, slots=True)
class Announced:
    """What a row of the directory says of a school; `school` is None for one we do not know."""

    uai: str
    values: dict[str, Any] = field(default_factory=dict)
    successor_uai: str = ""
    school: School | None = None


def propose(announced: Sequence[Announced], known: Sequence[School]) -> int:
    """Keep what has to be decided, once; what a later directory no longer says is dropped. The count of new ones.

    Only schools of the departments and kinds we know open: the national directory lists 60,000 others.
    """
    territory = {(school.department, school.kind) for school in known}
    wanted = {}
    for one in announced:
        for change in _changes(one, territory):
            wanted[change.uai, change.kind] = change
    for closing in wanted.values():
        if closing.kind == Kind.CLOSED and not closing.successor_uai:
            closing.successor_uai = _probable_successor(closing, announced)
    _drop_denied(wanted.keys(), {one.uai for one in announced})
    return _keep_new(wanted)


def _changes(one: Announced, territory: set[tuple[str, str]]) -> Iterator[DirectoryChange]:
    if one.school is None:
        if (one.values["department"], one.values["kind"]) in territory:
            yield _change(one, Kind.OPENED)
        return
    is_open = one.values.get("is_open")
    if is_open is False and one.school.is_open:
        yield _change(one, Kind.CLOSED)
    elif is_open is True and not one.school.is_open:
        yield _change(one, Kind.REOPENED)
    if one.values["name"] != one.school.name:
        yield _change(one, Kind.RENAMED)


def _change(one: Announced, kind: Kind) -> DirectoryChange:
    values = {name: str(value) if isinstance(value, Decimal) else value for name, value in one.values.items()}
    return DirectoryChange(
        kind=kind,
        uai=one.uai,
        school=one.school,
        name=one.values["name"],
        values=values if kind == Kind.OPENED else {},
        successor_uai=one.successor_uai if kind == Kind.CLOSED else "",
    )


def _probable_successor(closing: DirectoryChange, announced: Iterable[Announced]) -> str:
    """The one open school at the very address of the one that closes, "" when there is none or several."""
    place = _place(next(one.values for one in announced if one.uai == closing.uai))
    heirs = [
        one.uai
        for one in announced
        if one.uai != closing.uai and one.values.get("is_open") is not False and _place(one.values) == place
    ]
    return heirs[0] if len(heirs) == 1 and all(place) else ""


def _place(values: dict[str, Any]) -> tuple[str, str]:
    return values.get("address", "").casefold(), values.get("postal_code", "")


def _drop_denied(wanted: Iterable[tuple[str, str]], listed: set[str]) -> None:
    """A proposal about a school the new file lists, and no longer says this of."""
    still = set(wanted)
    for change in DirectoryChange.objects.proposed().filter(uai__in=listed).select_for_update(of=("self",)):
        if (change.uai, change.kind) not in still:
            change.delete()


def _keep_new(wanted: dict[tuple[str, str], DirectoryChange]) -> int:
    uais = [uai for uai, _kind in wanted]
    decided = DirectoryChange.objects.filter(uai__in=uais, state__in=[State.PROPOSED, State.REJECTED])
    for uai, kind, name in decided.values_list("uai", "kind", "name"):
        if (uai, kind) in wanted and wanted[uai, kind].name == name:
            del wanted[uai, kind]
    DirectoryChange.objects.proposed().filter(
        uai__in=[uai for uai, _kind in wanted], kind=Kind.RENAMED
    ).delete()
    return len(DirectoryChange.objects.bulk_create(wanted.values()))


@transaction.atomic
def approve_change(*, change: DirectoryChange, by: User, at: datetime, successor_uai: str = "") -> None:
    """Open, close or rename the school. Approving twice is harmless. Raises Refused(`successor_unknown`)."""
    change = DirectoryChange.objects.select_for_update(of=("self",)).get(pk=change.pk)
    if change.state == State.APPLIED:
        return
    if change.kind == Kind.OPENED:
        change.school = _open_school(change)
    else:
        _alter_school(change, successor_uai or change.successor_uai)
    change.move_to(State.APPLIED, by=by, at=at, school=change.school)


@transaction.atomic
def reject_change(*, change: DirectoryChange, by: User, at: datetime) -> None:
    """Leave the school as it is; the same change is not proposed again. Rejecting twice is harmless."""
    change = DirectoryChange.objects.select_for_update(of=("self",)).get(pk=change.pk)
    change.move_to(State.REJECTED, by=by, at=at)


@transaction.atomic
def approve_all_changes(*, by: User, at: datetime) -> int:
    """All that waits, openings first so that successors exist; how many."""
    waiting = sorted(DirectoryChange.objects.proposed(), key=lambda change: change.kind != Kind.OPENED)
    for change in waiting:
        approve_change(change=change, by=by, at=at)
    return len(waiting)


def _open_school(change: DirectoryChange) -> School:
    school, _is_new = School.objects.get_or_create(uai=change.uai, defaults=change.values)
    return school


def _alter_school(change: DirectoryChange, successor_uai: str) -> None:
    school = School.objects.select_for_update().get(pk=change.school_id)
    if change.kind == Kind.RENAMED:
        school.name = change.name
    else:
        school.is_open = change.kind == Kind.REOPENED
        school.successor = _successor(school, successor_uai) if change.kind == Kind.CLOSED else None
    school.save(update_fields=["name", "is_open", "successor"])


def _successor(school: School, uai: str) -> School | None:
    if not uai:
        return None
    found = School.objects.filter(uai=uai.strip().upper(), is_open=True).exclude(pk=school.pk).first()
    if found is None:
        raise Refused(
            "successor_unknown",
            _(
                "%(uai)s is no open school of the directory: approve its opening first, or leave the field empty."
            )
            % {"uai": uai},
        )
    return found
