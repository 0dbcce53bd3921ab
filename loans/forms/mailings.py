"""Who a mailing is for, and why it is stopped, sent back or given up."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from loans.enums import MailingKind
from programmes.models import Campaign
from schools.models import School


KINDS = (
    (MailingKind.FIRST, _("First message: to the families never written to")),
    (MailingKind.REMINDER, _("Reminder: to the families who have not answered")),
    (MailingKind.CHOSEN, _("The conventions listed below, each as it stands")),
)


class MailingForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What is sent?"),
        choices=KINDS,
        widget=forms.RadioSelect,
        initial=MailingKind.REMINDER,
    )
    schools = forms.ModelMultipleChoiceField(
        label=_("Schools"),
        help_text=_("Choose none for the whole region."),
        required=False,
        queryset=School.objects.none(),
        to_field_name="uai",
        widget=forms.CheckboxSelectMultiple,
    )
    references = forms.CharField(
        label=_("References"),
        help_text=_("Only for a list: one a line, such as N26-004217-K."),
        required=False,
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 4, "class": "code", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = School.objects.members_of(campaign)
        self.fields["schools"].queryset = members.order_by("name", "uai")

    def asked(self) -> dict[str, Any]:
        """What `prepare_mailing` takes; schools and references do not mix."""
        chosen = self.cleaned_data["kind"] == MailingKind.CHOSEN
        return {
            "kind": self.cleaned_data["kind"],
            "schools": [] if chosen else list(self.cleaned_data["schools"]),
            "references": self.cleaned_data["references"].split() if chosen else [],
        }


class ReasonForm(forms.Form):
    reason = forms.CharField(required=False, max_length=500)
