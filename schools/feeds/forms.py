"""What a region officer types to let machines in and to ask services."""

import re
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from schools.feeds.enums import SourceCover, SourceKind
from schools.models import FeedSource


REGION, SCHOOLS = "region", "schools"


class TokenForm(forms.Form):
    """Whom a token is for, what it may send, until when."""

    name = forms.CharField(
        label=_("Who will hold it?"),
        help_text=_("For example: “Rectorat, service informatique”. Its uses are listed under this name."),
        max_length=80,
    )
    scope = forms.ChoiceField(
        label=_("Which schools may it send files for?"),
        choices=[(SCHOOLS, _("Only some schools")), (REGION, _("All the schools"))],
        initial=SCHOOLS,
        widget=forms.RadioSelect,
    )
    uais = forms.CharField(
        label=_("Their numbers (UAI)"),
        help_text=_("One or several, separated by spaces or lines. Leave empty for all the schools."),
        widget=forms.Textarea(attrs={"rows": 3, "autocapitalize": "characters", "spellcheck": "false"}),
        required=False,
    )
    expires_on = forms.DateField(
        label=_("Last day"),
        help_text=_("A token is renewed each year: its holder is asked for again."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def clean_uais(self) -> list[str]:
        return [word.upper() for word in re.split(r"[\s,;]+", self.cleaned_data["uais"]) if word]

    @property
    def wanted(self) -> dict[str, Any]:
        """The arguments of `make_token`."""
        given = self.cleaned_data
        return {
            "name": given["name"],
            "covers_region": given["scope"] == REGION,
            "uais": given["uais"],
            "expires_on": given["expires_on"],
        }


class SourceForm(forms.ModelForm):
    """A service and how we prove who we are; an empty secret keeps the one we have."""

    base_url = forms.URLField(
        label=_("Its address"),
        help_text=_("As its notice gives it, beginning with https://"),
        max_length=300,
        assume_scheme="https",
    )
    token_url = forms.URLField(
        label=_("Where it gives tokens"),
        help_text=_("Only SYGNE has one."),
        required=False,
        max_length=300,
        assume_scheme="https",
    )
    secret = forms.CharField(
        label=_("Secret"),
        help_text=_("Kept encrypted and never shown again. Leave empty to keep the present one."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        required=False,
        max_length=500,
    )

    field_order = ["kind", "covers", "base_url", "token_url", "key_id", "secret", "is_active"]

    class Meta:
        model = FeedSource
        fields = ["kind", "covers", "base_url", "token_url", "key_id", "is_active"]
        labels = {
            "kind": _("Service"),
            "covers": _("Schools to ask it for"),
            "key_id": _("Our identifier"),
            "is_active": _("Ask it every night"),
        }
        help_texts = {
            "key_id": _("User name, client identifier or key: what the service gave us with the secret."),
        }
        widgets = {"kind": forms.RadioSelect, "covers": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = SourceKind.choices
        self.fields["covers"].choices = SourceCover.choices

    def clean_base_url(self) -> str:
        return _encrypted(self.cleaned_data["base_url"])

    def clean_token_url(self) -> str:
        return _encrypted(self.cleaned_data["token_url"])


def _encrypted(address: str) -> str:
    """Our secret goes to that address: never in clear, and never inside it."""
    parts = urlsplit(address)
    if address and parts.scheme != "https" and not settings.FEEDS_MAY_BE_PLAIN:
        raise forms.ValidationError(_("Give an address that begins with https://: our secret is sent to it."))
    if parts.username or parts.query or parts.fragment:
        raise forms.ValidationError(_("Give the address alone, without a user name, “?” or “#”."))
    return address


class DealtWithForm(forms.Form):
    """What somebody did about files set aside."""

    comment = forms.CharField(
        label=_("What did you do about it?"),
        help_text=_("For example: “The school sent a good file on Tuesday.”"),
        max_length=500,
    )
