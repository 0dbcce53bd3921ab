"""What people type about deliveries and parcels."""

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.templatetags.dates import long_date
from distribution.enums import DeliveryState
from distribution.slots import Slot


class BoardFilter(forms.Form):
    q = forms.CharField(label=_("School, town or UAI"), required=False, max_length=80)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All the states")), *DeliveryState.choices]
    )


class SlotForm(forms.Form):
    """A place among those that were free when the page was drawn; the act checks again."""

    slot = forms.ChoiceField(label=_("Choose a place"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, slots: Iterable[Slot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.slots = {slot.key: slot for slot in slots}
        self.fields["slot"].choices = [(key, slot_words(slot)) for key, slot in self.slots.items()]

    @property
    def chosen(self) -> Slot:
        return self.slots[self.cleaned_data["slot"]]


def slot_words(slot: Slot) -> str:
    """« lundi 5 octobre 2026, matin – Équipe 2 »."""
    words = f"{long_date(slot.on)}, {slot.half_day.label} – {slot.team}"
    return words if slot.fits else f"{words} ({gettext('one team is not enough')})"


class AnswerForm(forms.Form):
    room = forms.CharField(
        label=_("Room"),
        help_text=_("Closed, near the entrance, with tables and power: « gymnasium », « room 104 »."),
        max_length=120,
    )
    comment = forms.CharField(
        label=_("What the team should know"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label=_("Why this day does not suit"), widget=forms.Textarea(attrs={"rows": 2}), max_length=600
    )
    wanted_on = forms.DateField(
        label=_("Day that would suit"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason, as the school will read it"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=600,
    )


class DecisionForm(ReasonForm):
    """The authority's decision in place of the rule."""

    confirm = forms.TypedChoiceField(
        label=_("Your decision"),
        choices=[("yes", _("Confirm the delivery")), ("no", _("Cancel it and find another day"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    field_order = ["confirm", "reason"]


class SearchForm(forms.Form):
    q = forms.CharField(label=_("Pupil: name, INE or convention"), required=False, max_length=80)


class ScanForm(forms.Form):
    """One scan at the desk; `scan_id` is drawn with the form, so a second Enter is the same scan."""

    pupil = forms.UUIDField(widget=forms.HiddenInput)
    scan_id = forms.UUIDField(widget=forms.HiddenInput)
    code = forms.CharField(label=_("Scan the laptop"), required=False, max_length=60)

    @classmethod
    def for_pupil(cls, public_id: uuid.UUID) -> "ScanForm":
        return cls(initial={"pupil": public_id, "scan_id": uuid.uuid4()}, auto_id="scan_%s")


class DeviceForm(forms.Form):
    code = forms.CharField(
        label=_("Scan the laptop"),
        help_text=_("Its serial number or its label."),
        max_length=60,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
    )


class TrackingForm(forms.Form):
    tracking_number = forms.CharField(
        label=_("Tracking number"),
        max_length=40,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
    )
