"""N1, trust 26-28, 30: a table cut, shifted or badly quoted is refused whole; every French encoding is read."""

import hashlib

import pytest

from schools.sources.refusals import DocumentRefused
from schools.sources.rows import Document
from schools.sources.sniff import document_from
from schools.sources.tables.formats import open_sheet
from schools.sources.tables.reading import read_header, read_table
from tests.schools.table_files import TITLES, csv_of, xlsx_of


ZOE = {
    "UAI": "0140013N",
    "INE": "123456789AB",
    "Nom de famille": "LEFÈVRE-D’ŒUVRE",
    "Prénom": "Zoé",
    "Date de naissance": "14/03/2011",
    "Code MEF": "20010019110",
    "Classe": "2GT3",
}
MAX = ZOE | {"INE": "123456789AC", "Nom de famille": "MAX", "Prénom": "Max"}


def table(data: bytes, name: str = "effectifs.csv") -> Document:
    return document_from(name, data)


def refusal(data: bytes, name: str = "effectifs.csv"):
    with pytest.raises(DocumentRefused) as refused:
        read_table(table(data, name))
    return refused.value.finding


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_every_separator_and_encoding_of_a_french_spreadsheet_is_read(delimiter, encoding):
    roll = read_table(table(csv_of([ZOE], delimiter=delimiter, encoding=encoding)))
    assert roll.pupils[0].family_name == "LEFÈVRE-D’ŒUVRE"


def test_latin_9_keeps_its_ligatures():
    zoe = ZOE | {"Nom de famille": "LEFÈVRE ŒUVRE"}
    titles = [title for title in TITLES if "’" not in title]
    roll = read_table(table(csv_of([zoe], titles=titles, encoding="iso-8859-15")))
    assert roll.pupils[0].family_name == "LEFÈVRE ŒUVRE"


def test_the_line_of_excel_that_names_the_separator_is_not_a_title():
    data = b"sep=;\r\n" + csv_of([ZOE], encoding="utf-8")
    roll = read_table(table(data))
    assert (roll.pupils[0].given_name, roll.pupils[0].line) == ("Zoé", 3)


def test_a_csv_and_a_workbook_of_the_same_lines_say_the_same():
    from_text = read_table(table(csv_of([ZOE, MAX])))
    from_book = read_table(table(xlsx_of([ZOE, MAX]), "effectifs.xlsx"))
    assert from_text.pupils == from_book.pupils


def test_a_lone_quotation_mark_swallows_nothing():
    """Trust 27."""
    data = csv_of([ZOE, MAX]).replace("Zoé".encode(), '"Zoé'.encode())
    found = refusal(data)
    assert (found.code, found.place) == ("open_quote", "ligne 2")


def test_a_line_with_too_few_or_too_many_columns_is_refused_by_its_number():
    lines = csv_of([ZOE, MAX, ZOE]).splitlines()
    lines[2] = lines[2] + b";1"
    lines[3] = lines[3].rpartition(b";;")[0]
    found = refusal(b"\n".join(lines))
    assert (found.code, found.place) == ("wrong_width", "ligne 3, ligne 4")


def test_a_table_with_its_number_of_lines_is_refused_when_cut_anywhere():
    """Trust 26: even cut on the end of a line."""
    whole = csv_of([ZOE, MAX, ZOE | {"INE": "123456789AD"}])
    assert len(read_table(table(whole + b"FIN;3\r\n")).pupils) == 3
    assert refusal(whole + b"FIN;4\r\n").code == "cut_short"
    assert refusal(whole + b"FIN;3\r\n" + whole.splitlines()[1]).code == "cut_short"


def test_the_end_line_may_say_when_the_table_was_made():
    header = read_header(table(csv_of([ZOE], end="FIN;1;07/09/2026 05:12\r\n")))
    assert header.exported_at.isoformat() == "2026-09-07T05:12:00"


@pytest.mark.parametrize("cut", range(1, 60))
def test_a_workbook_cut_anywhere_is_refused(cut):
    data = xlsx_of([ZOE, MAX])
    with pytest.raises(DocumentRefused):
        read_table(table(data[: len(data) * cut // 60], "effectifs.xlsx"))


def test_old_excel_and_open_document_are_told_what_to_do():
    for name, data in [("a.xls", b"\xd0\xcf\x11\xe0rest"), ("a.ods", b"PK\x03\x04rest")]:
        with pytest.raises(DocumentRefused) as refused:
            table(data, name)
        assert "XLSX" in refused.value.finding.remedy


def test_a_nul_byte_is_refused():
    assert refusal(csv_of([ZOE]).replace("Zoé".encode(), b"Z\0e")).code == "unreadable_signs"


def test_two_columns_of_the_same_title_are_refused():
    assert refusal(csv_of([ZOE], titles=[*TITLES, "INE"])).code == "title_twice"


def test_a_table_of_two_schools_is_refused():
    assert refusal(csv_of([ZOE, MAX | {"UAI": "0140014P"}])).code == "several_schools"


def test_one_line_a_group_is_folded_into_one_pupil():
    """SIECLE's extraction with one line for each structure, groups first or last."""
    titles = [*TITLES, "Type Structure"]
    group, division = ZOE | {"Classe": "ANG1", "Type Structure": "G"}, ZOE | {"Type Structure": "D"}
    for lines in ([group, division], [division, group]):
        roll = read_table(table(csv_of(lines, titles=titles)))
        assert [pupil.class_code for pupil in roll.pupils] == ["2GT3"]
    only = read_table(table(csv_of([group], titles=titles)))
    assert [pupil.class_code for pupil in only.pupils] == [""]


def test_lines_are_numbered_as_in_the_spreadsheet():
    data = csv_of([ZOE]).decode("utf-8-sig") + ";" * (len(TITLES) - 1) + "\r\n"
    data += csv_of([MAX]).decode("utf-8-sig").splitlines()[1]
    sheet = open_sheet(Document("a.csv", "table-csv", data.encode(), hashlib.sha256(b"").hexdigest()))
    assert sheet.numbers == [2, 4]
