"""The directory of schools: the columns of fr-en-annuaire-education, typed, never blanking (N1)."""

import json
from decimal import Decimal

import pytest

from core.refusals import Refused
from programmes.enums import SchoolKind
from schools.directory import import_schools, kind_of
from schools.fictitious.directory import write_directory
from schools.fictitious.region import make_region
from schools.models import School


HEAD = "identifiant_de_l_etablissement;nom_etablissement;nom_commune;etat;latitude\n"


@pytest.fixture
def directory(tmp_path):
    def write(text, encoding="utf-8"):
        path = tmp_path / "annuaire.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return write


def test_a_whole_region_is_typed(db, tmp_path):
    region = make_region(schools=6, pupils=0)
    report = import_schools(path=write_directory(region, tmp_path / "annuaire.csv"), campaign=None)
    assert (report.listed, report.created, report.findings.counts()) == (6, 6, {})
    kinds = list(School.objects.order_by("uai").values_list("kind", flat=True).distinct())
    assert set(kinds) == {"lycee_gt", "lycee_poly", "lycee_pro", "lycee_agri"}
    first = School.objects.get(uai=region.schools[0].uai)
    assert (first.department, first.zone, first.sector) == ("014", "B", "public")
    assert first.latitude == Decimal(str(region.schools[0].latitude))


def test_an_empty_cell_keeps_what_is_known(db, directory):
    import_schools(path=directory(HEAD + "0140013N;Lycée des Essais;Caenville;OUVERT;49,18\n"), campaign=None)
    report = import_schools(path=directory(HEAD + "0140013N;Lycée des Essais;;;49,2\n"), campaign=None)
    school = School.objects.get()
    assert (report.changed, report.proposed, school.city) == (1, 0, "Caenville")
    assert school.latitude == Decimal("49.20000")


@pytest.mark.parametrize("shape", ["exports", "records"])
def test_the_api_s_json_gives_the_same_schools_as_its_csv(db, tmp_path, shape):
    row = {
        "identifiant_de_l_etablissement": "0140013N",
        "nom_etablissement": "Lycée des Essais",
        "voie_generale": "1",
        "lycee_agricole": None,
        "latitude": 49.18123,
        "position": {"lon": -0.36, "lat": 49.18},
        "etat": "OUVERT",
    }
    path = tmp_path / "annuaire.json"
    path.write_text(json.dumps([row] if shape == "exports" else {"total_count": 1, "results": [row]}))
    import_schools(path=path, campaign=None)
    school = School.objects.get()
    assert (school.name, school.kind, school.latitude) == (
        "Lycée des Essais",
        "lycee_gt",
        Decimal("49.18123"),
    )


def test_a_school_in_the_file_twice_is_written_once(db, directory):
    text = HEAD + "0140013N;Premier nom;;;\n0140013n;Second nom;;;\n"
    report = import_schools(path=directory(text), campaign=None)
    assert School.objects.get().name == "Second nom"
    assert report.findings.counts() == {"school_twice": 1}


@pytest.mark.parametrize(
    ("text", "encoding", "code"),
    [
        ("a;b\n1;2\n", "utf-8", "directory_columns"),
        ("", "utf-8", "directory_columns"),
        (HEAD + "0140013N;Lycée\n", "latin-1", "directory_unreadable"),
        (HEAD + '0140013N;"Lycée sans fin\n', "utf-8", "directory_unreadable"),
        ('{"error": "too many requests"}', "utf-8", "directory_unreadable"),
        ('[{"nom_etablissement": ', "utf-8", "directory_unreadable"),
        ("[]", "utf-8", "directory_columns"),
    ],
)
def test_what_is_not_a_directory_is_refused(db, directory, text, encoding, code):
    with pytest.raises(Refused) as refusal:
        import_schools(path=directory(text, encoding), campaign=None)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ({"libelle_nature": "LYCEE D ENSEIGNEMENT GENERAL"}, SchoolKind.LYCEE_GT),
        ({"libelle_nature": "LYCEE POLYVALENT"}, SchoolKind.LYCEE_POLY),
        (
            {"libelle_nature": "ETABLISSEMENT REGIONAL D'ENSEIGNT ADAPTE", "type_etablissement": "EREA"},
            SchoolKind.EREA,
        ),
        ({"type_etablissement": "Collège"}, SchoolKind.COLLEGE),
        ({"type_etablissement": "Lycée", "voie_professionnelle": "1"}, SchoolKind.LYCEE_PRO),
        ({"voie_generale": "1", "voie_professionnelle": "1"}, SchoolKind.LYCEE_POLY),
        ({"ministere_tutelle": "Ministère de l'agriculture"}, SchoolKind.LYCEE_AGRI),
        ({"nom_etablissement": "Lycée professionnel des Trois Clochers"}, SchoolKind.LYCEE_PRO),
        ({"nom_etablissement": "Maison familiale rurale du Bois Joli"}, SchoolKind.MFR),
        ({"nom_etablissement": "Lycée du Bois Joli"}, ""),
    ],
)
def test_what_a_school_is_by_its_nature_its_tracks_or_its_name(row, kind):
    assert kind_of(row) == kind
