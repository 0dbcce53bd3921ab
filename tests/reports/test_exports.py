"""P7, P13: the file holds the lines of the screen, opens safely in a spreadsheet, and leaves a trace."""

import csv
import io
import zipfile

import pytest
from django.urls import reverse

from core.models import EvidenceEvent
from reports.enums import Situation
from reports.exports import FORMATS
from tests.reports.world import add_pupil
from tests.schools.factories import PupilFactory


pytestmark = pytest.mark.usefixtures("today")


def read_csv(response):
    text = response.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def export(client, cast, file_format="csv", **filters):
    client.force_login(cast.roux)
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    return client.post(f"{reverse('reports:export_pupils', args=[file_format])}?{query}")


def test_the_file_holds_the_lines_of_the_screen_in_the_same_order(client, full):
    rows = read_csv(export(client, full))
    page = client.get(reverse("reports:pupils")).context
    assert [row["Élève"] for row in rows] == [row.name for row in page["rows"]]
    assert [row["État"] for row in rows] == [row.state for row in page["rows"]]


def test_the_filters_of_the_screen_are_those_of_the_file(client, full):
    rows = read_csv(export(client, full, situation=Situation.SIGNED.value))
    assert {row["État"] for row in rows} == {"signée, ordinateur à venir"}


@pytest.mark.parametrize("name", ["=cmd|'/c calc'!A1", "+33", "-2+3", "@SUM(A1)", "\tx"])
def test_a_name_that_looks_like_a_formula_stays_text(client, cast, name):
    add_pupil(cast, cast.tilleuls, class_code=name[:20])
    rows = read_csv(export(client, cast))
    assert f"'{name[:20]}" in {row["Classe"] for row in rows}


@pytest.mark.parametrize("file_format", FORMATS)
def test_every_format_holds_the_names(client, full, file_format):
    content = export(client, full, file_format).content
    if file_format == "xlsx":
        book = zipfile.ZipFile(io.BytesIO(content))
        content = b"".join(book.read(part) for part in book.namelist())
    assert "DELORME Alix" in content.decode()


def test_taking_a_list_away_is_written_down(client, full):
    export(client, full, situation=Situation.SENT.value)
    event = EvidenceEvent.objects.get(stream="export:pupils")
    assert event.actor == f"user:{full.roux.public_id}"
    assert event.payload == {"filters": {"situation": "sent"}, "rows_count": 1}


def test_the_region_s_file_ends_with_the_sum_of_its_lines(client, full):
    client.force_login(full.sam)
    rows = read_csv(client.post(reverse("reports:export_schools", args=["csv"])))
    *lines, total = rows
    assert total["Établissement"] == "Total"
    for column in ("Élèves éligibles", "Conventions signées", "Élèves équipés", "Demandes ouvertes"):
        assert sum(int(line[column]) for line in lines) == int(total[column])


def test_an_unknown_format_is_not_found(client, cast):
    assert export(client, cast, "exe").status_code == 404


def test_searching_ignores_accents_and_case(client, cast):
    pupil = PupilFactory(family_name="LEFÈVRE", given_name="Zoé")
    add_pupil(cast, cast.tilleuls, pupil=pupil)
    client.force_login(cast.roux)
    page = client.get(reverse("reports:pupils"), {"q": "zoe lefevre"})
    assert [row.name for row in page.context["rows"]] == ["LEFÈVRE Zoé"]
