"""The read-only API (P8): the same figures and the same lines as the screens, for the region's own tools."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import RolesAllowed
from accounts.enums import Role
from reports.enums import Actor, Situation
from reports.figures import FIGURES
from reports.filters import PupilFilter
from reports.pupil_rows import rows_of
from reports.pupils import classes_in, pupils_seen_by
from reports.schools_table import school_lines
from reports.scope import Scope
from schools.choosing import chosen_school, present_campaign
from schools.models import School


SCHOOL = OpenApiParameter("etablissement", str, description="UAI of a school; one's own school by default.")


class ProgressSerializer(serializers.Serializer[Any]):
    eligible_count = serializers.IntegerField()
    expected_count = serializers.IntegerField(
        help_text="Pupils counted for the threshold, by the voted rule."
    )
    signed_count = serializers.IntegerField()
    refused_count = serializers.IntegerField()
    unreachable_count = serializers.IntegerField()
    equipped_count = serializers.IntegerField()
    rate = serializers.DecimalField(
        max_digits=7, decimal_places=6, allow_null=True, help_text="Signed over expected, between 0 and 1."
    )


class DeliverySerializer(serializers.Serializer[Any]):
    on = serializers.DateField()
    state = serializers.CharField()
    gate_on = serializers.DateField(allow_null=True)


class SchoolSerializer(serializers.Serializer[Any]):
    uai = serializers.CharField(source="school.uai")
    name = serializers.CharField(source="school.name")
    city = serializers.CharField(source="school.city")
    progress = ProgressSerializer(source="sums.progress")
    open_tickets_count = serializers.IntegerField(source="sums.tickets_count")
    held_imports_count = serializers.IntegerField(source="sums.held_count")
    delivery = DeliverySerializer(allow_null=True)


class PupilSerializer(serializers.Serializer[Any]):
    public_id = serializers.UUIDField()
    school_uai = serializers.CharField()
    class_code = serializers.CharField()
    name = serializers.CharField()
    situation = serializers.ChoiceField(choices=Situation.choices)
    actor = serializers.ChoiceField(source="situation.actor", choices=Actor.choices)
    sent_on = serializers.DateField(allow_null=True)
    signed_on = serializers.DateField(allow_null=True)
    device_tag = serializers.CharField(allow_blank=True)


class FigureSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    label = serializers.CharField()
    definition = serializers.CharField()
    value = serializers.IntegerField()


class Endpoint(GenericAPIView[Any]):
    """Answers for the campaign of the day, to the roles in `allowed_roles`."""

    permission_classes = [RolesAllowed]
    allowed_roles: tuple[str, ...] = (Role.REGION,)

    def scope(self) -> Scope:
        today = timezone.localdate()
        campaign = present_campaign(today)
        if campaign is None:
            raise Http404
        user: Any = self.request.user
        return Scope(campaign, today, chosen_school(user, self.request.GET.get("etablissement", "")))


class Schools(Endpoint):
    """Each school of the campaign with its progress; a school's staff get their own schools."""

    allowed_roles = (Role.REGION, Role.HELPDESK, Role.SUPPLIER, Role.SCHOOL)
    serializer_class = SchoolSerializer

    def get(self, request: Request) -> Response:
        user: Any = request.user
        seen = set(School.objects.visible_to(user).values_list("pk", flat=True))
        lines = [line for line in school_lines(self.scope()) if line.school and line.school.pk in seen]
        page = self.paginate_queryset(lines)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class Pupils(Endpoint):
    """The lines of the pupils' table, with its filters."""

    allowed_roles = (Role.REGION, Role.HELPDESK, Role.SCHOOL)
    serializer_class = PupilSerializer

    @extend_schema(
        parameters=[
            SCHOOL,
            OpenApiParameter("q", str, description="Name or INE."),
            OpenApiParameter("classe", str, description="Class code."),
            OpenApiParameter("situation", str, enum=Situation.values),
            OpenApiParameter("qui", str, enum=Actor.values, description="Who must act."),
        ]
    )
    def get(self, request: Request) -> Response:
        user: Any = request.user
        scope = self.scope()
        found = PupilFilter(
            request.GET, queryset=pupils_seen_by(user, scope), classes=classes_in(scope, user)
        )
        page = self.paginate_queryset(found.qs) or []
        return self.get_paginated_response(self.get_serializer(rows_of(page, scope), many=True).data)


class Figures(Endpoint):
    """Every figure of the report with its definition, for the region or for one school."""

    serializer_class = FigureSerializer

    @extend_schema(parameters=[SCHOOL])
    def get(self, request: Request) -> Response:
        scope = self.scope()
        values = [
            {
                "code": figure.code,
                "label": figure.label,
                "definition": figure.definition,
                "value": figure.count(scope),
            }
            for figure in FIGURES.values()
        ]
        return self.get_paginated_response(
            self.get_serializer(self.paginate_queryset(values), many=True).data
        )


class Schema(SpectacularAPIView):
    """The OpenAPI document, for whoever signs in."""

    permission_classes = [RolesAllowed]
    allowed_roles = tuple(Role.values)


class Docs(SpectacularSwaggerSplitView):
    """The page that reads the document aloud; its script is a file, so the content policy stays strict."""

    permission_classes = [RolesAllowed]
    allowed_roles = tuple(Role.values)
    template_name = "reports/api_docs.html"
    url_name = "reports:api_schema"
