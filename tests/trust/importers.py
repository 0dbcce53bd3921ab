"""Imports and deliveries in processes of their own, to be killed or cut off from their servers (trust 36-50).

`python -m tests.trust.importers` reads one order a line and forks for each; the fork works on `DATABASE_URL`, as any
worker does. `workshop` starts it, with the data of a test.
"""

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings

from tests.trust.phones import sign_by_phone


PATIENCE = 120  # seconds


@dataclass
class Order:
    """A fork at work. `ended` is the last line it left, None as long as it works."""

    process: subprocess.Popen
    pid: int

    def wait(self, seconds: float = PATIENCE) -> dict[str, Any] | None:
        """Its answer, None if it has not come within that time; `status` is not 0 when it died."""
        ready, _w, _x = select.select([self.process.stdout], [], [], seconds)
        return json.loads(self.process.stdout.readline()) if ready else None

    def kill(self) -> dict[str, Any]:
        """SIGKILL: no handler, no rollback of ours, no farewell to the database."""
        with suppress(ProcessLookupError):  # it ended meanwhile
            os.kill(self.pid, signal.SIGKILL)
        answer = self.wait()
        assert answer is not None
        return answer


class Workshop:
    """Takes orders one at a time."""

    def __init__(self, database: str, **environment: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.trust.importers"],
            cwd=settings.BASE_DIR,
            env=os.environ
            | {"DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": database}
            | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def start(self, act: str, **arguments: Any) -> Order:
        self._process.stdin.write(json.dumps([act, arguments]).encode() + b"\n")
        self._process.stdin.flush()
        return Order(self._process, json.loads(self._process.stdout.readline())["pid"])

    def do(self, act: str, **arguments: Any) -> Any:
        """The same, waited for: it must end well."""
        answer = self.start(act, **arguments).wait()
        assert answer is not None
        assert answer["status"] == 0, answer
        return answer["said"]

    def import_files(self, paths: list[Path], on: date) -> Order:
        return self.start("import_files", paths=[str(path) for path in paths], on=on.isoformat())

    def close(self) -> None:
        """Let the work in hand end; whoever does not is killed."""
        self._process.stdin.close()
        try:
            self._process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        finally:
            self._process.stdout.close()


def our_database() -> str:
    """The address of the suite's server, and the name of this test's database on it."""
    from django.db import connection

    return urlunsplit(
        urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    )


@contextmanager
def workshop(database: str, **environment: str) -> Iterator[Workshop]:
    opened = Workshop(database, **environment)
    try:
        yield opened
    finally:
        opened.close()


def open_campaign(directory: str) -> int:
    """The campaign of the import tests, and its schools."""
    from programmes import campaigns
    from schools.directory import import_schools

    campaign = campaigns.open_campaign(preset="normandie", year=2026, by=None, on=date(2026, 7, 6))
    import_schools(path=Path(directory), campaign=campaign)
    return campaign.pk


def import_files(paths: list[str], on: str) -> list[str]:
    """The states of the schools."""
    from programmes.models import Campaign
    from schools.imports import import_enrolments

    day = date.fromisoformat(on)
    report = import_enrolments(
        paths=[Path(path) for path in paths],
        campaign=Campaign.objects.get(),
        by=None,
        at=datetime(day.year, day.month, day.day, 6, tzinfo=UTC),
        on=day,
    )
    return [str(school.state) for school in report.schools]


def every_row() -> str:
    """What the base knows, in one word to compare."""
    from hashlib import sha256

    from tests.trust.base import every_row

    return sha256(repr(every_row()).encode()).hexdigest()


def names() -> list[list[str]]:
    from tests.trust.base import names_enrolled

    return names_enrolled()


def deliver(at: str) -> dict[str, int]:
    """A worker's turn at the outbox."""
    from core.outbox import deliver_due

    return deliver_due(at=datetime.fromisoformat(at))


def sign(link: int, at: str) -> None:
    """A family signs by its link."""
    from core.evidence import Trace
    from loans.links import get_link
    from loans.signing import sign_convention

    found = get_link(link)
    text = found.convention.text.sha256
    moment = datetime.fromisoformat(at)
    sign_convention(link=found, consent="J’accepte.", text_sha256=text, trace=Trace(), at=moment)


def write_messages(keys: list[str], at: str, is_urgent: bool = False) -> float:
    """An act that writes to people, as a web process does it; the seconds that its visitor waited."""
    from time import monotonic

    from django.db import transaction

    from core.outbox import Draft, enqueue

    started = monotonic()
    with transaction.atomic():
        enqueue(
            *(
                Draft(
                    "test",
                    key,
                    "thing:1",
                    f"{key}@example.org",
                    "Un objet",
                    "Bonjour",
                    datetime.fromisoformat(at),
                    is_urgent=is_urgent,
                )
                for key in keys
            )
        )
    return monotonic() - started


def ring() -> None:
    """What the schedule does every minute."""
    from core.outbox import TASK
    from core.rings import ring

    ring(TASK)


def migrate(app: str = "") -> None:
    """All the tables, or those of an app and of what it stands on."""
    from django.core.management import call_command

    call_command("migrate", *([app] if app else []), verbosity=0)


def run_out_the_leases() -> None:
    from tests.trust.post import run_out_the_leases

    run_out_the_leases()


def states() -> dict[str, int]:
    """What became of the messages, by state."""
    from tests.trust.post import states

    return dict(states())


ACTS = {
    act.__name__: act
    for act in (
        deliver,
        every_row,
        import_files,
        migrate,
        names,
        open_campaign,
        ring,
        run_out_the_leases,
        sign,
        sign_by_phone,
        states,
        write_messages,
    )
}


def _work(outlet: int, act: str, arguments: dict[str, Any]) -> None:
    said = ACTS[act](**arguments)
    os.write(outlet, json.dumps(said).encode())


def _tell(**answer: Any) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def main() -> None:
    import django

    django.setup()
    import schools.imports  # noqa: F401 - a fork begins at once

    for line in sys.stdin:
        inlet, outlet = os.pipe()
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                _work(outlet, *json.loads(line))
                status = 0
            finally:
                os._exit(status)
        os.close(outlet)
        _tell(pid=pid)
        with os.fdopen(inlet) as said:
            words = said.read()
        _pid, status = os.waitpid(pid, 0)
        _tell(status=status, said=json.loads(words) if words and status == 0 else None)


if __name__ == "__main__":
    main()
