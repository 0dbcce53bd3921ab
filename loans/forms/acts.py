"""What the staff writes about a convention: an address, a signer at the desk, a scan and its check."""

from typing import Any

from django import forms
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext_lazy as _

from loans.addresses import Signatory, signatories
from loans.enums import IdentityCheck
from loans.models import Convention, PaperCopy
from loans.obstacles import Witness
from programmes.enums import MinorSigner
from schools.models import Guardian


EVERYONE = "everyone"


class AddressForm(forms.Form):
    """The address of one person; `guardian` is empty for the adult pupil."""

    guardian = forms.UUIDField(required=False, widget=forms.HiddenInput)
    email = forms.CharField(label=_("New e-mail address"), max_length=254)


class DeskForm(forms.Form):
    """Who signs before the agent, how the agent knew them, and the box that commits."""

    person = forms.ChoiceField(label=_("Who signs?"), widget=forms.RadioSelect)
    identity_check = forms.ChoiceField(
        label=_("How do you know this person?"),
        help_text=_("The agent answers. No number of any document is kept."),
        choices=[(value, capfirst(label)) for value, label in IdentityCheck.choices],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say how you checked who signs.")},
    )
    decision_reference = forms.CharField(
        label=_("Reference of the decision that entrusts the child"),
        help_text=_(
            "Judgment or decision of child welfare (ASE), such as “TJ Caen, 12 mars 2026, n° 26/00123”."
        ),
        required=False,
        max_length=120,
        error_messages={"required": _("Write the reference of the decision that entrusts the child.")},
    )
    accept = forms.BooleanField(
        label=_("I have read the loan convention and I accept it."),
        error_messages={"required": _("The signer must tick the box to accept the convention.")},
    )
    text_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, people: list[Signatory], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._people = {person.key: person for person in people}
        self.fields["person"].choices = [(key, _name_of(person)) for key, person in self._people.items()]
        if len(self._people) == 1:
            self.fields["person"].initial = next(iter(self._people))
        if not any(person.needs_decision for person in people):
            del self.fields["decision_reference"]
        elif all(person.needs_decision for person in people):
            self.fields["decision_reference"].required = True

    @property
    def signatory(self) -> Signatory:
        return self._people[self.cleaned_data["person"]]

    @property
    def witness(self) -> Witness:
        return Witness(self.cleaned_data["identity_check"], self.cleaned_data.get("decision_reference", ""))


class UploadForm(forms.Form):
    """A scan, and who signed it."""

    person = forms.ChoiceField(label=_("Who signed?"), widget=forms.RadioSelect)
    file = forms.FileField(
        label=_("Scan of the signed convention"),
        error_messages={"required": _("Choose the scan of the signed convention.")},
    )

    def __init__(self, *args: Any, convention: Convention, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._people = {person.key: person for person in signatories(convention)}
        self.fields["person"].choices = [(key, person.name) for key, person in self._people.items()]
        self.fields["person"].initial = next(iter(self._people), None)

    @property
    def guardian(self) -> Guardian | None:
        return self._people[self.cleaned_data["person"]].guardian


class ReviewForm(forms.Form):
    """Accept, or reject with a reason that the school can act upon."""

    REASONS = (
        _("The signature is missing."),
        _("The scan cannot be read: pages missing, too dark or blurred."),
        _("This is another pupil’s convention."),
        _("The person who signed is not a legal guardian in the school’s base."),
        _("The text was altered by hand."),
    )

    decision = forms.ChoiceField(choices=[("accept", "accept"), ("reject", "reject")])
    person = forms.ChoiceField(
        label=_("Whose name is circled?"),
        required=False,
        widget=forms.RadioSelect(attrs={"data-key": "choice"}),
    )
    usual_reason = forms.ChoiceField(
        label=_("Usual reasons"),
        required=False,
        choices=[
            ("", _("Choose a reason")),
            *[(str(rank), format_lazy("{} – {}", rank + 1, reason)) for rank, reason in enumerate(REASONS)],
        ],
        widget=forms.Select(attrs={"data-key": "x"}),
    )
    reason = forms.CharField(
        label=_("Or in your own words"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, copy: PaperCopy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._people = {person.key: person for person in signatories(copy.convention)}
        choices = [(key, person.name) for key, person in self._people.items()]
        if copy.convention.campaign.rule_tree.signer.minor == MinorSigner.BOTH:
            choices.append((EVERYONE, _("All of them: each signed in the box")))
        self.fields["person"].choices = choices
        noted = (key for key, person in self._people.items() if person.guardian == copy.guardian)
        self.fields["person"].initial = next(noted, None)

    @property
    def has_choice(self) -> bool:
        return len(self._people) > 1

    @property
    def is_by_everyone(self) -> bool:
        return self.cleaned_data.get("person") == EVERYONE

    @property
    def guardian(self) -> Guardian | None:
        person = self._people.get(self.cleaned_data.get("person", ""))
        return person.guardian if person else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("reason") and cleaned.get("usual_reason"):
            cleaned["reason"] = str(self.REASONS[int(cleaned["usual_reason"])])
        return cleaned


def _name_of(person: Signatory) -> str:
    return format_lazy("{} – {}", person.name, person.role) if person.needs_decision else person.name
