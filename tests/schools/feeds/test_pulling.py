"""Every night each due school is asked for, and its pupils are in the base; a service that fails is met again (N1)."""

from datetime import datetime, timedelta

import pytest

from programmes.enums import SchoolKind
from schools.feeds.adapters import Asker
from schools.feeds.enums import PullState, SourceCover, SourceKind
from schools.feeds.pulling import (
    AGAIN_AFTER,
    MOST_ATTEMPTS,
    SILENT_AFTER,
    ask_again_today,
    pull_feeds,
    try_source,
)
from schools.feeds.sources import reseal_secrets
from schools.models import Enrolment, EnrolmentImport, FeedPull, FeedSource, School
from tests.kit.feed_services import KEY, SECRET, error_document, fails, hangs_up, says, serving
from tests.schools.feeds.conftest import PARIS, read_all


NIGHT = datetime(2026, 9, 8, 2, 30, tzinfo=PARIS)


@pytest.fixture
def services(world):
    with serving(world.region.schools) as running:
        yield running


@pytest.fixture
def source(world, services, officer):
    """Makes a source of that kind, for all the schools."""

    def made(kind=SourceKind.NETSYNCHRO, secret=SECRET, **fields):
        row = FeedSource(
            programme=world.campaign.programme,
            kind=kind,
            base_url=services.address,
            key_id=KEY,
            changed_by=officer,
            changed_at=NIGHT,
            **{"covers": SourceCover.ALL} | fields,
        )
        row.seal_secret(secret)
        row.save()
        return row

    return made


def pull(world, at=NIGHT):
    asker = Asker(pause=lambda seconds: None, jitter=lambda: 1.0)
    return pull_feeds(campaign=world.campaign, on=world.on, clock=lambda: at, asker=asker)


@pytest.mark.parametrize("kind", list(SourceKind))
def test_what_a_service_knows_is_in_the_base_after_the_night(world, source, kind):
    source(kind)
    world.nights = 0
    assert pull(world) == {"came": 2}
    assert read_all(world) == {"read": 2, "imports": 2, "refused": 0}
    assert Enrolment.objects.active().count() > 70
    assert set(EnrolmentImport.objects.values_list("state", flat=True)) == {"applied"}
    assert FeedPull.objects.filter(state=PullState.DONE, delivery__isnull=False).count() == 2


def test_a_second_ring_of_the_day_asks_nobody_again(world, source, services):
    source()
    pull(world)
    asked = len(services.asked)
    assert pull(world) == {}
    assert len(services.asked) == asked


def test_the_secret_is_not_readable_in_the_base(world, source):
    row = source()
    stored = FeedSource.objects.values_list("sealed_secret", flat=True).get()
    assert SECRET not in stored
    assert FeedSource.objects.get(pk=row.pk).secret == SECRET


def test_a_new_key_takes_over_the_secrets_before_the_old_one_goes(world, source, settings):
    settings.FILES_KEYS = [b"o" * 32]
    row = source()
    settings.FILES_KEYS = [b"n" * 32, b"o" * 32]
    assert (reseal_secrets(), reseal_secrets()) == (1, 0)
    settings.FILES_KEYS = [b"n" * 32]
    assert FeedSource.objects.get(pk=row.pk).secret == SECRET


def test_a_school_that_has_nothing_yet_is_asked_again_later_the_same_day(world, source, services):
    source()
    services.faults = [says(error_document())]
    assert pull(world) == {"not_ready": 1, "came": 1}
    waiting = FeedPull.objects.get(state=PullState.WAITING)
    assert (waiting.outcome, waiting.detail) == ("not_ready", "erreur_metier")
    assert pull(world, NIGHT + AGAIN_AFTER / 2) == {}
    assert pull(world, NIGHT + AGAIN_AFTER) == {"came": 1}
    assert not EnrolmentImport.objects.exists()


def test_a_school_that_never_answers_is_given_up_for_the_day(world, source, services):
    source()
    for time in range(MOST_ATTEMPTS):
        services.faults = [fails(500)] * 8
        pull(world, NIGHT + time * AGAIN_AFTER)
    assert set(FeedPull.objects.values_list("state", "outcome")) == {("failed", "source")}
    world.nights += 1
    assert pull(world, NIGHT + timedelta(days=1)) == {"came": 2}


def test_a_refused_key_is_shown_to_the_service_once_not_once_a_school(world, source, services):
    row = source(secret="faux")
    assert pull(world) == {"credentials": 1}
    assert len(services.asked) == 1
    assert FeedPull.objects.filter(state=PullState.FAILED, outcome="credentials").count() == 2
    row.seal_secret(SECRET)
    row.save()
    assert ask_again_today(source=row, on=world.on) == 2
    assert pull(world) == {"came": 2}


def test_a_silent_service_is_left_alone_after_a_few_schools(world, source, services):
    source()
    for number in range(SILENT_AFTER):
        school = School.objects.create(
            uai=f"014060{number}{'ABCDEFGH'[number]}", name=f"Lycée {number}", kind=SchoolKind.LYCEE_GT
        )
        world.campaign.memberships.create(school=school)
    services.faults = [hangs_up] * 100
    assert pull(world) == {"network": SILENT_AFTER}
    assert FeedPull.objects.filter(attempts_count=0).count() == 2


def test_each_service_is_asked_only_for_the_schools_it_knows(world, source, services):
    farm = School.objects.order_by("uai").last()
    School.objects.filter(pk=farm.pk).update(kind=SchoolKind.LYCEE_AGRI)
    source(SourceKind.FREGATA, covers=SourceCover.AGRICULTURAL)
    source(SourceKind.NETSYNCHRO, covers=SourceCover.EDUCATION)
    assert pull(world) == {"came": 2}
    by_kind = dict(FeedPull.objects.values_list("source__kind", "school__uai"))
    assert by_kind["fregata"] == farm.uai != by_kind["netsynchro"]


def test_a_source_that_is_switched_off_is_not_asked(world, source, services):
    source(is_active=False)
    assert pull(world) == {}
    assert services.asked == []


@pytest.mark.parametrize(
    ("secret", "faults", "is_sound", "words"),
    [
        (SECRET, [], True, "élèves pour"),
        ("faux", [], False, "refuse notre clé"),
        (SECRET, [says(error_document())], None, "rien"),
        (SECRET, [fails(500)] * 4, False, "erreur"),
    ],
)
def test_a_trial_says_in_french_what_answered_and_keeps_nothing(
    world, source, services, secret, faults, is_sound, words
):
    row, services.faults = source(secret=secret), list(faults)
    asker = Asker(pause=lambda seconds: None)
    tried = try_source(source=row, campaign=world.campaign, at=NIGHT, asker=asker)
    assert tried.is_sound is is_sound
    assert words in tried.test_sentence
    assert not FeedPull.objects.exists()
    assert not EnrolmentImport.objects.exists()


def test_two_workers_share_the_schools_of_a_night(world, source, services):
    """What one has taken the other leaves, until its lease is over."""
    source()
    pull(world)
    FeedPull.objects.update(state=PullState.WAITING, leased_until=NIGHT + timedelta(minutes=5), delivery=None)
    assert pull(world) == {}
    assert pull(world, NIGHT + timedelta(minutes=6)) == {"came": 2}
