"""The directory of schools: who is new, what changed, and what waits for a region officer to say yes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.findings import FindingKind, Findings, Level
from programmes.enums import SchoolKind, Sector
from programmes.models import Campaign
from schools.codes import department_of, is_uai
from schools.directory_changes import Announced, propose
from schools.directory_file import NAME, UAI, read_rows
from schools.models import School, SchoolMembership


BATCH = 1000

BAD_UAI = FindingKind(
    "bad_uai",
    Level.BLOCKING,
    gettext_lazy("This row does not name a school: seven digits and their key letter are expected."),
    gettext_lazy("Correct the number in the file."),
)
NO_NAME = FindingKind(
    "no_school_name",
    Level.BLOCKING,
    gettext_lazy("This school has no name."),
    gettext_lazy("Correct the name in the file."),
)
TWICE = FindingKind(
    "school_twice",
    Level.WARNING,
    gettext_lazy("This school is in the file twice: the last row was used."),
)


@dataclass(slots=True)
class DirectoryReport:
    """Rows read, schools new, schools altered, changes proposed, schools that joined, and what was wrong."""

    listed: int = 0
    created: int = 0
    changed: int = 0
    proposed: int = 0
    joined: int = 0
    findings: Findings = field(default_factory=Findings)

    def as_json(self) -> dict[str, Any]:
        return {
            "listed": self.listed,
            "created": self.created,
            "changed": self.changed,
            "proposed": self.proposed,
            "joined": self.joined,
            "findings": self.findings.counts(),
        }


def import_schools(*, path: Path, campaign: Campaign | None) -> DirectoryReport:
    """Read a directory. A cell left empty keeps what is known; a school missing from the file keeps everything.

    Addresses and telephones are brought up to date at once. Openings, closings and other names are proposed to the
    region, but for the schools a first load creates, and those it creates because they join a campaign.
    Raises Refused(`directory_unreadable`, `directory_columns`).
    """
    report = DirectoryReport()
    wanted = {row[UAI]: row for row in _usable_rows(read_rows(path), report)}
    with transaction.atomic():
        known = {school.uai: school for school in School.objects.select_for_update().order_by("pk")}
        _write(wanted, known, report, creates=campaign is not None or not known)
        if campaign is not None:
            report.joined = _join(campaign, list(wanted))
    return report


def _usable_rows(rows: list[dict[str, str]], report: DirectoryReport) -> Iterator[dict[str, str]]:
    seen: set[str] = set()
    for line, raw in enumerate(rows, start=2):
        row = {
            column: (value or "").strip()
            for column, value in raw.items()
            if isinstance(value, str | None) and column
        }
        row[UAI] = row[UAI].upper()
        report.listed += 1
        if not is_uai(row[UAI]):
            report.findings.add(BAD_UAI.at(_("line %(line)d: %(uai)s") % {"line": line, "uai": row[UAI]}))
        elif not row[NAME]:
            report.findings.add(NO_NAME.at(row[UAI]))
        else:
            if row[UAI] in seen:
                report.findings.add(TWICE.at(row[UAI]))
            seen.add(row[UAI])
            yield row


def _write(
    wanted: dict[str, dict[str, str]], known: dict[str, School], report: DirectoryReport, *, creates: bool
) -> None:
    created, changed, announced = [], [], []
    for uai, row in wanted.items():
        values = school_values(row)
        school = known.get(uai)
        if school is not None:
            announced.append(Announced(uai, values, row.get(SUCCESSOR, ""), school))
            if _update(school, values):
                changed.append(school)
        elif creates:
            created.append(School(uai=uai, **_with_defaults(row, values)))
        elif values.get("is_open", True):
            announced.append(Announced(uai, _with_defaults(row, values)))
    School.objects.bulk_create(created, batch_size=BATCH)
    if changed:
        School.objects.bulk_update(changed, _DETAILS, batch_size=BATCH)
    report.created, report.changed = len(created), len(changed)
    report.proposed = propose(announced, list(known.values()))


def _update(school: School, values: dict[str, Any]) -> bool:
    altered = {
        name: values[name] for name in _DETAILS if name in values and getattr(school, name) != values[name]
    }
    for name, value in altered.items():
        setattr(school, name, value)
    return bool(altered)


def _join(campaign: Campaign, uais: list[str]) -> int:
    """Schools already members, or whose membership was ended, stay as they are."""
    newcomers = School.objects.filter(uai__in=uais).exclude(memberships__campaign=campaign)
    memberships = [SchoolMembership(school=school, campaign=campaign) for school in newcomers]
    return len(SchoolMembership.objects.bulk_create(memberships, batch_size=BATCH))


def school_values(row: dict[str, str]) -> dict[str, Any]:
    """The columns we keep, typed; those the row leaves empty are left out."""
    get = row.get
    values: dict[str, Any] = {
        "name": row[NAME],
        "kind": kind_of(row),
        "sector": _sector(get("statut_public_prive", "")),
        "academy": get("libelle_academie", ""),
        "zone": ZONES.get(get("libelle_academie", ""), ""),
        "department": get("code_departement", ""),
        "address": ", ".join(filter(None, (get("adresse_1", ""), get("adresse_2", "")))),
        "postal_code": get("code_postal", ""),
        "city": get("nom_commune", ""),
        "phone": get("telephone", ""),
        "email": get("mail", "").lower(),
        "latitude": _degrees(get("latitude", "")),
        "longitude": _degrees(get("longitude", "")),
        "is_open": {"OUVERT": True, "FERME": False, "FERMÉ": False}.get(get("etat", "").upper()),
    }
    return {name: _cut(name, value) for name, value in values.items() if value not in ("", None)}


SUCCESSOR = "uai_successeur"
"""A column of regions' own files; the open data does not say who takes over."""

