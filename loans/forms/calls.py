"""What became of a call, and the page to go back to."""

from urllib.parse import urlencode

from django import forms
from django.urls import reverse


class CallForm(forms.Form):
    guardian = forms.UUIDField(required=False)
    outcome = forms.CharField(required=False)
    etablissement = forms.CharField(required=False, max_length=8)
    classe = forms.CharField(required=False, max_length=20)
    page = forms.IntegerField(required=False, min_value=1)

    @property
    def back(self) -> str:
        """The list as it was."""
        kept = {name: self.cleaned_data.get(name) for name in ("etablissement", "classe", "page")}
        return f"{reverse('loans:calls')}?{urlencode({name: value for name, value in kept.items() if value})}"
