"""A worker of the product, as its own process: `python -m benchmarks.worker` obeys a JSON line at a time.

It starts once and then imports, as a Celery worker does: its start counts for nothing.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from datetime import date, datetime
from pathlib import Path
from typing import Any


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
    import django

    django.setup()
    from config.celery import let_pages_pass

    let_pages_pass()
    _say({"ready": True})
    for line in sys.stdin:
        _say(_import(**json.loads(line)))


def _import(*, campaign: int, folders: list[str], at: str, on: str) -> dict[str, Any]:
    from django.db import connection

    from benchmarks.floor import cpu_seconds
    from programmes.models import Campaign
    from schools.imports import import_enrolments

    connection.ensure_connection()
    backend = connection.connection.info.backend_pid
    begun = time.perf_counter(), cpu_seconds(), cpu_seconds(backend)
    report = import_enrolments(
        paths=[Path(folder) for folder in folders],
        campaign=Campaign.objects.with_rules().get(pk=campaign),
        by=None,
        at=datetime.fromisoformat(at),
        on=date.fromisoformat(on),
    )
    return {
        "seconds": time.perf_counter() - begun[0],
        "python": cpu_seconds() - begun[1],
        "postgres": cpu_seconds(backend) - begun[2],
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "listed": report.counts.listed,
        "arrivals": report.counts.arrivals,
        "changes": report.counts.changes,
        "states": sorted({str(school.state) for school in report.schools}),
    }


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
