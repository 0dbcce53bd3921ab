"""Hostile names in what leaves for other programs: spreadsheets and JSON (trust 39)."""

import csv
import io
import json

import openpyxl
import pytest
from django.conf import settings as django_settings
from django.urls import reverse

from accounts.enums import Role


pytestmark = [pytest.mark.trust(39), pytest.mark.django_db]


def test_in_json_they_are_words_and_no_browser_takes_them_for_a_page(client, imported):
    client.force_login(imported.cast.sam)
    answer = client.get(reverse("reports:api_pupils"), {"limit": 1000})
    assert answer["Content-Type"] == "application/json"
    assert answer["X-Content-Type-Options"] == "nosniff"
    told = json.dumps(answer.json(), ensure_ascii=False)
    assert "<script>alert(39)</script>" in told.lower()
    assert "{{ settings.SECRET_KEY }}".lower() in told.lower()
    assert django_settings.SECRET_KEY not in told


@pytest.mark.parametrize("role", [Role.SCHOOL, Role.REGION])
def test_in_a_spreadsheet_they_are_text(client, imported, role):
    client.force_login(imported.cast.user(role))
    answer = client.post(reverse("reports:export_pupils", args=["csv"]))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert len({len(row) for row in rows}) == 1
    cells = [cell for row in rows for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))] == []
    assert any(cell.startswith("'=CMD|") for cell in cells)
    book = client.post(reverse("reports:export_pupils", args=["xlsx"]))
    sheet = openpyxl.load_workbook(io.BytesIO(book.content)).active
    found = [cell for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in found} <= {"s", "n", "d", "inlineStr"}
    assert any(str(cell.value).startswith("'=CMD|") for cell in found)