_DETAILS = [
    "kind",
    "sector",
    "academy",
    "zone",
    "department",
    "address",
    "postal_code",
    "city",
    "phone",
    "email",
    "latitude",
    "longitude",
]


def _with_defaults(row: dict[str, str], values: dict[str, Any]) -> dict[str, Any]:
    return {"kind": SchoolKind.LYCEE_POLY, "department": department_of(row[UAI]), **values}


def _cut(name: str, value: Any) -> Any:
    width = getattr(School._meta.get_field(name), "max_length", None)
    return value[:width] if width and isinstance(value, str) else value


def _sector(status: str) -> str:
    return {"public": Sector.PUBLIC, "priv": Sector.PRIVATE}.get(status.lower()[:6].removesuffix("é"), "")


def _degrees(text: str) -> Decimal | None:
    """Five decimals, about a metre."""
    try:
        return Decimal(text.replace(",", ".")).quantize(Decimal("0.00001")) if text else None
    except InvalidOperation:
        return None


_KINDS = (
    ("erea", SchoolKind.EREA),
    ("enseignement adapte", SchoolKind.EREA),
    ("maison familiale", SchoolKind.MFR),
    ("mfr", SchoolKind.MFR),
    ("agricole", SchoolKind.LYCEE_AGRI),
    ("agri", SchoolKind.LYCEE_AGRI),
    ("apprentis", SchoolKind.CFA),
    ("cfa", SchoolKind.CFA),
    ("college", SchoolKind.COLLEGE),
    ("polyvalent", SchoolKind.LYCEE_POLY),
    ("professionnel", SchoolKind.LYCEE_PRO),
    ("general", SchoolKind.LYCEE_GT),
    ("technolog", SchoolKind.LYCEE_GT),
)
_ACCENTS = str.maketrans("éèêëàâîïôûç", "eeeeaaiiouc")


def kind_of(row: dict[str, str]) -> str:
    """What the school is, from its nature, then its tracks, then its name; "" when nothing tells."""
    if row.get("lycee_agricole") == "1" or "agriculture" in row.get("ministere_tutelle", "").lower():
        return SchoolKind.LYCEE_AGRI
    for column in ("libelle_nature", "type_etablissement"):
        if kind := _kind_in(row.get(column, "")):
            return kind
    general = "1" in (row.get("voie_generale"), row.get("voie_technologique"))
    vocational = row.get("voie_professionnelle") == "1"
    if general or vocational:
        both = SchoolKind.LYCEE_POLY if vocational else SchoolKind.LYCEE_GT
        return both if general else SchoolKind.LYCEE_PRO
    return _kind_in(row.get(NAME, ""))


def _kind_in(text: str) -> str:
    plain = text.lower().translate(_ACCENTS)
    return next((kind for word, kind in _KINDS if word in plain), "")


ZONES = {
    academy: zone
    for zone, academies in {
        "A": ("Besançon", "Bordeaux", "Clermont-Ferrand", "Dijon", "Grenoble", "Limoges", "Lyon", "Poitiers"),
        "B": (
            "Aix-Marseille", "Amiens", "Lille", "Nancy-Metz", "Nantes", "Nice", "Normandie", "Caen", "Rouen",
            "Orléans-Tours", "Reims", "Rennes", "Strasbourg",
        ),
        "C": ("Créteil", "Montpellier", "Paris", "Toulouse", "Versailles"),
    }.items()
    for academy in academies
}  # fmt: skip
"""Academy → school-holiday zone (ministry's calendar since 2015); Corsica and overseas have their own."""
