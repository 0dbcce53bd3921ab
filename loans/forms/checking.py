"""The public check: a file whose digest the browser computes, or the digest itself."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from loans.proof.checking import digest_of


LARGEST = 20 * 1024 * 1024


class CheckForm(forms.Form):
    """With scripts, only `sha256` is sent. Without, the file is read once, digested and forgotten."""

    file = forms.FileField(label=_("The PDF you received"), required=False)
    sha256 = forms.RegexField(
        label=_("Or its SHA-256 digest"),
        regex=r"^\s*[0-9a-fA-F]{64}\s*$",
        required=False,
        max_length=80,
        error_messages={"invalid": _("A SHA-256 digest has 64 characters, from 0 to 9 and from a to f.")},
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        file = data.pop("file", None)
        if file and file.size > LARGEST:
            raise forms.ValidationError(_("This file is larger than 20 MB: our documents are much smaller."))
        data["sha256"] = digest_of(file.chunks()) if file else (data.get("sha256") or "").strip().lower()
        if not data["sha256"] and not self.errors:
            raise forms.ValidationError(_("Choose the PDF you received, or paste its digest."))
        return data
