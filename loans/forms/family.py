"""What families write: a date of birth, a consent, a refusal."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


def _number(label: Any, size: int) -> forms.CharField:
    attributes = {"inputmode": "numeric", "autocomplete": "off", "maxlength": size, "class": f"digits-{size}"}
    return forms.CharField(
        label=label, max_length=size, required=False, widget=forms.TextInput(attrs=attributes)
    )


class BirthDateForm(forms.Form):
    """Day, month, year in three fields: no calendar to scroll through (GOV.UK's pattern)."""

    day = _number(_("Day"), 2)
    month = _number(_("Month"), 2)
    year = _number(_("Year"), 4)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        try:
            parts = [int(cleaned.get(name) or "") for name in ("year", "month", "day")]
            cleaned["birth_on"] = date(*parts)
        except ValueError as error:
            raise forms.ValidationError(
                _("Write the date of birth with a day, a month and a year in figures, such as 27 3 2011.")
            ) from error
        return cleaned


class LostLinkForm(forms.Form):
    """The address the message came to."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("The one you gave to the school, such as nom@example.org"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Write your e-mail address."),
            "invalid": _("This e-mail address is not complete. Check it and try again."),
        },
    )


class CodeForm(forms.Form):
    """Six figures, pasted with or without spaces, or filled in by the telephone itself."""

    digits = forms.CharField(
        label=_("Code"),
        help_text=_("Six figures, such as 204 816. You may paste them."),
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "one-time-code",
                "pattern": "[0-9 ]*",
                "class": "digits-6",
            }
        ),
        error_messages={"required": _("Write the six figures of the code.")},
    )

    def clean_digits(self) -> str:
        digits = "".join(figure for figure in self.cleaned_data["digits"] if figure.isdecimal())
        if len(digits) != 6:
            raise forms.ValidationError(_("The code has six figures. Copy them all, such as 204 816."))
        return digits


CONSENT = _("I have read the loan convention and I accept it.")


class ConsentForm(forms.Form):
    """The box that commits, and the fingerprint of the text it was shown with."""

    accept = forms.BooleanField(
        label=CONSENT,
        error_messages={
            "required": _("Tick the box to say that you have read the convention and accept it.")
        },
    )
    text_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)


class RefusalForm(forms.Form):
    reason = forms.CharField(
        label=_("Why do you not want the laptop?"),
        help_text=_("You need not answer. It helps us to make things better."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
