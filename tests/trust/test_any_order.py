"""Whatever way a region's files come, they end in the same state (issue 3; trust 32)."""

from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from schools.directory import import_schools
from schools.fictitious.directory import write_directory
from schools.fictitious.region import make_region
from tests.trust.end_state import end_state
from tests.trust.nights import Delivery, deliver, failing_at, lay_the_trap, write_nights


pytestmark = pytest.mark.django_db
NIGHTS, SCHOOLS, PUPILS = 4, 3, 12


@pytest.fixture
def told(campaign, tmp_path):
    """A campaign with its directory; a seed gives the nights and the state they end in when all goes well."""
    lay_the_trap()
    drawn: dict[int, tuple] = {}

    def tell(seed: int):
        if seed not in drawn:
            region = make_region(schools=SCHOOLS, pupils=PUPILS, seed=seed)
            import_schools(path=write_directory(region, tmp_path / "annuaire.csv"), campaign=campaign)
            nights = write_nights(region, tmp_path / f"{seed}", count=NIGHTS, seed=seed)
            drawn[seed] = nights, after(lambda: [play_plainly(campaign, night) for night in nights])
        return drawn[seed]

    return tell


def after(play) -> dict:
    """The state a story ends in, in a world that forgets it."""
    with transaction.atomic():
        play()
        state = end_state()
        transaction.set_rollback(True)
    return state


def play_plainly(campaign, night: list[Delivery]) -> None:
    deliver(campaign, [path for one in night for path in one.paths], night[0].on)


def differences(found: dict, expected: dict) -> dict:
    """What is in one and not in the other, by table."""
    return {
        table: {
            "too many": [row for row in found[table] if row not in expected[table]],
            "missing": [row for row in expected[table] if row not in found[table]],
        }
        for table in expected
        if found[table] != expected[table]
    }


@st.composite
def troubles(draw):
    """For one night: runs before the whole delivery, each of some schools, in some order, perhaps cut; and the rest."""
    schools = st.permutations(range(SCHOOLS))
    runs = draw(st.lists(st.tuples(schools, st.integers(1, SCHOOLS), st.integers(0, 60)), max_size=3))
    return runs, draw(schools), draw(st.randoms(use_true_random=False)), draw(st.booleans())


def play_with_trouble(campaign, nights: list[list[Delivery]], rank: int, trouble) -> None:
    """Some schools first, one run cut at its n-th write; then everybody's files again, shuffled, some twice."""
    runs, last, shuffled, with_old_files = trouble
    night = nights[rank]
    for order, count, cut in runs:
        with failing_at(cut):
            for school in order[:count]:
                deliver(campaign, _shuffled(night[school].paths, shuffled), night[school].on)
    for school in last:
        deliver(campaign, _shuffled(night[school].paths * 2, shuffled), night[school].on)
    if with_old_files:
        old = [path for earlier in nights[: rank + 1] for one in earlier for path in one.paths]
        deliver(campaign, old, night[0].on)


def _shuffled(paths: tuple[Path, ...], random) -> list[Path]:
    return random.sample(list(paths), len(paths))


@pytest.mark.trust(32)
@settings(
    max_examples=12,
    phases=[Phase.generate],
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_any_order_any_repetition_any_interruption_ends_in_the_same_state(campaign, told, data):
    """The state after some nights depends only on which exports each night delivered, not on how.

    Within a night, the schools' exports may come in any order, in any number of runs, the files of each in any order
    and as often as one likes; a run may be cut at any write; files of earlier nights may come again, alone or mixed.
    Nights themselves follow each other: an export older than one already applied is refused, and that is the point
    (trust 31). A night is over once each of its exports was delivered in a run that was not cut.
    """
    nights, expected = told(data.draw(st.sampled_from([1, 2, 3, 4, 5])))
    drawn = [data.draw(troubles()) for _night in nights]

    def play():
        for rank, trouble in enumerate(drawn):
            play_with_trouble(campaign, nights, rank, trouble)

    assert differences(after(play), expected) == {}
