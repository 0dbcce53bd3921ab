"""The directory of schools: CSV with the columns of the open data « fr-en-annuaire-education »."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.findings import FindingKind, Findings, Level
from core.refusals import Refused
from programmes.models import Campaign
from schools.codes import department_of, is_uai
from schools.enums import SchoolKind, Sector
from schools.models import School, SchoolMembership


UAI, NAME = "identifiant_de_l_etablissement", "nom_etablissement"
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
    """Rows read, schools new, schools altered, schools that joined the campaign, and what was wrong."""

    listed: int = 0
    created: int = 0
    changed: int = 0
    joined: int = 0
    findings: Findings = field(default_factory=Findings)

    def as_json(self) -> dict[str, Any]:
        return {
            "listed": self.listed,
            "created": self.created,
            "changed": self.changed,
            "joined": self.joined,
            "findings": self.findings.counts(),
        }


def import_schools(*, path: Path, campaign: Campaign | None) -> DirectoryReport:
    """Create and update schools; with a campaign, they join it. A cell left empty keeps what is known.

    No school is ever removed: closed and agricultural schools are often missing from the open data.
    Raises Refused(`directory_unreadable`, `directory_columns`).
    """
    report = DirectoryReport()
    wanted = {row[UAI]: row for row in _usable_rows(_read(path), report)}
    with transaction.atomic():
        _write(wanted, report)
        if campaign is not None:
            report.joined = _join(campaign, list(wanted))
    return report


def _read(path: Path) -> list[dict[str, str]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
        first_line = text.split("\n", 1)[0]
        delimiter = ";" if first_line.count(";") >= first_line.count(",") else ","
        rows = list(
            csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True, restval="")
        )
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Refused(
            "directory_unreadable", _("This file is not a CSV file in UTF-8: %(why)s.") % {"why": error}
        ) from error
    columns = set(rows[0]) if rows else set()
    if not {UAI, NAME} <= columns:
        raise Refused(
            "directory_columns",
            _("The columns %(uai)s and %(name)s are needed in the first line.") % {"uai": UAI, "name": NAME},
        )
    return rows


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


def _write(wanted: dict[str, dict[str, str]], report: DirectoryReport) -> None:
    known = {school.uai: school for school in School.objects.select_for_update().filter(uai__in=wanted)}
    created, changed = [], []
    for uai, row in wanted.items():
        values = school_values(row)
        school = known.get(uai)
        if school is None:
            created.append(School(uai=uai, **_with_defaults(row, values)))
        elif _update(school, values):
            changed.append(school)
    School.objects.bulk_create(created, batch_size=BATCH)
    if changed:
        School.objects.bulk_update(changed, _FIELDS, batch_size=BATCH)
    report.created, report.changed = len(created), len(changed)


def _update(school: School, values: dict[str, Any]) -> bool:
    altered = {name: value for name, value in values.items() if getattr(school, name) != value}
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


_FIELDS = [
    "name",
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
    "is_open",
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
