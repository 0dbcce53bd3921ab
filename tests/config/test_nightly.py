"""A day in order: a step that breaks down keeps nobody from what is due (invariant 11, trust 52-54, 113)."""

import json
from datetime import UTC, date, datetime

import pytest
from django.core.management import CommandError, call_command

from config import nightly
from config.celery import app
from core.models import JobRun
from schools.enums import ImportState
from schools.models import EnrolmentImport


ON = date(2026, 9, 8)
AT = datetime(2026, 9, 8, 0, 30, tzinfo=UTC)


def broken(on, at):
    raise ZeroDivisionError("by nothing")


@pytest.fixture
def one_broken_step(monkeypatch):
    monkeypatch.setattr(
        nightly,
        "STEPS",
        (("first", broken), ("second", lambda on, at: {"done": 1})),
    )


@pytest.mark.django_db
def test_a_step_that_breaks_down_does_not_keep_the_others_from_their_work(one_broken_step):
    with pytest.raises(nightly.DayFailed) as failed:
        nightly.run_day(on=ON, at=AT)
    assert failed.value.figures["first"] == {"failed": "ZeroDivisionError"}
    assert failed.value.figures["second"] == {"done": 1}
    assert "deliver" in failed.value.figures
    assert JobRun.objects.get(kind="first").error == "ZeroDivisionError: by nothing"
    assert JobRun.objects.get(kind="second").finished_at is not None


@pytest.mark.django_db
def test_tick_prints_what_was_done_and_fails(one_broken_step, capsys):
    with pytest.raises(CommandError, match="first") as failed:
        call_command("tick", "--on", "2026-09-08", "--json")
    assert failed.value.returncode == 1
    assert json.loads(capsys.readouterr().out)["second"] == {"done": 1}


@pytest.mark.django_db
def test_a_night_without_files_is_no_refused_import(cast, settings, tmp_path):
    settings.DROP_FOLDER = str(tmp_path)
    (tmp_path / ".keep").touch()
    assert nightly.run_day(on=ON, at=AT)["import_enrolments"] == {}
    assert not EnrolmentImport.objects.exists()


@pytest.mark.django_db
def test_who_drops_files_and_ticks_by_hand_does_not_wait(cast, settings, tmp_path, capsys):
    settings.DROP_FOLDER = str(tmp_path)
    (tmp_path / "eleves.xml").write_text("<BEE_ELEVES/>")
    on = cast.campaign.first_delivery_on
    beat = nightly.run_day(on=on, at=datetime.now(UTC))
    assert not EnrolmentImport.objects.exists(), beat
    call_command("tick", "--on", str(on), "--json")
    assert EnrolmentImport.objects.get().state == ImportState.REFUSED


@pytest.mark.trust(45)
def test_no_task_outlives_the_broker_s_patience():
    """Past it, the broker gives the task to a second worker while the first still plays it (trust 45)."""
    app.loader.import_default_modules()
    ours = [task for name, task in app.tasks.items() if not name.startswith("celery.")]
    longest = max(task.time_limit or app.conf.task_time_limit for task in ours)
    assert longest < app.conf.broker_transport_options["visibility_timeout"]
