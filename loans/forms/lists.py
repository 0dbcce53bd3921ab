"""What the staff asks of the lists, and the intake of the stock."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from loans.enums import ConventionState, DeviceState
from loans.models import Convention, Device, DeviceModel, Loan
from schools.models import Pupil, School


class ConventionFilterForm(forms.Form):
    q = forms.CharField(label=_("Name or reference"), required=False)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All states")), *ConventionState.choices]
    )
    school = forms.ModelChoiceField(
        label=_("School"),
        required=False,
        queryset=School.objects.none(),
        to_field_name="uai",
        empty_label=_("All schools"),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["school"].queryset = School.objects.visible_to(user)

    def filtered(self, conventions: QuerySet[Convention]) -> QuerySet[Convention]:
        if not self.is_valid():
            return conventions.none()
        asked = self.cleaned_data
        if asked["q"]:
            by_reference = Q(reference__istartswith=asked["q"].strip())
            conventions = conventions.filter(by_reference | Q(pupil__in=Pupil.objects.matching(asked["q"])))
        if asked["state"]:
            conventions = conventions.filter(state=asked["state"])
        if asked["school"]:
            conventions = conventions.filter(enrolment__school=asked["school"])
        return conventions


class DeviceFilterForm(forms.Form):
    q = forms.CharField(label=_("Serial number or tag"), required=False)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All states")), *DeviceState.choices]
    )

    def filtered(self, devices: QuerySet[Device]) -> QuerySet[Device]:
        if not self.is_valid():
            return devices.none()
        code = self.cleaned_data["q"].strip().upper()
        if code:
            devices = devices.filter(Q(serial__contains=code) | Q(asset_tag__contains=code))
        if self.cleaned_data["state"]:
            devices = devices.filter(state=self.cleaned_data["state"])
        return devices


class LoanFilterForm(forms.Form):
    q = forms.CharField(label=_("Pupil, serial number or tag"), required=False)

    def filtered(self, loans: QuerySet[Loan]) -> QuerySet[Loan]:
        words = self.cleaned_data["q"].strip() if self.is_valid() else ""
        if not words:
            return loans
        device = Q(device__serial=words.upper()) | Q(device__asset_tag=words.upper())
        return loans.filter(device | Q(pupil__in=Pupil.objects.matching(words)))


class IntakeForm(forms.Form):
    model = forms.ModelChoiceField(
        label=_("Model"),
        queryset=DeviceModel.objects.order_by("brand", "name"),
        empty_label=_("Choose a model"),
    )
    serials = forms.CharField(
        label=_("Serial numbers"),
        help_text=_("Scan or paste, one a line."),
        widget=forms.Textarea(attrs={"rows": 12, "class": "code", "spellcheck": "false"}),
    )
