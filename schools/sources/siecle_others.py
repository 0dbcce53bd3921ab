"""The SIECLE exports that name no pupil: Communs is checked, the others are recognised and set aside.

Communs says when the pupils' school year of the base begins (DONNEES/ANNEE_SCOLAIRE/DATE_DEB_ELEVE): a base that was
not moved to the new year, or was moved too early, exports last year's or next year's pupils under a header that agrees.
"""

from __future__ import annotations

from schools.sources import catalogue
from schools.sources.rows import Document, Reader, Roll
from schools.sources.siecle import read_header
from schools.sources.values import french_date, text
from schools.sources.xml_elements import elements


UNNEEDED = "unneeded"
_PREFIX = "BEE_"


def read_commons(document: Document) -> Roll:
    """BEE_COMMUN: nothing of it is kept; a year that contradicts the header is told."""
    header = read_header(document)
    begins = [
        french_date(element.findtext("DATE_DEB_ELEVE"))
        for element in elements(document, "ANNEE_SCOLAIRE")
        if element.find("DATE_DEB_ELEVE") is not None
    ]
    wrong = [on for on in begins if on and header.school_year and on.year != header.school_year]
    findings = tuple(catalogue.BASE_YEAR.at(f"{on:%d/%m/%Y} ≠ {header.school_year}") for on in wrong)
    return Roll(header, frozenset({"commons"}), findings=findings)


def read_nothing(document: Document) -> Roll:
    return Roll(read_header(document), frozenset())


def is_other_export(root: str) -> bool:
    """Geographique, Etablissements, EtablissementsEleves… and those SIECLE may add."""
    return text(root).startswith(_PREFIX)


READERS = {"BEE_COMMUN": Reader("siecle", "commons", read_header, read_commons)}
OTHER = Reader("siecle", UNNEEDED, read_header, read_nothing)
