"""What the promises of docs/trust.md stand on is in the schedule: a sweep that nobody plays finds nothing."""

from math import inf

import pytest

from config import nightly
from config.celery import app
from config.tasks import BY_DAY


SWEEPS = {
    "config.tasks.tell_of_messages": 1800,
    "core.tasks.deliver_messages": 60,
    "core.tasks.deliver_texts": 60,
    "core.tasks.take_up_parked_tasks": 60,
    "loans.tasks.run_mailings": 60,
    "loans.tasks.store_documents": 120,
    "loans.tasks.upgrade_seals_due": 600,
}


@pytest.mark.trust(15, 17, 46, 47, 55)
@pytest.mark.parametrize(("task", "seconds"), SWEEPS.items())
def test_what_nobody_rang_for_is_swept_up(task, seconds):
    planned = [entry["schedule"] for entry in app.conf.beat_schedule.values() if entry["task"] == task]
    assert min((every for every in planned if isinstance(every, float)), default=inf) <= seconds


@pytest.mark.trust(18, 22)
@pytest.mark.parametrize("step", ["anchor_evidence", "warn_about_the_seal"])
def test_each_night_anchors_the_chain_and_looks_at_the_certificate(step):
    assert step in {kind for kind, _act in nightly.STEPS}
    assert step not in BY_DAY
    assert "config.tasks.play_the_night" in {entry["task"] for entry in app.conf.beat_schedule.values()}


def test_every_task_of_the_schedule_exists():
    app.loader.import_default_modules()
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)
