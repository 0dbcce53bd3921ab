"""`/metrics`: what a Prometheus reads of the outbox. It exists only when METRICS_TOKEN is set, for who bears it."""

import secrets
from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.models import ParkedTask
from core.outbox.figures import OutboxFigures, outbox_figures


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Counts and ages, nobody's name; 404 without the token."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN or not secrets.compare_digest(
        given.encode(), settings.METRICS_TOKEN.encode()
    ):
        raise Http404
    now = timezone.now()
    lines = "\n".join([*_lines(outbox_figures(at=now), now), ""])
    return HttpResponse(lines, content_type="text/plain; version=0.0.4; charset=utf-8")


def _lines(figures: OutboxFigures, at: datetime) -> Iterator[str]:
    yield from _gauge("oldest_queued_age_seconds", "Age of the oldest message due and not sent.", figures.age)
    yield from _gauge("gate_closed", "1 while the mail server is left alone.", int(figures.is_closed))
    yield from _gauge("parked_tasks", "Rings that no worker knows.", ParkedTask.objects.count())
    yield "# HELP cartable_outbox_messages Messages not sent, by state."
    yield "# TYPE cartable_outbox_messages gauge"
    for state, count in figures.counts.items():
        yield f'cartable_outbox_messages{{state="{state}"}} {count}'


def _gauge(name: str, meaning: str, value: int) -> Iterator[str]:
    yield f"# HELP cartable_outbox_{name} {meaning}"
    yield f"# TYPE cartable_outbox_{name} gauge"
    yield f"cartable_outbox_{name} {value}"
