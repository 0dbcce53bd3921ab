"""N1: what a school must mend in its own base, what blocks a laptop first."""

from django.urls import reverse

from schools.enums import FindingLevel, ImportState
from schools.models import ImportFinding
from tests.reports.world import add_import


ADDRESS = "/a-corriger/"


def add_finding(file, code, level):
    return ImportFinding.objects.create(
        enrolment_import=file,
        code=code,
        level=level,
        sentence=f"Phrase {code}.",
        remedy=f"Remède {code}.",
        places=["DELORME Alix (2GT3)"],
    )


def test_what_blocks_a_laptop_comes_first_with_its_remedy(client, cast):
    file = add_import(cast, cast.tilleuls)
    add_finding(file, "note", FindingLevel.NOTE)
    add_finding(file, "warning", FindingLevel.WARNING)
    add_finding(file, "blocking", FindingLevel.BLOCKING)
    client.force_login(cast.roux)
    page = client.get(ADDRESS).content.decode()
    places = [page.index(f"Phrase {code}.") for code in ("blocking", "warning", "note")]
    assert places == sorted(places)
    assert "Remède blocking." in page
    assert "DELORME Alix (2GT3)" in page


def test_an_unchanged_file_hides_nothing_of_the_last_one_applied(client, cast):
    add_finding(add_import(cast, cast.tilleuls), "no_ine", FindingLevel.BLOCKING)
    add_import(cast, cast.tilleuls, ImportState.UNCHANGED)
    client.force_login(cast.roux)
    assert "Phrase no_ine." in client.get(ADDRESS).content.decode()


def test_a_base_in_order_is_thanked(client, cast):
    add_import(cast, cast.tilleuls)
    client.force_login(cast.roux)
    assert "Rien à corriger" in client.get(ADDRESS).content.decode()


def test_without_a_file_the_page_says_how_to_send_one(client, cast):
    client.force_login(cast.roux)
    page = client.get(ADDRESS).content.decode()
    assert "Pas encore de fichier" in page
    assert reverse("schools:imports") in page


def test_the_region_reads_the_schools_by_need(client, cast):
    cast.alix.guardianships.all().delete()
    client.force_login(cast.sam)
    page = client.get(ADDRESS).content.decode()
    assert f"?etablissement={cast.tilleuls.uai}" in page
