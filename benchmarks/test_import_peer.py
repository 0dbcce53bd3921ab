"""Against django-import-export with `use_bulk` on the same pupils, one table only (issue 3): ≥ 20 × rows a second.

What is counted. The peer's rows are the pupils, all it has to write or to compare, already parsed, in memory. Ours are
all that the same files make in six tables (pupils, their numbers, guardians, links, enrolments, changes), from zipped
XML; pupils alone a second are printed beside. Two mornings:

first   an empty base, to the peer with `use_bulk`. Beside it is printed the ratio of the floor (`benchmarks/floor.py`:
        parse, copy, merge, nothing else); half of the floor must be kept
again   the next morning's files, where nobody changed: what both do every other night of the year, to the peer in the
        fastest way that its documentation tells. Here the limit must hold
"""

from time import perf_counter

import pytest
import tablib
from import_export import resources
from import_export.instance_loaders import CachedInstanceLoader

from benchmarks.floor import TABLES as FLOOR_TABLES
from benchmarks.floor import Floor
from benchmarks.region_files import write_files
from benchmarks.workers import open_region, running_workers, throwaway_url
from schools.models import Enrolment, EnrolmentChange, Guardian, Guardianship, Pupil, PupilAlias
from schools.sources import READERS
from schools.sources.sniff import read_document


SCHOOLS, PUPILS = 30, 300
LIMIT, SHARE_OF_FLOOR = 20, 0.5
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


class SkippingPupilResource(PupilResource):
    """The same for rows seen before: what did not change is compared and not written."""

    class Meta(PupilResource.Meta):
        skip_unchanged = True
        report_skipped = False
        instance_loader_class = CachedInstanceLoader


PEERS = {"use_bulk": PupilResource, "tuned": TunedPupilResource, "skipping": SkippingPupilResource}


@pytest.mark.django_db(transaction=True)
def test_a_region_against_the_usual_importer(tmp_path):
    files = write_files(tmp_path, schools=SCHOOLS, pupils=PUPILS, nights=("first", "unchanged"))
    sheet = _sheet(files)
    peers = {name: _rates(resource(), sheet) for name, resource in PEERS.items()}
    campaign = open_region(files)
    floor = _floor_rate(files)
    with running_workers() as workers:
        first, again = (workers.play(files, night, campaign) for night in ("first", "unchanged"))
    rows = sum(model.objects.count() for model in TABLES)
    assert again.states == {"unchanged"}
    ratios = {
        "first": rows / first.seconds / peers["use_bulk"]["first"],
        "again": rows / again.seconds / max(rates["again"] for rates in peers.values()),
    }
    for name, rates in peers.items():
        print(f"\n{name:>10}: {rates['first']:,.0f} rows/s first, {rates['again']:,.0f} again, in one table")
    print(
        f"\n   product: {rows:,} rows in {len(TABLES)} tables, from files: {rows / first.seconds:,.0f} rows/s first"
        f" ({files.pupil_count / first.seconds:,.0f} pupils/s), {rows / again.seconds:,.0f} again"
        f" ({files.pupil_count / again.seconds:,.0f} pupils/s)"
        f"\n     floor: {floor:,.0f} rows/s first, {floor / peers['use_bulk']['first']:.1f} × the peer"
        f"\n     ratio: first {ratios['first']:.1f} to the peer with use_bulk (issue 3 asks {LIMIT}),"
        f" again {ratios['again']:.1f} to the fastest peer (at least {LIMIT})"
    )
    assert min(ratios.values()) >= LIMIT
    assert rows / first.seconds >= SHARE_OF_FLOOR * floor


def _sheet(files):
    """The pupils already parsed: the peer's clock counts no XML."""
    paths = [folder / "ExportXML_ElevesAvecAdresses.zip" for folder in files.folders("first")]
    documents = map(read_document, paths)
    rows = [row for document in documents for row in READERS[document.root].read(document).pupils]
    return tablib.Dataset(
        *([getattr(row, column) or "" for column in COLUMNS] for row in rows), headers=COLUMNS
    )


def _rates(resource, sheet):
    """Rows a second into an empty table, then the same rows again."""
    rates = {name: len(sheet) / _seconds(resource, sheet) for name in ("first", "again")}
    assert Pupil.objects.count() == len(sheet)
    Pupil.objects.all().delete()
    return rates


def _seconds(resource, sheet):
    begun = perf_counter()
    resource.import_data(sheet, raise_errors=True)
    return perf_counter() - begun


def _floor_rate(files):
    floor, begun = Floor(throwaway_url()), perf_counter()
    floor.load(files.folders("first"))
    seconds = perf_counter() - begun
    rows = sum(floor.count(table) for table in FLOOR_TABLES)
    floor.close()
    return rows / seconds
