"""The filters of the pupils' table: the same words for the screen, the file and the API (P7)."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet

from reports.enums import CHASED, Actor, Situation, situations_of
from schools.models import Pupil


TO_CHASE = "to_chase"


class PupilFilter(FilterSet):
    """By name or INE, class, situation, and who must act."""

    q = CharFilter(method="search", label=_("Name or INE"))
    classe = ChoiceFilter(field_name="class_code", label=_("Class"), empty_label=_("All"), choices=())
    situation = ChoiceFilter(
        method="by_situation",
        label=_("State"),
        empty_label=_("All"),
        choices=[(TO_CHASE, _("to chase: any reason")), *Situation.choices],
    )
    qui = ChoiceFilter(
        method="by_actor", label=_("Who must act"), empty_label=_("Anybody"), choices=Actor.choices
    )

    def __init__(self, *args: Any, classes: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["classe"].extra["choices"] = [(name, name) for name in classes]

    def search(self, pupils: QuerySet[Any], name: str, words: str) -> QuerySet[Any]:
        return pupils.filter(pupil__in=Pupil.objects.matching(words).order_by())

    def by_situation(self, pupils: QuerySet[Any], name: str, word: str) -> QuerySet[Any]:
        return pupils.filter(situation__in=CHASED if word == TO_CHASE else [word])

    def by_actor(self, pupils: QuerySet[Any], name: str, actor: str) -> QuerySet[Any]:
        return pupils.filter(situation__in=situations_of(actor))
