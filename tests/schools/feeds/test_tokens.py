"""Tokens: shown once, kept as a digest, limited in scope and time, each use logged (trust 5, 6, 69)."""

from datetime import datetime, timedelta

import pytest
from django.core.cache.backends.redis import RedisCache
from django.db import connection

from core.refusals import Refused
from schools.api import doors
from schools.feeds.tokens import LONGEST_DAYS, MARK, find_token, make_token, revoke_token
from schools.models import FeedToken, FeedTokenUse
from tests.schools.conftest import FIRST_NIGHT
from tests.schools.feeds.conftest import ADDRESS, PARIS
from tests.schools.feeds.test_push import body_of


pytestmark = pytest.mark.usefixtures("morning")


def everything_written() -> str:
    """All the text columns of the tables of feeds, as a dump would have them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(t::text, ' ') FROM schools_feedtoken t "
            "UNION ALL SELECT string_agg(u::text, ' ') FROM schools_feedtokenuse u"
        )
        return " ".join(row[0] or "" for row in cursor.fetchall())


def test_the_text_of_a_token_is_nowhere_in_the_base(world, machine):
    rectorate = machine()
    rectorate.push(body_of(world))
    assert rectorate.text.startswith(MARK)
    assert len(rectorate.text) >= len(MARK) + 43
    assert rectorate.text.removeprefix(MARK) not in everything_written()
    assert rectorate.token.prefix in everything_written()
    assert find_token(rectorate.text) == rectorate.token


def test_a_revoked_token_is_refused_and_the_attempt_is_logged(world, machine, officer):
    rectorate, body = machine(), body_of(world)
    for _twice in range(2):
        revoke_token(token=rectorate.token, by=officer, at=datetime.now(PARIS))
    response = rectorate.push(body)
    assert response.status_code == 401
    assert "révoqué" in response.json()["detail"]
    assert response["WWW-Authenticate"] == "Bearer"
    assert rectorate.uses == ["revoked"]


def test_a_token_works_until_the_evening_of_its_last_day(world, machine, morning):
    rectorate, body = machine(), body_of(world)
    last = FIRST_NIGHT + timedelta(days=90)
    morning.move_to(f"{last}T23:30+01:00")
    assert rectorate.push(body).status_code == 202
    morning.move_to(f"{last + timedelta(days=1)}T00:30+01:00")
    assert "expiré" in rectorate.push(body).json()["detail"]
    assert rectorate.uses == ["accepted", "expired"]


@pytest.mark.parametrize("shown", ["", "Bearer", "Bearer x", "Bearer cartable_x", "Basic YTpi", "Bearer é à"])
def test_without_a_token_nobody_learns_anything(client, shown):
    response = client.post(ADDRESS, headers={"Authorization": shown} if shown else {})
    assert response.status_code == 401
    assert not FeedTokenUse.objects.exists()


def test_somebody_who_signed_in_has_no_token_for_all_that(client, officer):
    client.force_login(officer)
    assert client.post(ADDRESS).status_code == 401


def test_too_many_requests_wait_and_are_logged(world, machine, monkeypatch):
    monkeypatch.setattr(doors.FeedThrottle, "rate", "2/min")
    rectorate, other, body = machine(), machine(), body_of(world)
    assert [rectorate.push(body).status_code for _time in range(3)] == [202, 202, 429]
    response = rectorate.push(body)
    assert int(response["Retry-After"]) > 0
    assert other.push(body).status_code == 202
    assert rectorate.uses == ["accepted", "repeated", "too_many", "too_many"]


def test_a_broker_that_is_away_stops_nobody(world, machine, monkeypatch):
    rectorate, body = machine(), body_of(world)
    monkeypatch.setattr(doors.FeedThrottle, "cache", RedisCache("redis://127.0.0.1:1/0", {}))
    assert rectorate.push(body).status_code == 202


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"uais": []}, "token_scope_empty"),
        ({"uais": ["0000000A"]}, "token_school_unknown"),
        ({"expires_on": FIRST_NIGHT - timedelta(days=1)}, "token_too_long"),
        ({"expires_on": FIRST_NIGHT + timedelta(days=LONGEST_DAYS + 1)}, "token_too_long"),
    ],
)
def test_a_token_must_say_for_whom_and_until_when(world, officer, change, code):
    given = {
        "name": "Lycée",
        "covers_region": False,
        "uais": [world.school.uai],
        "expires_on": FIRST_NIGHT,
        "by": officer,
        "at": datetime.now(PARIS),
    }
    with pytest.raises(Refused) as refusal:
        make_token(**given | change)
    assert refusal.value.code == code
    assert not FeedToken.objects.exists()
