"""What a family types, in its language: why it objects."""

from django import forms
from django.utils.translation import gettext_lazy as _


class OppositionForm(forms.Form):
    """A parent writes that they object to the loan."""

    reason = forms.CharField(
        label=_("Why do you object?"),
        help_text=_("In a few words. The school and the helpline read it; the other parent does not."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": _("Write why, in a few words: the school and the helpline will read it.")
        },
    )
