"""Two addresses for a watcher: `/livez` (the process answers) and `/readyz` (it can do its work)."""

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from redis import RedisError

from core.outbox.figures import outbox_figures


@login_not_required
@never_cache
def livez(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers; depends on nothing else."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers and is migrated; `degraded`, still 200, without Redis or with late messages.

    Redis only rings: without it pages work and the next tick catches up. `oldest_queued_age` is in seconds (trust 56).
    """
    answer: dict[str, object] = {"database": _database_state(), "redis": _redis_state()}
    if answer["database"] == "ok":
        answer |= _outbox_state()
    if answer["database"] != "ok":
        state = "not ready"
    else:
        state = "ready" if {answer["redis"], answer["outbox"]} == {"ok"} else "degraded"
    answer = {"state": state, **answer}
    return JsonResponse(answer, status=503 if state == "not ready" else 200)


def _database_state() -> str:
    try:
        executor = MigrationExecutor(connection)
        return "not migrated" if executor.migration_plan(executor.loader.graph.leaf_nodes()) else "ok"
    except DatabaseError:
        return "unreachable"


def _outbox_state() -> dict[str, object]:
    figures = outbox_figures(at=timezone.now())
    return {"outbox": "late" if figures.is_late else "ok", "oldest_queued_age": figures.age}


def _redis_state() -> str:
    try:
        cache.get("readyz")
    except RedisError:
        return "unreachable"
    return "ok"
