"""`check_gates` and `plan_waves` from the command line, and their tasks: figures, and nothing twice (DESIGN §7)."""

import json
from io import StringIO

from django.core.management import call_command

from core.models import JobRun
from distribution.models import GateCheck
from distribution.tasks import check_gates_due, plan_waves_due
from tests.distribution.scene import GATE_DAY, accepted, at, families, fresh_file


def answer(command, **options):
    output = StringIO()
    call_command(command, stdout=output, **options)
    return output.getvalue()


def due_school(cast, delivery_day):
    families(cast, cast.tilleuls, signed=17, expected=20)
    accepted(cast, cast.tilleuls)
    fresh_file(cast, cast.tilleuls, at(GATE_DAY, 3))
    delivery_day.move_to(at(GATE_DAY))


def test_the_figures_are_one_json_object_and_a_second_run_finds_nothing(cast, delivery_day):
    due_school(cast, delivery_day)
    told = json.loads(answer("check_gates", on=GATE_DAY, json=True))
    assert told == {"due": 1, "confirmed": 1, "cancelled": 0, "needs_human": 0, "replanned": 0}
    assert json.loads(answer("check_gates", on=GATE_DAY, json=True))["due"] == 0
    run = JobRun.objects.get(kind="check_gates", for_date=GATE_DAY)
    assert (run.runs_count, GateCheck.objects.count()) == (2, 1)


def test_in_words_and_for_today_by_default(cast, delivery_day):
    due_school(cast, delivery_day)
    assert answer("check_gates").startswith("2026-09-21: 1 due, 1 confirmed")
    assert answer("plan_waves").startswith("2026-09-21: 0 parcels")


def test_the_worker_rings_the_same_acts(cast, delivery_day):
    due_school(cast, delivery_day)
    check_gates_due()
    plan_waves_due()
    assert GateCheck.objects.count() == 1
    assert set(JobRun.objects.values_list("kind", flat=True)) == {"check_gates", "plan_waves"}
