"""The address machines push enrolment files to (N1): a scoped token, a receipt, news of what became of the files."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from redis.exceptions import RedisError
from rest_framework import serializers, status
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import APIException, AuthenticationFailed
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from core.files import MEGABYTE
from core.refusals import Refused
from programmes.models import Campaign
from schools.feeds.deliveries import File, Reading, look_at, receive_push
from schools.feeds.enums import DeliveryState, UseOutcome
from schools.feeds.tokens import closed_because, find_token, log_use
from schools.models import FeedDelivery, FeedToken


LIMIT = 50 * MEGABYTE
"""What a proxy is told to accept (docs/operations.md); a school's set of files weighs about 15 MB unzipped."""

FORM_MARGIN = MEGABYTE  # the boundaries and names of a multipart form
RAW_TYPES = {
    "application/zip": "zip",
    "application/xml": "xml",
    "text/xml": "xml",
    "application/json": "json",
}
STATUS_OF = {
    UseOutcome.OUTSIDE_SCOPE: status.HTTP_403_FORBIDDEN,
    UseOutcome.TOO_LARGE: status.HTTP_413_REQUEST_ENTITY_TOO_LARGE,
    UseOutcome.UNREADABLE: status.HTTP_422_UNPROCESSABLE_ENTITY,
    UseOutcome.REFUSED: status.HTTP_409_CONFLICT,
}


class Problem(APIException):
    """An answer that is no: {code, detail, problems}, each problem a sentence with its remedy."""

    def __init__(
        self, outcome: UseOutcome, code: str, sentence: str, problems: list[dict[str, str]] | None = None
    ) -> None:
        super().__init__(sentence, code)
        self.status_code = STATUS_OF[outcome]
        self.outcome = outcome
        self.body = {"code": code, "detail": sentence, "problems": problems or []}


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
            log_use(token=token, outcome=refused.code, at=at, address=_address(request))
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


class RawFileParser(BaseParser):
    """The body is the file."""

    media_type = "*/*"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        return {"raw": stream.read(LIMIT + 1)}


class ImportSerializer(serializers.Serializer[Any]):
    uai = serializers.CharField()
    state = serializers.CharField(help_text="applied, unchanged, held, refused or rejected")
    label = serializers.CharField(source="get_state_display")
    refusal = serializers.CharField(help_text="Why nothing was applied; empty otherwise.")
    hold_reasons = serializers.ListField(child=serializers.CharField())
    counts = serializers.DictField(child=serializers.IntegerField())


class ProblemSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    sentence = serializers.CharField()
    remedy = serializers.CharField()
    place = serializers.CharField()


class ReceiptSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    state = serializers.ChoiceField(choices=DeliveryState.choices)
    label = serializers.CharField(source="get_state_display")
    received_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)
    sha256 = serializers.CharField(help_text="Of the contents: the same files give the same receipt.")
    uais = serializers.ListField(child=serializers.CharField())
    imports = ImportSerializer(many=True, source="imports.all")
    problems = ProblemSerializer(many=True)
    url = serializers.SerializerMethodField(help_text="Ask this address what became of the files.")

    def get_url(self, delivery: FeedDelivery) -> str:
        return address_of(delivery)


class RefusalSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    detail = serializers.CharField()
    problems = ProblemSerializer(many=True)


class DetailSerializer(serializers.Serializer[Any]):
    detail = serializers.CharField()


FILE = {"type": "string", "format": "binary"}
FORM = {
    "type": "object",
    "properties": {"files": {"type": "array", "items": FILE}},
    "required": ["files"],
}
REFUSALS = {
    401: OpenApiResponse(DetailSerializer, "No token, or one that is unknown, expired or revoked."),
    403: OpenApiResponse(RefusalSerializer, "The files name a school that the token does not cover."),
    409: OpenApiResponse(RefusalSerializer, "No campaign is open."),
    413: OpenApiResponse(RefusalSerializer, "More than 50 MB."),
    422: OpenApiResponse(RefusalSerializer, "A file cannot be read; nothing was kept."),
    429: OpenApiResponse(DetailSerializer, "Too many requests: wait as long as Retry-After says."),
}


class Door(APIView):
    """What both addresses share: the token, the pace, the log of each use, problems as sentences."""

    authentication_classes = [FeedTokenAuthentication]
    permission_classes = [HasFeedToken]
    throttle_classes = [FeedThrottle]

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
            address=_address(request),
            **more,
        )


