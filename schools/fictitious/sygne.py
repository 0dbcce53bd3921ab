"""What SYGNE answers for a fictitious school: « GET /etablissements/{UAI}/eleves », and one pupil's own page."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from schools.fictitious.region import FictitiousPupil, FictitiousSchool


def sygne_answer(school: FictitiousSchool, *, year: int, status: str = "") -> bytes:
    """The list as the service sends it; `status` (ST, AP) keeps those of that status."""
    rows = [sygne_row(school, pupil, year) for pupil in school.pupils if status in {"", pupil.status}]
    return json.dumps(rows, ensure_ascii=False).encode()


def sygne_row(school: FictitiousSchool, pupil: FictitiousPupil, year: int) -> dict[str, Any]:
    """One pupil; the class is null once the pupil has left."""
    return {
        "ine": pupil.ine or None,
        "nom": pupil.family_name,
        "prenom": pupil.given_name,
        "dateNaissance": _iso(pupil.birth_on),
        "codeSexe": "2",
        "niveau": pupil.study.mefstat[:4],
        "codeMef": pupil.study.mef,
        "codeMefRatt": pupil.study.mef,
        "classe": None if pupil.exit_on else pupil.class_code or None,
        "codeUai": school.uai,
        "anneeScolaire": str(year),
        "dateDebSco": _iso(pupil.entry_on),
        "dateFinSco": _iso(pupil.exit_on),
        "codeStatut": pupil.status,
        "codeRegime": "2",
    }


def _iso(on: date | None) -> str | None:
    return on.isoformat() if on else None
