"""Sent files are deleted when the rules say; what nobody decided on is given up, what a worker has is left alone."""

from datetime import timedelta

from django.utils import timezone

from schools.batches.sending import accept_batch
from schools.enums import BatchState
from schools.feeds.purging import keep_files
from schools.fictitious.evolutions import rename


def test_old_sendings_lose_their_files_and_what_was_shown_of_them(desk):
    rename(desk.world.region, desk.world.school.pupils[0])
    shown = desk.work(desk.send(*desk.world.export(desk.world.school)))
    waiting = desk.send(*desk.world.export(desk.world.region.schools[1]))
    days = desk.world.campaign.rule_tree.privacy.raw_files_days
    at = desk.at + timedelta(days=days)
    keep_files(on=timezone.localdate(at), at=at)
    shown.refresh_from_db()
    assert shown.state == BatchState.READY
    at += timedelta(days=2)
    keep_files(on=timezone.localdate(at), at=at)
    shown.refresh_from_db()
    assert (shown.state, shown.schools.get().preview) == (BatchState.DROPPED, {})
    assert not shown.files.filter(purged_on=None).exists()
    waiting.refresh_from_db()
    assert waiting.state == BatchState.RECEIVED
    assert not waiting.files.exclude(purged_on=None).exists()


def test_the_import_keeps_its_own_copy_of_what_was_applied(desk):
    rename(desk.world.region, desk.world.school.pupils[0])
    batch = desk.work(desk.send(*desk.world.export(desk.world.school)))
    accept_batch(batch=batch, by=desk.by, at=desk.at)
    desk.work(batch)
    kept = batch.schools.get().enrolment_import.files
    assert kept.exists()
    assert not kept.filter(pk__in=batch.files.all()).exists()
