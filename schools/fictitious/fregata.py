"""What FREGATA answers for a fictitious agricultural school: « GET /inscriptions?rne=UAI&… »."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from schools.fictitious.region import FictitiousPupil, FictitiousSchool


_FIRST_YEAR = 1996
_STATUSES = {"ST": "2501", "AP": "2503"}


def fregata_answer(school: FictitiousSchool, *, year: int) -> bytes:
    """The list as the service sends it: it names neither the school nor the moment."""
    rows = [fregata_row(pupil, year) for pupil in school.pupils]
    return json.dumps(rows, ensure_ascii=False).encode()


def fregata_row(pupil: FictitiousPupil, year: int) -> dict[str, Any]:
    """One registration of a pupil."""
    return {
        "id": 4_000_000 + pupil.eleve_id,
        "estEN": False,
        "dateEntreeEtablissement": _iso(pupil.entry_on),
        "dateEntreeFormation": _iso(pupil.entry_on),
        "dateSortieEtablissement": None,
        "dateSortieFormation": _iso(pupil.exit_on),
        "statutApprenant": {"code": _STATUSES.get(pupil.status, "0000")},
        "division": {"libelle": pupil.class_code} if pupil.class_code else None,
        "sectionReference": {"codeMef": pupil.study.mef, "anneeScolaireId": year - _FIRST_YEAR},
        "apprenant": {
            "id": pupil.eleve_id,
            "ine": pupil.ine or None,
            "prenomUsuel": pupil.given_name,
            "nomUsuel": pupil.family_name,
            "dateNaissance": _iso(pupil.birth_on),
            "sexeId": "2",
            "communeCodeInsee": "61001",
            "paysCodeInsee": "99100",
            "adressesApprenant": [],
        },
    }


def _iso(on: date | None) -> str | None:
    return on.isoformat() if on else None
