"""`manage.py apply_changes`: the enrolment changes of the night, once (DESIGN §7, invariant 11)."""

import io
import json

from django.core.management import call_command

from core.models import JobRun
from support.models import DeviceReturn
from tests.support.world import ON, left


def applied(on=ON):
    output = io.StringIO()
    call_command("apply_changes", "--on", on.isoformat(), "--json", stdout=output)
    return json.loads(output.getvalue())


def test_a_departure_in_the_base_becomes_a_return(cast, loan):
    left(cast.alix.enrolments.get())
    figures = applied()
    assert figures["normandie-2026"]["returns"]["opened"] == 1
    assert set(figures["normandie-2026"]) == {"conventions", "returns"}
    assert DeviceReturn.objects.get().opened_on == ON


def test_the_same_night_twice_changes_nothing_more(cast, loan):
    left(cast.alix.enrolments.get())
    applied()
    assert applied()["normandie-2026"]["returns"] == {"nothing": 0}
    assert DeviceReturn.objects.count() == 1
    assert JobRun.objects.get(kind="apply_changes").runs_count == 2


def test_a_person_reads_sentences(cast, loan):
    left(cast.alix.enrolments.get())
    output = io.StringIO()
    call_command("apply_changes", "--on", ON.isoformat(), stdout=output)
    assert "normandie-2026" in output.getvalue()
    assert "opened 1" in output.getvalue()
