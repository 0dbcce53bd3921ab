"""What people type: a new request, an answer, a police report, a scan, an inspection, a contest."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from programmes.enums import DepartureReason
from support.enums import Channel, Condition, TicketKind


SCHOOL_KINDS = [kind for kind in TicketKind if kind not in (TicketKind.CONTEST, TicketKind.SIGNATURE)]


class SeveralFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, each checked by its own bytes when it is kept."""

    widget = SeveralFilesInput(attrs={"multiple": True, "accept": ".pdf,.jpg,.jpeg,.png"})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(FilesField, self).clean(file, initial) for file in files]


class PupilSearchForm(forms.Form):
    """The first thing asked: who is it about?"""

    q = forms.CharField(
        label=_("Pupil’s name, INE, or laptop number"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )


class NewTicketForm(forms.Form):
    """A school asks for one of its pupils."""

    kind = forms.ChoiceField(
        label=_("What is the matter?"),
        choices=[(kind.value, capfirst(kind.label)) for kind in SCHOOL_KINDS],
        widget=forms.RadioSelect,
    )
    body = forms.CharField(
        label=_("Tell us what happened"),
        help_text=_("Since when, what the screen shows, what was tried. No password, please."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    attachments = FilesField(
        label=_("Photographs or documents"), help_text=_("PDF, JPEG or PNG, 10 MB each."), required=False
    )


class AgentTicketForm(NewTicketForm):
    """An agent writes down what a family says on the phone."""

    kind = forms.ChoiceField(
        label=_("What is the matter?"),
        choices=[(kind.value, capfirst(kind.label)) for kind in TicketKind],
        widget=forms.RadioSelect,
    )
    channel = forms.ChoiceField(
        label=_("How it came"),
        choices=[(channel.value, capfirst(channel.label)) for channel in (Channel.PHONE, Channel.EMAIL)],
        widget=forms.RadioSelect,
        initial=Channel.PHONE,
    )
    requester_name = forms.CharField(label=_("Who asks"), max_length=160)
    requester_email = forms.EmailField(
        label=_("Address for the answers"),
        required=False,
        help_text=_("Empty: nothing is sent, the person calls back."),
    )


class StaffOppositionForm(forms.Form):
    """What the staff was told; the acts refuse what is missing."""

    guardian = forms.UUIDField(required=False)
    reason = forms.CharField(required=False, max_length=2000)


class ReplyForm(forms.Form):
    body = forms.CharField(label=_("Your answer"), widget=forms.Textarea(attrs={"rows": 5}))
    attachments = FilesField(label=_("Attach files"), required=False)


class PoliceReportForm(forms.Form):
    number = forms.CharField(label=_("Number of the report"), max_length=60)
    filed_on = forms.DateField(
        label=_("Filed on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    office = forms.CharField(label=_("Police station or gendarmerie"), max_length=160)
    file = forms.FileField(
        label=_("Scan or photograph of the report"),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )


class ScanForm(forms.Form):
    code = forms.CharField(
        label=_("Scan the label or the laptop"),
        help_text=_("Reference R26-…, asset tag or serial number."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )


class InspectionForm(forms.Form):
    """The kit item by item, then the state of the laptop."""

    present = forms.MultipleChoiceField(
        label=_("What is in the box"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick what is in the box.")},
    )
    condition = forms.ChoiceField(
        label=_("State of the laptop"),
        choices=[(value, capfirst(label)) for value, label in Condition.choices],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("What you noticed"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, kit: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        present: Any = self.fields["present"]
        present.choices = [(item.code, item.name) for item in kit]


class DepartureForm(forms.Form):
    """Where the pupil went; the laptop may be kept after all."""

    reason = forms.ChoiceField(
        label=_("Where did the pupil go?"),
        choices=[
            (reason.value, capfirst(reason.label))
            for reason in DepartureReason
            if reason != DepartureReason.UNKNOWN
        ],
        widget=forms.RadioSelect,
    )


class ContestForm(forms.Form):
    """A family contests a decision, from its own link (X6)."""

    decision = forms.ChoiceField(label=_("Which decision?"), widget=forms.RadioSelect)
    body = forms.CharField(
        label=_("Why do you contest this decision?"),
        help_text=_("In your own words. A person will read them and answer you."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, *args: Any, choices: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        decision: Any = self.fields["decision"]
        decision.choices = choices
        decision.initial = choices[0][0] if choices else None
