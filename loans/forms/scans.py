"""A copier's file, and what a person says of a page."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ScanForm(forms.Form):
    """One file of as many conventions as one likes."""

    file = forms.FileField(
        label=_("File made by the copier"),
        error_messages={"required": _("Choose the file made by the copier.")},
    )


class PageForm(forms.Form):
    """Which page of which convention, as printed on the sheet."""

    reference = forms.CharField(
        label=_("Reference of the convention"),
        max_length=20,
        help_text=_("At the top of the first page, such as N26-004217-K."),
    )
    number = forms.IntegerField(label=_("Page"), min_value=1, max_value=99)
    pages = forms.IntegerField(label=_("Pages in all"), min_value=1, max_value=99)
