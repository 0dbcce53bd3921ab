"""What is said back: a receipt with what became of each school's files, or a no with its sentences and remedies."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers, status
from rest_framework.exceptions import APIException

from schools.feeds.enums import DeliveryState, UseOutcome
from schools.models import FeedDelivery


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


def address_of(delivery: FeedDelivery) -> str:
    """Where a sender asks for news; the public address, whatever name the request came by."""
    return settings.SITE_URL + reverse("schools:api_receipt", args=[delivery.public_id])


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


REFUSALS = {
    401: OpenApiResponse(DetailSerializer, "No token, or one that is unknown, expired or revoked."),
    403: OpenApiResponse(RefusalSerializer, "The files name a school that the token does not cover."),
    409: OpenApiResponse(RefusalSerializer, "No campaign is open."),
    413: OpenApiResponse(RefusalSerializer, "More than 50 MB."),
    422: OpenApiResponse(RefusalSerializer, "A file cannot be read; nothing was kept."),
    429: OpenApiResponse(DetailSerializer, "Too many requests: wait as long as Retry-After says."),
}
