"""What many nights of imports end in, without the numbers the base generates: two ways there can be compared."""

from typing import Any

from schools.models import Enrolment, EnrolmentChange, Guardian, Guardianship, Pupil, PupilAlias


def end_state() -> dict[str, list[Any]]:
    """Pupils, aliases, enrolments, guardians and their links, and the changes told, each in an order of its own."""
    who = {pupil.pk: f"{pupil.ine} {pupil.family_name} {pupil.given_name}" for pupil in Pupil.objects.all()}
    return {
        "pupils": _rows(Pupil, drop={"former_ines"}),
        "former numbers": sorted(
            (who[pupil.pk], sorted(pupil.former_ines)) for pupil in Pupil.objects.all() if pupil.former_ines
        ),
        "aliases": _rows(PupilAlias, pupil_id=who),
        "enrolments": _enrolments(who),
        "guardians": _rows(Guardian),
        "links": _links(who),
        "changes": _changes(who),
    }


def _rows(model: type, *, drop: frozenset | set = frozenset(), **names: dict[int, str]) -> list[str]:
    found = []
    for row in model.objects.values():
        kept = {
            key: value for key, value in row.items() if key not in {"id", "public_id", "created_at", *drop}
        }
        found.append(repr(kept | {key: named[row[key]] for key, named in names.items()}))
    return sorted(found)


def _enrolments(who: dict[int, str]) -> list[str]:
    fields = [field.attname for field in Enrolment._meta.concrete_fields]
    left_out = {"id", "public_id", "campaign_id", "pupil_id", "school_id"}
    rows = Enrolment.objects.select_related("school")
    return sorted(
        repr((who[row.pupil_id], row.school.uai, {f: getattr(row, f) for f in fields if f not in left_out}))
        for row in rows
    )


def _links(who: dict[int, str]) -> list[str]:
    return sorted(
        repr(
            (
                who[row.pupil_id],
                row.guardian.scope,
                row.guardian.identifier,
                row.level,
                row.rank,
                row.ended_on,
            )
        )
        for row in Guardianship.objects.select_related("guardian")
    )


def _changes(who: dict[int, str]) -> list[str]:
    rows = EnrolmentChange.objects.select_related("enrolment__school")
    found = []
    for row in rows:
        details = {key: value for key, value in row.details.items() if key != "from_enrolment"}
        found.append(repr((who[row.enrolment.pupil_id], row.enrolment.school.uai, row.kind, row.on, details)))
    return sorted(found)
