"""Doors: which roles may open a view. Everything is closed to strangers by the middleware."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase


View = Callable[..., HttpResponseBase]


def roles_allowed(*roles: str) -> Callable[[View], View]:
    """Let these roles in; others who signed in meet 403. Superusers are no exception: roles are the rule."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated or not request.user.has_role(*roles):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.allowed_roles = roles  # type: ignore[attr-defined]
        return guarded

    return decorate
