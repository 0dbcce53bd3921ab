"""The four SIECLE exports of a fictitious school, in ISO-8859-15, as the ministry's specification writes them.

What the encoding cannot write becomes « ? », as at the source.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from xml.sax.saxutils import escape

from schools.fictitious.region import (
    STUDIES,
    FictitiousLink,
    FictitiousPupil,
    FictitiousRegion,
    FictitiousSchool,
)


FILES = ("ElevesAvecAdresses", "ResponsablesAvecAdresses", "Nomenclature", "Structures")
_ENCODING = "ISO-8859-15"
_ZIP_EPOCH = (2026, 9, 1, 0, 0, 0)  # a fixed time inside the zip, so the same school gives the same bytes


def write_region(region: FictitiousRegion, folder: Path, *, at: datetime, zipped: bool = True) -> list[Path]:
    """The exports of every school, in a folder for each; returns the files written."""
    return [
        path
        for school in region.schools
        for path in write_school(school, folder / school.uai, year=region.year, at=at, zipped=zipped)
    ]


def write_school(
    school: FictitiousSchool,
    folder: Path,
    *,
    year: int,
    at: datetime,
    zipped: bool = True,
    files: Iterable[str] = FILES,
) -> list[Path]:
    """The exports of one school made at `at` (naive, Paris), or those named by `files`."""
    folder.mkdir(parents=True, exist_ok=True)
    documents = school_documents(school, year=year, at=at)
    return [_write(folder, name, documents[name], zipped) for name in files]


def school_documents(school: FictitiousSchool, *, year: int, at: datetime) -> dict[str, bytes]:
    """The four documents, by the name SIECLE gives each."""
    bodies = {
        "ElevesAvecAdresses": ("BEE_ELEVES", "3.0", _pupils(school)),
        "ResponsablesAvecAdresses": ("BEE_RESPONSABLES", "2.1", _guardians(school)),
        "Nomenclature": ("BEE_NOMENCLATURES", "3.1", _studies()),
        "Structures": ("BEE_STRUCTURES", "1.9", _structures(school)),
    }
    return {name: _document(*body, _parameters(school.uai, year, at)) for name, body in bodies.items()}


def _write(folder: Path, name: str, data: bytes, zipped: bool) -> Path:
    if not zipped:
        path = folder / f"{name}.xml"
        path.write_bytes(data)
        return path
    path = folder / f"ExportXML_{name}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(zipfile.ZipInfo(f"{name}.xml", _ZIP_EPOCH), data, zipfile.ZIP_DEFLATED)
    return path


def _document(root: str, version: str, body: str, parameters: str) -> bytes:
    text = (
        f'<?xml version="1.0" encoding="{_ENCODING}"?>\n<{root} VERSION="{version}">\n'
        f"{parameters}<DONNEES>\n{body}</DONNEES>\n</{root}>\n"
    )
    return text.encode(_ENCODING, errors="replace")


def _parameters(uai: str, year: int, at: datetime) -> str:
    return (
        f"<PARAMETRES><UAJ>{uai}</UAJ><ANNEE_SCOLAIRE>{year}</ANNEE_SCOLAIRE>"
        f"<DATE_EXPORT>{at:%d/%m/%Y}</DATE_EXPORT><HORODATAGE>{at:%d/%m/%Y %H:%M:%S}</HORODATAGE></PARAMETRES>\n"
    )


def _tag(name: str, value: str | date | None) -> str:
    """An element, or nothing: SIECLE leaves out what is unknown."""
    if not value:
        return ""
    text = f"{value:%d/%m/%Y}" if isinstance(value, date) else escape(value)
    return f"<{name}>{text}</{name}>"


def _pupils(school: FictitiousSchool) -> str:
    pupils = "".join(_pupil(school, rank, pupil) for rank, pupil in enumerate(school.pupils, 1))
    structures = "".join(_structure(rank, pupil) for rank, pupil in enumerate(school.pupils, 1))
    groups = f"<OPTIONS/>\n<STRUCTURES>\n{structures}</STRUCTURES>\n<BOURSES/>\n<ADRESSES/>\n"
    return f"<ELEVES>\n{pupils}</ELEVES>\n{groups}"


def _pupil(school: FictitiousSchool, rank: int, pupil: FictitiousPupil) -> str:
    last_year = _tag("CODE_MEF", pupil.previous_mef) + _tag("CODE_RNE", pupil.previous_uai)
    ine_form = "INE_RNIE" if pupil.ine[9:].isalpha() else "INE_BEA"
    return (
        f'<ELEVE ELEVE_ID="{pupil.eleve_id}" ELENOET="{rank}">'
        + _tag("ID_NATIONAL", pupil.ine)
        + _tag(ine_form, pupil.ine)
        + _tag("INE_BEA", pupil.old_ine)
        + f"<ID_ELEVE_ETAB>{rank:05d}{school.uai[1:-1]}</ID_ELEVE_ETAB>"
        + _tag("NOM_DE_FAMILLE", pupil.family_name)
        + _tag("NOM_USAGE", pupil.usage_name)
        + _tag("PRENOM", pupil.given_name)
        + _tag("DATE_NAISS", pupil.birth_on)
        + f"<DOUBLEMENT>{int(pupil.is_repeater)}</DOUBLEMENT><CODE_PAYS>100</CODE_PAYS><ACCEPTE_SMS>0</ACCEPTE_SMS>"
        + _tag("DATE_SORTIE", pupil.exit_on)
        + _tag("MEL", pupil.email)
        + "<CODE_REGIME>2</CODE_REGIME>"
        + _tag("DATE_ENTREE", pupil.entry_on)
        + _tag("CODE_MOTIF_SORTIE", pupil.exit_reason)
        + _tag("TEL_PORTABLE", pupil.phone)
        + _tag("CODE_STATUT", pupil.status)
        + _tag("CODE_MEF", pupil.study.mef)
        + (f"<SCOLARITE_AN_DERNIER>{last_year}</SCOLARITE_AN_DERNIER>" if last_year else "")
        + "</ELEVE>\n"
    )


def _structure(rank: int, pupil: FictitiousPupil) -> str:
    if not pupil.class_code:
        return ""
    code = escape(pupil.class_code)
    return (
        f'<STRUCTURES_ELEVE ELEVE_ID="{pupil.eleve_id}" ELENOET="{rank}">'
        f"<STRUCTURE><CODE_STRUCTURE>{code}LV</CODE_STRUCTURE><TYPE_STRUCTURE>G</TYPE_STRUCTURE></STRUCTURE>"
        f"<STRUCTURE><CODE_STRUCTURE>{code}</CODE_STRUCTURE><TYPE_STRUCTURE>D</TYPE_STRUCTURE></STRUCTURE>"
        "</STRUCTURES_ELEVE>\n"
    )


def _guardians(school: FictitiousSchool) -> str:
    links = [(pupil, link) for pupil in school.pupils for link in pupil.links]
    people = {link.guardian.person_id: link.guardian for _pupil_of_link, link in links}
    persons = "".join(
        f'<PERSONNE PERSONNE_ID="{person.person_id}">'
        + _tag("LC_CIVILITE", person.civility)
        + _tag("NOM_DE_FAMILLE", person.family_name)
        + _tag("PRENOM", person.given_name)
        + _tag("TEL_PORTABLE", person.phone)
        + "<ACCEPTE_SMS>1</ACCEPTE_SMS>"
        + _tag("MEL", person.email)
        + "<COMMUNICATION_ADRESSE>1</COMMUNICATION_ADRESSE></PERSONNE>\n"
        for person in people.values()
    )
    rows = "".join(_link(pupil, link) for pupil, link in links)
    return f"<PERSONNES>\n{persons}</PERSONNES>\n<RESPONSABLES>\n{rows}</RESPONSABLES>\n<ADRESSES/>\n"


def _link(pupil: FictitiousPupil, link: FictitiousLink) -> str:
    houses, priority = str(link.houses_pupil).lower(), str(link.is_priority).lower()
    return (
        f"<RESPONSABLE_ELEVE><ELEVE_ID>{pupil.eleve_id}</ELEVE_ID><PERSONNE_ID>{link.guardian.person_id}</PERSONNE_ID>"
        f"<NIVEAU_RESPONSABILITE>{link.level}</NIVEAU_RESPONSABILITE><CODE_PARENTE>{link.kinship}</CODE_PARENTE>"
        f"<PAIE_FRAIS_SCOLAIRES>0</PAIE_FRAIS_SCOLAIRES><PERCOIT_LES_AIDES>false</PERCOIT_LES_AIDES>"
        f"<HEBERGE_ELEVE>{houses}</HEBERGE_ELEVE><A_CONTACTER_EN_PRIORITE>{priority}</A_CONTACTER_EN_PRIORITE>"
        "</RESPONSABLE_ELEVE>\n"
    )


def _studies() -> str:
    rows = "".join(
        f'<MEF CODE_MEF="{study.mef}">'
        + _tag("LIBELLE_LONG", study.label.upper())
        + _tag("LIBELLE_EDITION", study.label)
        + f"<MEF_RATTACHEMENT>{study.mef}</MEF_RATTACHEMENT><CODE_MEFSTAT>{study.mefstat}</CODE_MEFSTAT></MEF>\n"
        for study in STUDIES
    )
    return f"<MEFS>\n{rows}</MEFS>\n<MATIERES/>\n"


def _structures(school: FictitiousSchool) -> str:
    mefs: dict[str, set[str]] = {}
    for pupil in school.pupils:
        if pupil.class_code:
            mefs.setdefault(pupil.class_code, set()).add(pupil.study.mef)
    rows = "".join(
        f'<DIVISION CODE_STRUCTURE="{escape(code)}">' + _tag("LIBELLE_LONG", code) + "<MEFS_APPARTENANCE>"
        + "".join(f"<MEF_APPARTENANCE><CODE_MEF>{mef}</CODE_MEF></MEF_APPARTENANCE>" for mef in sorted(mefs[code]))
        + "</MEFS_APPARTENANCE></DIVISION>\n"
        for code in sorted(mefs)
    )  # fmt: skip
    return f"<DIVISIONS>\n{rows}</DIVISIONS>\n<GROUPES/>\n"
