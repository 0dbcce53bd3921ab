"""A delta of the directory feed tells only what changed: made whole from what we know of the people it touches.

After this a delta is a roll like any other, of a few pupils, except that whoever is not in it is not missing. A pupil
the feed deleted becomes one who left the day before, so that the guard, the dates and the changes are those of anybody
who leaves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from datetime import timedelta
from typing import TypeVar

from schools.enums import EnrolmentState
from schools.imports.context import Run
from schools.models import Enrolment, Guardian, Guardianship, Pupil, PupilAlias
from schools.sources.rows import GuardianRow, LinkRow, PupilRow, Roll


Row = TypeVar("Row", PupilRow, GuardianRow)


def make_whole(roll: Roll, run: Run) -> Roll:
    """The same roll, each person of whom it tells one thing complete with what we knew before."""
    known = _Known(roll, run)
    told = {pupil.source_id: pupil for pupil in roll.pupils}
    linked = {link.pupil_source_id for link in roll.links}
    links = [*roll.links, *(link for link in known.links if link.pupil_source_id not in linked)]
    last_day = min(
        roll.header.exported_at.date() if roll.header.exported_at else run.on, run.on - timedelta(days=1)
    )
    gone = {
        number: replace(known.pupils[number], exit_on=last_day)
        for number in roll.gone
        if number in known.pupils and number not in told
    }
    people = {person.source_id: person for person in roll.guardians}
    return replace(
        roll,
        parts=frozenset({"pupils", "guardians"} if links else {"pupils"}),
        pupils=tuple(_overlaid(known.pupils | gone, told)),
        guardians=tuple(_overlaid(known.guardians, people)),
        links=tuple(links),
    )


def _overlaid(known: dict[str, Row], told: dict[str, Row]) -> Iterator[Row]:
    """What is told over what was known: an empty value keeps the known one."""
    yield from (row for number, row in known.items() if number not in told)
    for number, row in told.items():
        values = {field.name: getattr(row, field.name) for field in fields(row)}
        said = {name: value for name, value in values.items() if value not in ("", None, (), False)}
        yield replace(known[number], **said) if number in known else row


class _Known:
    """The people a delta touches, as rows of its own source: numbers, names, class, who answers for whom."""

    def __init__(self, roll: Roll, run: Run) -> None:
        self.scope = {"source": roll.source, "scope": roll.header.uai}
        self.run = run
        touched = {*(pupil.source_id for pupil in roll.pupils), *roll.gone}
        touched |= self._pupils_of([person.source_id for person in roll.guardians])
        self.numbers = self._numbers(touched)
        self.enrolments = self._enrolments()
        self.pupils = {number: self._pupil(number, pupil) for number, pupil in self._pupils().items()}
        self.links = [self._link(ship) for ship in self._guardianships()]
        named = {link.guardian_source_id for link in roll.links} | {
            link.guardian_source_id for link in self.links
        }
        people = Guardian.objects.filter(**self.scope, identifier__in=named).order_by("pk")
        self.guardians = {person.identifier: _guardian(person) for person in people}

    def _pupils_of(self, guardians: list[str]) -> set[str]:
        ships = Guardianship.objects.current().filter(
            **{f"guardian__{name}": value for name, value in self.scope.items()},
            guardian__identifier__in=guardians,
        )
        aliases = PupilAlias.objects.filter(**self.scope, pupil__in=ships.values("pupil"))
        return set(aliases.values_list("identifier", flat=True))

    def _numbers(self, touched: Iterable[str]) -> dict[int, str]:
        aliases = PupilAlias.objects.filter(**self.scope, identifier__in=touched).order_by("pk")
        return dict(aliases.values_list("pupil_id", "identifier"))

    def _pupils(self) -> dict[str, Pupil]:
        return {self.numbers[pupil.pk]: pupil for pupil in Pupil.objects.filter(pk__in=self.numbers)}

    def _enrolments(self) -> dict[int, Enrolment]:
        active = Enrolment.objects.filter(
            pupil__in=self.numbers,
            school__uai=self.scope["scope"],
            campaign=self.run.campaign,
            state=EnrolmentState.ACTIVE,
        )
        return {enrolment.pupil_id: enrolment for enrolment in active}

    def _guardianships(self) -> list[Guardianship]:
        ships = Guardianship.objects.current().filter(
            pupil__in=self.numbers, **{f"guardian__{name}": value for name, value in self.scope.items()}
        )
        return list(ships.select_related("guardian").order_by("pupil", "rank", "pk"))

    def _pupil(self, number: str, pupil: Pupil) -> PupilRow:
        enrolment = self.enrolments.get(pupil.pk)
        return PupilRow(
            source_id=number,
            ine=pupil.ine or "",
            other_ines=(),
            family_name=pupil.family_name,
            usage_name=pupil.usage_name,
            given_name=pupil.given_name,
            birth_on=pupil.birth_on,
            mef=enrolment.study_code if enrolment else "",
            mefstat4="",
            class_code=enrolment.class_code if enrolment else "",
            entry_on=enrolment.entered_on if enrolment else None,
            exit_on=None,
            exit_reason="",
            status=enrolment.status if enrolment else "",
            is_repeater=enrolment.is_repeater if enrolment else False,
            email=pupil.email,
            phone=pupil.phone,
            previous_mef=enrolment.previous_study_code if enrolment else "",
            previous_uai=enrolment.previous_school_uai if enrolment else "",
        )

    def _link(self, ship: Guardianship) -> LinkRow:
        """The order of signers is kept: the first is the one to call first."""
        return LinkRow(
            pupil_source_id=self.numbers[ship.pupil_id],
            guardian_source_id=ship.guardian.identifier,
            level=ship.level,
            kinship=ship.kinship,
            is_priority=ship.rank == 0,
            houses_pupil=False,
        )


def _guardian(person: Guardian) -> GuardianRow:
    return GuardianRow(
        source_id=person.identifier,
        civility=person.title,
        family_name=person.family_name,
        usage_name=person.usage_name,
        given_name=person.given_name,
        email=person.email,
        phone=person.phone,
        accepts_sms=False,
    )
