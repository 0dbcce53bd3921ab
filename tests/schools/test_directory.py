"""The directory of schools: the columns of fr-en-annuaire-education, typed, never blanking (N1)."""

from decimal import Decimal

import pytest

from core.refusals import Refused
from schools.directory import import_schools, kind_of
from schools.enums import SchoolKind
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


def test_an_empty_cell_keeps_what_is_known_and_a_closed_school_stays(db, directory):
    import_schools(path=directory(HEAD + "0140013N;Lycée des Essais;Caenville;OUVERT;49,18\n"), campaign=None)
    report = import_schools(path=directory(HEAD + "0140013N;Lycée des Essais;;FERME;\n"), campaign=None)
    school = School.objects.get()
    assert (report.changed, school.city, school.is_open, school.latitude) == (
        1,
        "Caenville",
        False,
        Decimal("49.18000"),
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
