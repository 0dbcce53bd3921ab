"""N1: the empty table is made for a school, explains itself, and is read back once filled."""

import io
import zipfile

import openpyxl
import pytest
from django.urls import reverse

from schools.models import School
from schools.sources.refusals import DocumentRefused
from schools.sources.sniff import document_from
from schools.sources.tables.reading import read_table
from schools.sources.tables.template import FILLED, Filler, make_template
from tests.schools.factories import SchoolStaffFactory
from tests.schools.table_files import csv_of


FILLER = Filler(
    uai="0140013N",
    school_name="Lycée des Essais",
    school_year=2026,
    classes=("2GT1", "2GT2"),
    studies=(("20010019110", "Seconde générale et technologique"),),
)


def workbook():
    made = make_template(FILLER, "xlsx")
    return made, openpyxl.load_workbook(io.BytesIO(made.content))


def test_each_title_has_its_help_and_its_words_to_choose_from():
    made, book = workbook()
    sheet = book.worksheets[0]
    assert made.name == "effectifs-0140013N-2026.xlsx"
    assert [cell.value for cell in sheet[1]] == [column.title for column in FILLED]
    assert "11 signes" in sheet.cell(1, 1 + [column.name for column in FILLED].index("ine")).comment.text
    offered = {str(rule.sqref).split(":")[0].rstrip("2") for rule in sheet.data_validations.dataValidation}
    words = {
        sheet[f"{letter}1"].value: [cell.value for cell in book["Listes"][letter] if cell.value]
        for letter in offered
    }
    assert words["Classe"] == ["2GT1", "2GT2"]
    assert words["Statut"] == ["Scolaire", "Apprenti"]
    assert "Mère" in words["Lien de parenté responsable 2"]


def test_the_second_sheet_explains_and_the_third_is_an_example_that_is_read():
    _made, book = workbook()
    assert book.sheetnames == ["Élèves", "Mode d’emploi", "Exemple", "Listes"]
    said = [cell.value for row in book["Mode d’emploi"].iter_rows() for cell in row if cell.value]
    assert "Lycée des Essais 0140013N" in said
    assert "20010019110" in said
    titles, example = ([cell.value for cell in row] for row in book["Exemple"].iter_rows())
    data = csv_of([dict(zip(titles, example, strict=True))], titles=titles)
    roll = read_table(document_from("exemple.csv", data))
    assert (roll.pupils[0].ine, roll.guardians[0].given_name, roll.findings) == ("123456789AB", "Anne", ())


def test_a_template_sent_back_empty_lists_no_pupil():
    made, _book = workbook()
    assert read_table(document_from(made.name, made.content)).pupils == ()


def test_a_workbook_with_a_document_type_is_refused():
    """Trust 23, 24: entities are declared there."""
    made, _book = workbook()
    bomb = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made.content)) as source, zipfile.ZipFile(bomb, "w") as target:
        for entry in source.namelist():
            part = source.read(entry)
            if entry == "xl/workbook.xml":
                part = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + part.partition(b"?>")[2]
            target.writestr(entry, part)
    with pytest.raises(DocumentRefused):
        document_from("effectifs.xlsx", bomb.getvalue())


def test_a_school_downloads_the_table_of_its_own_classes(client, running):
    school = School.objects.get(uai=running.school.uai)
    client.force_login(SchoolStaffFactory(school=school).user)
    response = client.get(reverse("schools:template", args=["xlsx"]), {"etablissement": school.uai})
    assert f'filename="effectifs-{school.uai}-2026.xlsx"' in response.headers["Content-Disposition"]
    lists = openpyxl.load_workbook(io.BytesIO(response.content))["Listes"]
    values = {cell.value for row in lists.iter_rows() for cell in row}
    assert set(running.school.class_codes) <= values
    other = running.region.schools[1]
    assert (
        client.get(reverse("schools:template", args=["csv"]), {"etablissement": other.uai}).status_code == 404
    )
    assert client.get(reverse("schools:template", args=["pdf"])).status_code == 404
