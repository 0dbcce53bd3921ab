"""PostgreSQL stopped like a power cut: in the middle of imports, before or after, never between (trust 36); while
letters leave, none is lost, and at most one a stop is doubled, under the same Message-ID (trust 44).

On a cluster of its own, with its writes made durable: stopping the suite's would stop every other test.
"""

from collections import Counter
from contextlib import contextmanager
from random import Random

import pytest

from config.postgres import Postgres
from schools.fictitious.directory import write_directory
from schools.fictitious.region import make_region
from tests.schools.conftest import World
from tests.trust.base import names_typed
from tests.trust.importers import workshop
from tests.trust.post import AT, post_office
from tests.trust.test_killed_imports import change_much


STOPS = 2
PUPILS = 400
LETTERS = 300


@contextmanager
def running_cluster(folder):
    cluster = Postgres(folder)
    cluster.start()
    try:
        yield cluster
    finally:
        cluster.stop()


def stop_at_once(cluster: Postgres) -> None:
    """`-m immediate`: no checkpoint, no farewell; the next start reads the journal again."""
    cluster._run("pg_ctl", "stop", "-w", "-m", "immediate")


@pytest.mark.trust(36)
def test_postgres_stopped_twice_in_mid_import_loses_nothing_and_doubles_nothing(tmp_path):
    region = make_region(schools=1, pupils=PUPILS, seed=36)
    directory = write_directory(region, tmp_path / "annuaire.csv")
    world, random = World(None, region, tmp_path), Random(36)
    with running_cluster(tmp_path / "postgres") as cluster, workshop(cluster.url()) as shop:
        shop.do("migrate")
        shop.do("open_campaign", directory=str(directory))
        assert shop.import_files(world.export(), world.on).wait()["said"] == ["applied"]
        moment, stops = 0.4, 0
        for _night in range(10 * STOPS):
            world.nights += 1
            change_much(world, random)
            paths, before = world.export(), shop.do("every_row")
            order = shop.import_files(paths, world.on)
            answer = order.wait(moment)
            if answer is None:
                stop_at_once(cluster)
                answer = order.wait()
                cluster.start()
            stops += answer["status"] != 0
            moment *= 1.2 if answer["status"] else 0.7
            is_untouched = shop.do("every_row") == before
            assert is_untouched or shop.do("names") == names_typed(world.school)
            again = shop.import_files(paths, world.on).wait()
            assert again["said"] == ["applied" if is_untouched else "unchanged"]
            assert shop.do("names") == names_typed(world.school)
            if stops == STOPS:
                return
    raise AssertionError(f"PostgreSQL was stopped in only {stops} imports.")


@pytest.mark.trust(44)
def test_postgres_stopped_three_times_while_letters_leave_loses_none(tmp_path, mailbox):
    """Each time at the worst instant: the mail server kept a letter, and nobody could write that it did."""
    stops_at = [17, 118, 230]
    keys = [f"famille{rank}" for rank in range(LETTERS)]
    with running_cluster(tmp_path / "postgres") as cluster, workshop(cluster.url(), **post_office()) as shop:

        def kept(recipient: str) -> bool:
            if stops_at and len(mailbox.messages) == stops_at[0]:
                stop_at_once(cluster)
                stops_at.pop(0)
            return True

        shop.do("migrate", app="core")
        shop.do("write_messages", keys=keys, at=AT.isoformat())
        mailbox.on_kept = kept
        for stops_left in (2, 1, 0):
            assert shop.start("deliver", at=AT.isoformat()).wait()["status"] != 0
            assert len(stops_at) == stops_left
            cluster.start()
            shop.do("run_out_the_leases")
        assert shop.do("deliver", at=AT.isoformat())["sent"] > 0
        assert shop.do("states") == {"sent": LETTERS}
    letters = Counter(mailbox.recipients)
    assert len(letters) == len(set(mailbox.message_ids)) == LETTERS
    assert sum(letters.values()) - LETTERS <= 3
    assert max(letters.values()) == 2