class EnrolmentFiles(Door):
    """Push the files of one or several schools: one zip, XML or JSON as the body, or several as a form."""

    parser_classes = [MultiPartParser, RawFileParser]

    @extend_schema(
        operation_id="push_enrolment_files",
        parameters=[
            OpenApiParameter(
                "etablissement",
                str,
                description="UAI of the school, for a list that does not name it (FREGATA).",
            )
        ],
        request={"multipart/form-data": FORM, **dict.fromkeys(RAW_TYPES, FILE)},
        responses={202: ReceiptSerializer, **REFUSALS},
    )
    def post(self, request: Request) -> Response:
        try:
            files = files_of(request)
            reading = self.checked(files)
            delivery, is_new = receive_push(
                token=request.auth,
                files=files,
                campaign=_campaign(),
                reading=reading,
                at=timezone.now(),
            )
        except Problem as problem:
            self.log(request, problem.outcome, size=_length(request))
            raise
        except Refused as refusal:
            self.log(request, UseOutcome.OUTSIDE_SCOPE, size=_length(request), uais=reading.uais)
            raise Problem(UseOutcome.OUTSIDE_SCOPE, refusal.code, refusal.sentence) from refusal
        outcome = UseOutcome.ACCEPTED if is_new else UseOutcome.REPEATED
        self.log(request, outcome, size=_length(request), uais=reading.uais, delivery=delivery)
        return Response(
            ReceiptSerializer(delivery).data,
            status=status.HTTP_202_ACCEPTED,
            headers={"Location": address_of(delivery)},
        )

    def checked(self, files: list[File]) -> Reading:
        reading = look_at(files)
        if reading.problems or not reading.uais:
            raise Problem(
                UseOutcome.UNREADABLE,
                "unreadable",
                _("These files cannot be read, and nothing was kept. Mend them and send them again."),
                reading.problems,
            )
        return reading


class EnrolmentFilesReceipt(Door):
    """What became of files pushed with this token."""

    @extend_schema(
        operation_id="follow_enrolment_files",
        responses={200: ReceiptSerializer, 401: REFUSALS[401], 404: DetailSerializer, 429: REFUSALS[429]},
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        mine = FeedDelivery.objects.filter(token=request.auth).prefetch_related("imports")
        delivery = get_object_or_404(mine, public_id=public_id)
        self.log(request, UseOutcome.FOLLOWED, delivery=delivery)
        return Response(ReceiptSerializer(delivery).data)


def files_of(request: Request) -> list[File]:
    """The files of a form or the one that is the body, with names that say what they are. Raises Problem."""
    if _length(request) > LIMIT + FORM_MARGIN:
        raise _too_large()
    school = request.query_params.get("etablissement", "")
    mark = f"{school}_" if school else ""
    if "raw" in request.data:
        files = [(f"{mark}envoi.{_ending(request)}", request.data["raw"])]
    else:
        sent = [file for name in request.FILES for file in request.FILES.getlist(name)]
        files = [(f"{mark}{file.name}", file.read()) for file in sent]
    if sum(len(content) for _name, content in files) > LIMIT:
        raise _too_large()
    if not any(content for _name, content in files):
        raise Problem(UseOutcome.UNREADABLE, "file_empty", _("No file came with this request."))
    return files


def _ending(request: Request) -> str:
    kind = (request.content_type or "").partition(";")[0].strip().lower()
    if kind not in RAW_TYPES:
        raise Problem(
            UseOutcome.UNREADABLE,
            "wrong_kind",
            _("Send a zip, XML or JSON file, or a form of several files (Content-Type says which)."),
        )
    return RAW_TYPES[kind]


def _too_large() -> Problem:
    return Problem(
        UseOutcome.TOO_LARGE,
        "too_large",
        _("More than %(size)d MB: send the schools one by one, zipped.") % {"size": LIMIT // MEGABYTE},
    )


def _campaign() -> Campaign:
    campaign = Campaign.objects.current(timezone.localdate())
    if campaign is None:
        raise Problem(
            UseOutcome.REFUSED,
            "no_campaign",
            _("No campaign is open today: the region opens one for each school year."),
        )
    return campaign


def _length(request: Request) -> int:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isdecimal() else 0


def _address(request: Request) -> str | None:
    return request.META.get("REMOTE_ADDR") or None


def address_of(delivery: FeedDelivery) -> str:
    """Where a sender asks for news; the public address, whatever name the request came by."""
    return settings.SITE_URL + reverse("schools:api_receipt", args=[delivery.public_id])
