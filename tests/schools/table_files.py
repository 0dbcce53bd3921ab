"""Tables as schools make them, of the pupils of a fictitious school."""

import csv
import io
from datetime import date

import openpyxl

from schools.sources.tables.columns import COLUMNS
from schools.sources.tables.words import KINSHIPS


TITLES = [column.title for column in COLUMNS if column.in_template]
KINSHIP_WORDS = {code: word for word, code in KINSHIPS.items()}


def lines_of(school) -> list[dict]:
    """One line a pupil, under the titles of the template."""
    return [line_of(pupil, school.uai) for pupil in school.pupils]


def line_of(pupil, uai: str) -> dict:
    line = {
        "UAI": uai,
        "Numéro interne": str(pupil.eleve_id),
        "INE": pupil.ine,
        "Nom de famille": pupil.family_name,
        "Nom d’usage": pupil.usage_name,
        "Prénom": pupil.given_name,
        "Date de naissance": pupil.birth_on,
        "Code MEF": pupil.study.mef,
        "Classe": pupil.class_code,
        "Date d’entrée": pupil.entry_on,
        "Date de sortie": pupil.exit_on,
        "Courriel de l’élève": pupil.email,
    }
    signers = [link for link in pupil.links if link.level == 1][:2]
    for number, link in enumerate(signers, start=1):
        line |= {
            f"Nom de famille responsable {number}": link.guardian.family_name,
            f"Prénom responsable {number}": link.guardian.given_name,
            f"Courriel responsable {number}": link.guardian.email,
            f"Lien de parenté responsable {number}": KINSHIP_WORDS[link.kinship],
        }
    return line


def _text(value) -> str:
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value or "")


def csv_of(lines: list[dict], *, titles=TITLES, delimiter=";", encoding="utf-8-sig", end: str = "") -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter)
    writer.writerow(titles)
    writer.writerows([_text(line.get(title)) for title in titles] for line in lines)
    return (stream.getvalue() + end).encode(encoding)


def xlsx_of(lines: list[dict], *, titles=TITLES) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(list(titles))
    for line in lines:
        book.active.append([line.get(title) for title in titles])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
