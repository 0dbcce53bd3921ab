"""P8: the API gives the same figures and the same lines as the screens, and only what its reader may see."""

from decimal import Decimal

import pytest
from django.urls import reverse

from loans.progress import progress_of
from reports.figures import FIGURES
from tests.reports.world import scope_of


pytestmark = pytest.mark.usefixtures("today")


def get(client, user, name, **query):
    client.force_login(user)
    return client.get(reverse(f"reports:{name}"), query)


def test_a_school_reads_its_own_progress_only(client, full):
    results = get(client, full.roux, "api_schools").json()["results"]
    assert [row["uai"] for row in results] == [full.tilleuls.uai]
    progress = progress_of(full.tilleuls, full.campaign)
    assert results[0]["progress"]["signed_count"] == progress.signed_count
    assert Decimal(results[0]["progress"]["rate"]) == progress.rate.quantize(Decimal("0.000001"))


def test_the_region_reads_every_school(client, full):
    results = get(client, full.sam, "api_schools").json()["results"]
    assert {row["uai"] for row in results} == {full.tilleuls.uai, full.rivage.uai}


def test_a_school_reads_its_own_pupils_only(client, full):
    answer = get(client, full.petit, "api_pupils").json()
    assert {row["school_uai"] for row in answer["results"]} == {full.rivage.uai}
    assert answer["count"] == 5


def test_another_school_s_pupils_are_not_found(client, full):
    assert get(client, full.petit, "api_pupils", etablissement=full.tilleuls.uai).status_code == 404


def test_the_filters_are_those_of_the_screen(client, full):
    answer = get(client, full.roux, "api_pupils", qui="school").json()
    assert {row["situation"] for row in answer["results"]} == {"opposed", "paper_rejected", "unreachable"}


def test_the_figures_come_with_their_definition(client, full):
    results = get(client, full.sam, "api_figures").json()["results"]
    assert {row["code"]: row["value"] for row in results} == {
        code: figure.count(scope_of(full)) for code, figure in FIGURES.items()
    }
    assert all(row["definition"] for row in results)


def test_nothing_can_be_written(client, full):
    client.force_login(full.sam)
    assert client.post(reverse("reports:api_pupils")).status_code == 405


def test_the_document_describes_the_three_endpoints(client, full):
    document = get(client, full.sam, "api_schema").content.decode()
    for path in ("/api/v1/schools/", "/api/v1/pupils/", "/api/v1/figures/"):
        assert path in document
