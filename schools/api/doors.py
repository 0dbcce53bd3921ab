"""Who comes in: a token made by the region, so many requests a minute, each use in the log."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from redis.exceptions import RedisError
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from schools.api.answers import Problem
from schools.feeds.enums import UseOutcome
from schools.feeds.tokens import closed_because, find_token, log_use
from schools.models import FeedToken


class FeedTokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer cartable_…`; whoever shows an unknown token learns nothing more."""

    def authenticate(self, request: Request) -> tuple[Any, FeedToken] | None:
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        token = find_token(words[1].decode("ascii", "replace")) if len(words) == 2 else None
        if token is None:
            raise AuthenticationFailed(_("This token is unknown. Copy it again, or ask the region for one."))
        at = timezone.now()
        refused = closed_because(token, at)
        if refused:
            log_use(token=token, outcome=refused.code, at=at, address=address_of_sender(request))
            raise AuthenticationFailed(refused.sentence, refused.code)
        return AnonymousUser(), token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class FeedTokenScheme(OpenApiAuthenticationExtension):
    target_class = FeedTokenAuthentication
    name = "feedToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A token made by a region officer."}


class HasFeedToken(BasePermission):
    def has_permission(self, request: Request, view: Any) -> bool:
        return isinstance(request.auth, FeedToken)


class FeedThrottle(SimpleRateThrottle):
    """So many requests a minute for each token. A broker that is away counts nothing and stops nobody."""

    scope = "feed"
    rate = "120/min"
    cache = cache

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        token = request.auth
        return f"feed-{token.pk}" if isinstance(token, FeedToken) else None

    def allow_request(self, request: Request, view: Any) -> bool:
        try:
            return bool(super().allow_request(request, view))
        except RedisError:
            return True


class Door(APIView):
    """What both addresses share: the token, the pace, the log of each use, problems as sentences."""

    authentication_classes = [FeedTokenAuthentication]
    permission_classes = [HasFeedToken]
    throttle_classes = [FeedThrottle]
    measures_its_senders = True  # by `schools.api.request_files`, once their token is known

    def throttled(self, request: Request, wait: float | None) -> None:
        self.log(request, UseOutcome.TOO_MANY)
        super().throttled(request, wait)

    def handle_exception(self, exc: Exception) -> Response:
        response = super().handle_exception(exc)
        if isinstance(exc, Problem):
            response.data = exc.body
        return response

    def log(self, request: Request, outcome: UseOutcome, **more: Any) -> None:
        log_use(
            token=request.auth,
            outcome=outcome,
            at=timezone.now(),
            address=address_of_sender(request),
            **more,
        )


def address_of_sender(request: Request) -> str | None:
    """Where a request came from, for the log of uses."""
    return request.META.get("REMOTE_ADDR") or None
