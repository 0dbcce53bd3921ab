"""Against django-import-export with `use_bulk` on the same pupils, one table only (issue 3): ≥ 20 × rows a second."""

from time import perf_counter

import pytest
import tablib
from import_export import resources
from import_export.instance_loaders import CachedInstanceLoader

from benchmarks.region_files import write_files
from benchmarks.workers import open_region, running_workers
from schools.models import Enrolment, EnrolmentChange, Guardian, Guardianship, Pupil, PupilAlias
from schools.sources import READERS
from schools.sources.sniff import read_document


SCHOOLS, PUPILS = 30, 300
LIMIT = 20
COLUMNS = ("ine", "family_name", "usage_name", "given_name", "birth_on", "email", "phone")
TABLES = (Pupil, PupilAlias, Guardian, Guardianship, Enrolment, EnrolmentChange)


class PupilResource(resources.ModelResource):
    """With `use_bulk`: what a project writes."""

    class Meta:
        model = Pupil
        fields = COLUMNS
        import_id_fields = ("ine",)
        use_bulk = True
        batch_size = 1000


class TunedPupilResource(PupilResource):
    """With all that its documentation advises besides: no differences shown, instances found by one query."""

    class Meta(PupilResource.Meta):
        skip_diff = True
        instance_loader_class = CachedInstanceLoader


@pytest.mark.django_db(transaction=True)
def test_a_region_against_the_usual_importer(tmp_path):
    files = write_files(tmp_path, schools=SCHOOLS, pupils=PUPILS)
    sheet = _sheet(files)
    peer, tuned = _rate(PupilResource(), sheet), _rate(TunedPupilResource(), sheet)
    campaign = open_region(files)
    with running_workers() as workers:
        night = workers.play(files, "first", campaign)
    product = sum(model.objects.count() for model in TABLES) / night.seconds
    print(
        f"\n\npeer: {peer:,.0f} rows/s in one table, {tuned:,.0f} when tuned, from rows in memory;"
        f" product: {product:,.0f} rows/s in {len(TABLES)} tables, from files"
        f" ({files.pupil_count / night.seconds:,.0f} pupils/s):"
        f" ratio {product / peer:.1f} (at least {LIMIT}), {product / tuned:.1f} to the tuned one"
    )
    assert product / peer >= LIMIT


def _sheet(files):
    """The pupils already parsed: the peer's clock counts no XML."""
    paths = [folder / "ExportXML_ElevesAvecAdresses.zip" for folder in files.folders("first")]
    documents = map(read_document, paths)
    rows = [row for document in documents for row in READERS[document.root].read(document).pupils]
    return tablib.Dataset(
        *([getattr(row, column) or "" for column in COLUMNS] for row in rows), headers=COLUMNS
    )


def _rate(resource, sheet):
    begun = perf_counter()
    result = resource.import_data(sheet, raise_errors=True)
    spent = perf_counter() - begun
    assert result.totals["new"] == len(sheet) == Pupil.objects.count()
    Pupil.objects.all().delete()
    return len(sheet) / spent
