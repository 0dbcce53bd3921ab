"""On a developer's machine every statement is watched: the import goes through that cursor too (`make run`)."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from schools.models import Enrolment


def test_a_night_is_imported_while_its_statements_are_watched(world):
    with CaptureQueriesContext(connection) as watched:
        report = world.night()
    assert report.all_accepted
    assert Enrolment.objects.count() == 80
    assert any("COPY staged_pupil" in query["sql"] for query in watched.captured_queries)
