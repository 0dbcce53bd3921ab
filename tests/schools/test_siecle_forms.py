"""Every form SIECLE's exports have had, before and after 2018, and those that are not needed (N1)."""

from datetime import UTC, date, datetime
from zipfile import ZipFile

import pytest
from django.utils import timezone

from schools.enums import ImportState
from schools.imports import import_uploads
from schools.models import Enrolment, EnrolmentImport, Guardianship, School
from tests.schools.conftest import DATA


MORNING = datetime(2026, 9, 8, 6, tzinfo=UTC)
WHEN = "<DATE_EXPORT>07/09/2026</DATE_EXPORT><HORODATAGE>07/09/2026 05:12:44</HORODATAGE>"
SAMPLES = ("ElevesAvecAdresses", "ResponsablesAvecAdresses", "Nomenclature", "Structures")


def export(root, body, *, when=WHEN, version="3.0", year=2026, encoding="ISO-8859-15"):
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?><{root} VERSION="{version}"><PARAMETRES><UAJ>0140013N</UAJ>'
        f"<ANNEE_SCOLAIRE>{year}</ANNEE_SCOLAIRE>{when}</PARAMETRES><DONNEES>{body}</DONNEES></{root}>"
    )
    return text.encode("utf-8-sig" if encoding == "UTF-8" else encoding)


def pupils(name="NOM_DE_FAMILLE", inside=""):
    """One pupil as ElevesSansAdresses has them: no ADRESSE_ID, no ADRESSES."""
    return (
        f'<ELEVES><ELEVE ELEVE_ID="1" ELENOET="4101"><ID_NATIONAL>123456789AB</ID_NATIONAL><{name}>LEFÈVRE</{name}>'
        f"<PRENOM>Zoé</PRENOM><DATE_NAISS>14/03/2011</DATE_NAISS><DOUBLEMENT>0</DOUBLEMENT>{inside}"
        "<CODE_STATUT>ST</CODE_STATUT><CODE_MEF>20010019110</CODE_MEF></ELEVE></ELEVES><OPTIONS/><STRUCTURES>"
        '<STRUCTURES_ELEVE ELEVE_ID="1"><STRUCTURE><CODE_STRUCTURE>2GT3</CODE_STRUCTURE>'
        "<TYPE_STRUCTURE>D</TYPE_STRUCTURE></STRUCTURE></STRUCTURES_ELEVE></STRUCTURES><BOURSES/>"
    )


def guardians(*links):
    people = "".join(
        f'<PERSONNE PERSONNE_ID="{rank}"><LC_CIVILITE>MME</LC_CIVILITE><NOM>PARENT{rank}</NOM><PRENOM>Jo</PRENOM>'
        f"<MEL>parent{rank}@example.org</MEL></PERSONNE>"
        for rank, _link in enumerate(links, 1)
    )
    said = "".join(
        f"<RESPONSABLE_ELEVE><ELEVE_ID>1</ELEVE_ID><PERSONNE_ID>{rank}</PERSONNE_ID>{link}</RESPONSABLE_ELEVE>"
        for rank, link in enumerate(links, 1)
    )
    return f"<PERSONNES>{people}</PERSONNES><RESPONSABLES>{said}</RESPONSABLES>"


BEFORE_2018 = (
    "<RESP_LEGAL>2</RESP_LEGAL><CODE_PARENTE>2</CODE_PARENTE><PERS_CONTACT>0</PERS_CONTACT>",
    "<RESP_LEGAL>1</RESP_LEGAL><CODE_PARENTE>1</CODE_PARENTE><PERS_CONTACT>1</PERS_CONTACT>",
    "<RESP_LEGAL>0</RESP_LEGAL><CODE_PARENTE>6</CODE_PARENTE>",
)
SINCE_2018 = (
    "<NIVEAU_RESPONSABILITE>1</NIVEAU_RESPONSABILITE><CODE_PARENTE>10</CODE_PARENTE>",
    "<NIVEAU_RESPONSABILITE>1</NIVEAU_RESPONSABILITE><CODE_PARENTE>20</CODE_PARENTE>"
    "<A_CONTACTER_EN_PRIORITE>true</A_CONTACTER_EN_PRIORITE>",
    "<NIVEAU_RESPONSABILITE>3</NIVEAU_RESPONSABILITE><CODE_PARENTE>39</CODE_PARENTE>",
)


@pytest.fixture
def take(campaign):
    """Import these exports for that school on the morning of 8 September."""
    School.objects.create(uai="0140013N", name="Lycée des Essais", kind="lycee_gt", department="014")

    def take(*documents):
        files = [(f"{rank}.xml", data) for rank, data in enumerate(documents)]
        return import_uploads(files=files, campaign=campaign, by=None, at=MORNING, on=MORNING.date())

    return take


