"""Two workers of the product, started before the clock and given half the schools each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.db import connection

from benchmarks.region_files import RegionFiles
from programmes.campaigns import open_campaign
from programmes.models import Campaign
from schools.directory import import_schools


WORKERS = 2


@dataclass(frozen=True)
class Night:
    """What the workers did together; processor time is the sum of theirs and of their PostgreSQL backends."""

    seconds: float
    python: float
    postgres: float
    peak_mb: float
    listed: int
    arrivals: int
    changes: int
    states: frozenset[str]

    @property
    def cpu(self) -> float:
        return self.python + self.postgres


class Workers:
    """The running processes."""

    def __init__(self, count: int) -> None:
        environment = os.environ | {
            "DATABASE_URL": throwaway_url(),
            "CARTABLE_DATA": str(Path(os.environ["CARTABLE_DATA"]).parents[1]),
        }
        self._running = [
            subprocess.Popen(
                [sys.executable, "-m", "benchmarks.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=environment,
            )
            for _number in range(count)
        ]
        self.answers()

    def start(
        self, files: RegionFiles, night: str, campaign: Campaign, folders: list[Path] | None = None
    ) -> None:
        """Give each its share of the night's schools; `answers` waits for them."""
        folders = files.folders(night) if folders is None else folders
        for number, process in enumerate(self._running):
            order = {
                "campaign": campaign.pk,
                "folders": [str(folder) for folder in folders[number :: len(self._running)]],
                "at": files.received_at(night).isoformat(),
                "on": files.on(night).isoformat(),
            }
            process.stdin.write(json.dumps(order) + "\n")
            process.stdin.flush()

    def answers(self) -> list[dict[str, Any]]:
        lines = [process.stdout.readline() for process in self._running]
        return [json.loads(line) for line in lines]

    def play(
        self, files: RegionFiles, night: str, campaign: Campaign, folders: list[Path] | None = None
    ) -> Night:
        begun = perf_counter()
        self.start(files, night, campaign, folders)
        answers = self.answers()
        return Night(
            seconds=perf_counter() - begun,
            peak_mb=max(answer["peak_mb"] for answer in answers),
            states=frozenset(state for answer in answers for state in answer["states"]),
            **{
                name: sum(answer[name] for answer in answers)
                for name in ("python", "postgres", "listed", "arrivals", "changes")
            },
        )

    def stop(self) -> None:
        for process in self._running:
            process.stdin.close()
            process.stdout.close()
            process.wait(30)


@contextmanager
def running_workers(count: int = WORKERS) -> Iterator[Workers]:
    workers = Workers(count)
    try:
        yield workers
    finally:
        workers.stop()


def throwaway_url() -> str:
    """The throw-away database, for a process of its own."""
    name = connection.settings_dict["NAME"]
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


def open_region(files: RegionFiles) -> Campaign:
    """The campaign of the region, its schools in the directory and members."""
    campaign = open_campaign(preset="normandie", year=2026, by=None, on=files.on("first").replace(month=7))
    import_schools(path=files.directory, campaign=campaign)
    return campaign
