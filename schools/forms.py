"""What a person types or drops on the schools' pages."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from programmes.enums import SchoolKind
from schools.enums import ImportState, StaffFunction
from schools.nights.progress import SITUATIONS
from schools.sources.sniff import MAX_DOCUMENT_BYTES


MEGABYTE = 1024 * 1024
FILE_LIMIT = MAX_DOCUMENT_BYTES  # a large school's set of SIECLE files weighs about 15 MB unzipped
TOGETHER_LIMIT = 700 * MEGABYTE  # a region's zips weigh some 600
ENDINGS = (".zip", ".xml", ".json", ".csv", ".xlsx")


class ManyFilesInput(forms.FileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """One or several files; the cleaned value is always a list."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = data if isinstance(data, list | tuple) else [data]
        return [super(ManyFilesField, self).clean(one, initial) for one in given or [None]]


class UploadForm(forms.Form):
    """The files of one or several schools."""

    documents = ManyFilesField(
        label=_("Enrolment files"),
        widget=ManyFilesInput(attrs={"accept": ",".join(ENDINGS)}),
        help_text=_("The zips of SIECLE just as they are, several at once, or the table filled in."),
    )

    def clean_documents(self) -> list[UploadedFile]:
        files = self.cleaned_data["documents"]
        for file in files:
            if not str(file.name).lower().endswith(ENDINGS):
                raise forms.ValidationError(
                    _("“%(name)s” is not an enrolment file: choose zip, XML, JSON, CSV or XLSX files."),
                    params={"name": file.name},
                )
            if (file.size or 0) > FILE_LIMIT:
                raise forms.ValidationError(
                    _(
                        "“%(name)s” is larger than %(limit)d MB, which no school’s file is: check what it holds."
                    ),
                    params={"name": file.name, "limit": FILE_LIMIT // MEGABYTE},
                )
        if sum(file.size or 0 for file in files) > TOGETHER_LIMIT:
            raise forms.ValidationError(
                _("These files are larger than %(limit)d MB together: send them in several times."),
                params={"limit": TOGETHER_LIMIT // MEGABYTE},
            )
        return files


class DecisionForm(forms.Form):
    """Why a held file is applied or rejected: written in the log for those who will ask."""

    reason = forms.CharField(
        label=_("Why?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example: “The school closed two classes, confirmed by telephone.”"),
        max_length=1000,
    )


class InviteForm(forms.Form):
    """A colleague of a school."""

    first_name = forms.CharField(label=_("First name"), max_length=80)
    last_name = forms.CharField(label=_("Last name"), max_length=80)
    email = forms.EmailField(label=_("E-mail address"))
    function = forms.ChoiceField(label=_("Function"), choices=StaffFunction, widget=forms.RadioSelect)


class SchoolSearchForm(forms.Form):
    """The filters of the list of schools."""

    q = forms.CharField(label=_("Name, town or UAI"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All")), *SchoolKind.choices])
    department = forms.CharField(label=_("Department"), required=False, max_length=3)


class ImportSearchForm(forms.Form):
    """The filters of the list of imports."""

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), *ImportState.choices]
    )
    q = forms.CharField(label=_("School or UAI"), required=False)


class NightSearchForm(forms.Form):
    """The filters of the schools of a night."""

    situation = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), *((code, label) for code, (label, _tone) in SITUATIONS.items())],
    )
    q = forms.CharField(label=_("School or UAI"), required=False)
