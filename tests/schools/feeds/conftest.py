"""The fictitious region, a region officer, and machines that push with a token."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from accounts.enums import Role
from accounts.models import User
from schools.feeds.deliveries import read_due
from schools.feeds.tokens import make_token
from schools.models import FeedToken
from tests.schools.conftest import FIRST_NIGHT, World, campaign, running, world  # noqa: F401
from tests.schools.factories import UserFactory


ADDRESS = "/api/v1/enrolment-files/"
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def officer(db) -> User:
    return UserFactory(role=Role.REGION)


@pytest.fixture
def morning(world):  # noqa: F811
    """Nine o’clock on the day of the first night, for the pages and the API, which read the clock."""
    with time_machine.travel(datetime.combine(FIRST_NIGHT, time(9), tzinfo=PARIS), tick=False) as clock:
        yield clock


@dataclass
class Machine:
    """Holds a token and pushes files."""

    token: FeedToken
    text: str
    client: Client

    def push(self, body=None, kind="application/zip", query="", **more):
        headers = {"Authorization": f"Bearer {self.text}"}
        if body is None:
            return self.client.post(f"{ADDRESS}{query}", more, headers=headers)
        return self.client.generic("POST", f"{ADDRESS}{query}", body, content_type=kind, headers=headers)

    def follow(self, url: str):
        path = url.removeprefix("http://127.0.0.1:8000")
        return self.client.get(path, headers={"Authorization": f"Bearer {self.text}"})

    @property
    def uses(self) -> list[str]:
        return list(self.token.uses.order_by("pk").values_list("outcome", flat=True))


@pytest.fixture
def machine(world, officer, morning):  # noqa: F811
    """Makes machines: `machine()` speaks for the region, `machine("0140001A")` for one school."""

    def made(*uais: str) -> Machine:
        at = datetime.now(PARIS)
        token, text = make_token(
            name="Rectorat",
            covers_region=not uais,
            uais=uais,
            expires_on=FIRST_NIGHT + timedelta(days=90),
            by=officer,
            at=at,
        )
        return Machine(token, text, Client())

    return made


def read_all(world: World) -> dict:  # noqa: F811
    """What the worker does once it was rung."""
    at = datetime.combine(world.on, time(9, 1), tzinfo=PARIS)
    return read_due(at=at, on=world.on, clock=lambda: at)
