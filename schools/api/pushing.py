"""The two addresses: files pushed, and what became of them."""

from __future__ import annotations

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from core.refusals import Refused
from programmes.models import Campaign
from schools.api.answers import REFUSALS, DetailSerializer, Problem, ReceiptSerializer, address_of
from schools.api.doors import Door
from schools.api.request_files import RAW_TYPES, RawFileParser, files_of, length_of
from schools.feeds.deliveries import File, Reading, look_at, receive_push
from schools.feeds.enums import UseOutcome
from schools.models import FeedDelivery


FILE = {"type": "string", "format": "binary"}
FORM = {
    "type": "object",
    "properties": {"files": {"type": "array", "items": FILE}},
    "required": ["files"],
}


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
            self.log(request, problem.outcome, size=length_of(request))
            raise
        except Refused as refusal:
            self.log(request, UseOutcome.OUTSIDE_SCOPE, size=length_of(request), uais=reading.uais)
            raise Problem(UseOutcome.OUTSIDE_SCOPE, refusal.code, refusal.sentence) from refusal
        outcome = UseOutcome.ACCEPTED if is_new else UseOutcome.REPEATED
        self.log(request, outcome, size=length_of(request), uais=reading.uais, delivery=delivery)
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


def _campaign() -> Campaign:
    campaign = Campaign.objects.current(timezone.localdate())
    if campaign is None:
        raise Problem(
            UseOutcome.REFUSED,
            "no_campaign",
            _("No campaign is open today: the region opens one for each school year."),
        )
    return campaign
