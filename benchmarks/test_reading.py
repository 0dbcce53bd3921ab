"""How fast enrolment files are read, before any base is asked (N1)."""

from time import perf_counter

from benchmarks.region_files import write_files
from schools.sources import READERS
from schools.sources.sniff import read_document


SCHOOLS, PUPILS = 40, 300


def test_reading(tmp_path):
    files = write_files(tmp_path, schools=SCHOOLS, pupils=PUPILS)
    paths = [path for folder in files.folders("first") for path in folder.iterdir()]
    started = perf_counter()
    for document in map(read_document, paths):
        READERS[document.root].read(document)
    spent = perf_counter() - started
    count = files.pupil_count
    print(f"\nread {count} pupils and their guardians in {spent:.2f} s: {count / spent:,.0f} a second")
