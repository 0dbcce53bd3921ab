"""States that move by a table and leave a line behind: the row, its log, and a refusal for any other move."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.refusals import Refused


class StateLog(models.Model):
    """One move of one row: from where, to where, by whom, when and why. Never changed, never deleted."""

    from_state = models.CharField(gettext_lazy("from"), max_length=32)
    to_state = models.CharField(gettext_lazy("to"), max_length=32)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,  # for traceability
        null=True,
        blank=True,
        related_name="+",
        verbose_name=gettext_lazy("by"),
    )
    at = models.DateTimeField(gettext_lazy("at"))
    comment = models.TextField(gettext_lazy("comment"), blank=True)

    class Meta:
        abstract = True
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"


class Stateful(models.Model):
    """A row whose `state` only moves along `TRANSITIONS` (declared beside its enum), each move logged.

    The log model has a foreign key named `subject` with related name `log`.
    """

    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]] = {}

    class Meta:
        abstract = True

    if TYPE_CHECKING:  # each model brings its own
        state: Any
        log: Any

        def get_state_display(self) -> str: ...

    def can_move_to(self, state: str) -> bool:
        return state in self.TRANSITIONS.get(self.state, frozenset())

    def move_to(self, state: str, *, by: Any, at: datetime, comment: str = "", **stamps: Any) -> None:
        """Change the state, stamp the given fields, save and log.

        The caller holds the row's lock inside its transaction; if it forgot, a row that moved meanwhile is refused
        rather than moved twice. Moving to the present state does nothing.
        Raises Refused(`transition_refused`) when the table does not allow the move.
        """
        if state == self.state:
            return
        if not self.can_move_to(state):
            raise self._refusal()
        before, changed = self.state, stamps | {"state": state}
        where = {"pk": self.pk, "state": before}
        unmoved = type(self)._base_manager.filter(**where)
        if not unmoved.update(**changed):
            self.refresh_from_db(fields=["state"])
            raise self._refusal()
        for field, value in changed.items():
            setattr(self, field, value)
        self.log.create(from_state=before, to_state=state, by=by, at=at, comment=comment)

    def _refusal(self) -> Refused:
        return Refused(
            "transition_refused",
            _(
                "This is no longer possible: the state is now “%(state)s”. Reload the page to see what changed."
            )
            % {"state": self.get_state_display()},
        )


def transitions(**table: str) -> dict[str, frozenset[str]]:
    """Write a table as words: `transitions(sent="signed refused", signed="terminated")`."""
    return {source: frozenset(targets.split()) for source, targets in table.items()}
