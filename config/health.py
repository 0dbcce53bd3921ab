"""Two addresses for a watcher: `/livez` (the process answers) and `/readyz` (it can do its work)."""

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from redis import RedisError


@login_not_required
@never_cache
def livez(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers; depends on nothing else."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers and is migrated; without Redis the state is `degraded`, still 200.

    Redis only rings: without it pages work and the next tick catches up.
    """
    database, redis = _database_state(), _redis_state()
    state = "ready" if redis == "ok" else "degraded"
    if database != "ok":
        state = "not ready"
    answer = {"state": state, "database": database, "redis": redis}
    return JsonResponse(answer, status=200 if database == "ok" else 503)


def _database_state() -> str:
    try:
        executor = MigrationExecutor(connection)
        return "not migrated" if executor.migration_plan(executor.loader.graph.leaf_nodes()) else "ok"
    except DatabaseError:
        return "unreachable"


def _redis_state() -> str:
    try:
        cache.get("readyz")
    except RedisError:
        return "unreachable"
    return "ok"