@pytest.mark.parametrize("version", ["1.7", "2.1", "3.0", "9.9"])
@pytest.mark.parametrize("links", [BEFORE_2018, SINCE_2018], ids=["before 2018", "since 2018"])
def test_pupils_and_guardians_of_any_year_give_the_same_signers_in_order(take, links, version):
    report = take(
        export("BEE_ELEVES", pupils("NOM" if links is BEFORE_2018 else "NOM_DE_FAMILLE"), version=version),
        export("BEE_RESPONSABLES", guardians(*links), version=version),
    )
    assert (report.all_accepted, report.counts.arrivals) == (True, 1)
    signers = Guardianship.objects.legal().order_by("rank").values_list("guardian__family_name", "kinship")
    assert list(signers) == [("PARENT2", "20"), ("PARENT1", "10")]
    assert Guardianship.objects.count() == 2


@pytest.mark.parametrize(
    "when", ["<HORODATAGE>07/09/2026 05:12:44</HORODATAGE>", "<DATE_EXPORT>07/09/2026</DATE_EXPORT>"]
)
def test_one_of_the_two_dates_of_the_header_is_enough(take, when):
    assert take(export("BEE_ELEVES", pupils(), when=when)).all_accepted
    assert timezone.localdate(EnrolmentImport.objects.get().exported_at) == date(2026, 9, 7)


def test_a_file_saved_again_in_utf_8_with_its_mark_is_read(take):
    assert take(export("BEE_ELEVES", pupils(), encoding="UTF-8")).counts.arrivals == 1


def test_a_number_said_twice_and_differently_is_the_one_of_the_tag(take):
    """ELENOET is repeated as a child and may differ: neither names the pupil."""
    assert take(export("BEE_ELEVES", pupils(inside="<ELENOET>9999</ELENOET>"))).counts.arrivals == 1


def test_guardians_linked_by_another_word_are_not_used_and_it_is_said(take):
    links = guardians(*SINCE_2018).replace("RESPONSABLE_ELEVE", "RESPONSABLE")
    report = take(export("BEE_ELEVES", pupils()), export("BEE_RESPONSABLES", links))
    assert report.finding_counts()["no_links"] == 1
    assert not Guardianship.objects.exists()


def commons(day):
    return export(
        "BEE_COMMUN", f"<UAJ/><ANNEE_SCOLAIRE><DATE_DEB_ELEVE>{day}</DATE_DEB_ELEVE></ANNEE_SCOLAIRE>"
    )


def test_communs_is_read_beside_the_pupils(take):
    report = take(export("BEE_ELEVES", pupils()), commons("01/09/2026"))
    assert (report.all_accepted, "base_year" in report.finding_counts()) == (True, False)


def test_communs_tells_a_base_left_in_another_year(take):
    report = take(export("BEE_ELEVES", pupils()), commons("01/09/2025"))
    assert (report.all_accepted, report.finding_counts()["base_year"]) == (True, 1)


@pytest.mark.parametrize("root", ["BEE_GEOGRAPHIQUE", "BEE_ETABLISSEMENTS", "BEE_ETABLISSEMENTS_ELEVES"])
def test_exports_not_needed_are_recognised_and_set_aside(take, root):
    report = take(export("BEE_ELEVES", pupils()), export(root, ""))
    assert (report.all_accepted, report.finding_counts()["not_needed"]) == (True, 1)
    assert EnrolmentImport.objects.get().files.count() == 1


def test_an_export_not_needed_alone_asks_for_the_pupils(take):
    report = take(export("BEE_GEOGRAPHIQUE", ""))
    assert report.finding_counts() == {"no_pupils_file": 1, "not_needed": 1}


def test_a_file_of_sts_says_where_the_pupils_are(take):
    sts = b'<STS_EDT><PARAMETRES><UAJ CODE="0140013N"/><ANNEE_SCOLAIRE ANNEE="2026"/></PARAMETRES></STS_EDT>'
    report = take(sts)
    assert [(school.uai, school.state) for school in report.schools] == [("0140013N", ImportState.REFUSED)]
    assert report.finding_counts() == {"sts_document": 1}


def test_the_four_exports_in_one_zip_made_again_by_hand_are_read(campaign, take, tmp_path):
    with ZipFile(tmp_path / "tout.zip", "w") as archive:
        for name in SAMPLES:
            archive.write(DATA / f"{name}.xml", f"exports/{name}.xml")
    files = [("tout.zip", (tmp_path / "tout.zip").read_bytes())]
    report = import_uploads(files=files, campaign=campaign, by=None, at=MORNING, on=MORNING.date())
    assert (report.all_accepted, report.counts.listed, report.counts.arrivals) == (True, 3, 1)


def test_the_zips_siecle_makes_are_read(campaign, take):
    files = [(f"ExportXML_{name}.zip", (DATA / f"ExportXML_{name}.zip").read_bytes()) for name in SAMPLES]
    report = import_uploads(files=files, campaign=campaign, by=None, at=MORNING, on=MORNING.date())
    assert (report.all_accepted, report.counts.arrivals, Enrolment.objects.get().level) == (True, 1, "2211")


def test_latin_9_declared_latin_1_is_flagged_by_name(campaign, take):
    report = take((DATA / "bad_declared_latin1_is_latin9.xml").read_bytes())
    assert report.finding_counts()["damaged_name"] >= 1
