"""The school directory of a fictitious region, with the columns of fr-en-annuaire-education."""

from __future__ import annotations

import csv
from pathlib import Path

from schools.fictitious.region import FictitiousRegion, FictitiousSchool


COLUMNS = (
    "identifiant_de_l_etablissement",
    "nom_etablissement",
    "type_etablissement",
    "statut_public_prive",
    "libelle_nature",
    "voie_generale",
    "voie_technologique",
    "voie_professionnelle",
    "lycee_agricole",
    "adresse_1",
    "code_postal",
    "nom_commune",
    "code_departement",
    "libelle_academie",
    "libelle_region",
    "telephone",
    "mail",
    "etat",
    "ministere_tutelle",
    "latitude",
    "longitude",
)


def write_directory(region: FictitiousRegion, path: Path, *, delimiter: str = ";") -> Path:
    """Writes the directory as the open-data portal does: UTF-8 with a mark, semicolons."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8-sig") as stream:
        writer = csv.writer(stream, delimiter=delimiter)
        writer.writerow(COLUMNS)
        writer.writerows(_row(rank, school) for rank, school in enumerate(region.schools))
    return path


def _row(rank: int, school: FictitiousSchool) -> tuple[str, ...]:
    natures = {
        "LGT": "LYCEE ENSEIGNT GENERAL ET TECHNOLOGIQUE",
        "LPO": "LYCEE POLYVALENT",
        "LP": "LYCEE PROFESSIONNEL",
    }
    has_general, has_vocational = school.kind in {"LGT", "LPO"}, school.kind in {"LP", "LPO"}
    return (
        school.uai,
        school.name,
        "Lycée",
        "Privé" if school.is_private else "Public",
        natures[school.kind],
        str(int(has_general)),
        str(int(has_general)),
        str(int(has_vocational)),
        str(int(school.is_farming)),
        f"{rank + 1} avenue de l'École",
        school.postcode,
        school.town,
        school.department,
        "Normandie",
        "Normandie",
        f"01 99 00 {rank // 100:02d} {rank % 100:02d}",
        f"{school.uai.lower()}@example.org",
        "OUVERT",
        "Ministère chargé de l'agriculture" if school.is_farming else "Ministère de l'éducation nationale",
        str(school.latitude),
        str(school.longitude),
    )
