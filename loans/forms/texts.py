"""Two versions to compare, and who signs for the authority."""

from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from core.models import StoredFile
from loans.authority import store_signature_image
from loans.models import ConventionText
from loans.models.text import IMAGE_KIND
from programmes.models import Campaign


class VersionsForm(forms.Form):
    """Which two versions stand side by side."""

    before = forms.TypedChoiceField(label=_("Version"), coerce=int)
    after = forms.TypedChoiceField(label=_("compared with version"), coerce=int)

    def __init__(self, *args: Any, versions: list[ConventionText], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(text.number, str(text.number)) for text in versions]
        for name in ("before", "after"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]


class AuthoritySignatureForm(forms.Form):
    """Looked at first, then set: the image chosen once is carried to the second step by `kept`."""

    name = forms.CharField(label=_("First name and surname"), max_length=120)
    title = forms.CharField(
        label=_("Title"),
        max_length=160,
        help_text=_("As under a letter: “President of the regional council”."),
    )
    power = forms.CharField(
        label=_("Power to sign"),
        max_length=300,
        help_text=_("The vote or the delegation: “Decision no. 2026-118 of 4 July 2026”."),
    )
    signed_on = forms.DateField(label=_("Signed on"), widget=forms.DateInput(attrs={"type": "date"}))
    image = forms.ImageField(
        label=_("Image of the signature"),
        required=False,
        help_text=_("PNG or JPEG, 2 MB at most, on white. Without an image, the name stands alone."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
        error_messages={"invalid_image": _("This image cannot be read. Choose a PNG or a JPEG file.")},
    )
    kept = forms.CharField(required=False, widget=forms.HiddenInput)

    @classmethod
    def for_campaign(cls, campaign: Campaign, **initial: Any) -> "AuthoritySignatureForm":
        """Filled with the present signature, if any."""
        present = campaign.authority_signatures.order_by("pk").last()
        if present:
            initial = {
                "name": present.signer_name,
                "title": present.signer_title,
                "power": present.power,
                "signed_on": present.signed_on.isoformat(),
                "kept": present.image_token,
            }
        return cls(initial=initial)

    def stored_image(self) -> StoredFile | None:
        """The image just sent, now kept; else the one carried from before. Raises Refused, see `loans.authority`."""
        sent = self.cleaned_data.get("image")
        if sent:
            sent.seek(0)
            return store_signature_image(sent.read(), name=sent.name)
        return image_of(self.cleaned_data["kept"])


def image_of(token: str) -> StoredFile | None:
    """The image behind `AuthoritySignature.image_token`; None for anything else."""
    try:
        return StoredFile.objects.filter(pk=signing.loads(token, salt=IMAGE_KIND), kind=IMAGE_KIND).first()
    except signing.BadSignature:
        return None
