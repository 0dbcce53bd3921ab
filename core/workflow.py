"""States that move by a table and leave a line behind: the row, its log, and a refusal for any other move."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache, cached_property
from itertools import count
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.refusals import Refused
from core.statements import Statement, columns_of, prepared, written
from core.trips import Trip


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

    def move_to(
        self,
        state: str,
        *,
        by: Any,
        at: datetime,
        comment: str = "",
        trip: Trip | None = None,
        **stamps: Any,
    ) -> None:
        """Change the state, stamp the given fields, save and log; with what else is written, when it has a `trip`.

        The caller holds the row's lock inside its transaction; if it forgot, a row that moved meanwhile is refused
        rather than moved twice. Moving to the present state does nothing.
        Raises Refused(`transition_refused`) when the table does not allow the move.
        """
        if state == self.state:
            return
        if not self.can_move_to(state):
            raise self._refusal()
        before, changed = self.state, stamps | {"state": state}
        line = self.log.model(subject=self, from_state=before, to_state=state, by=by, at=at, comment=comment)
        moving = _move(type(self), self.log.model, tuple(changed))
        given = moving.given(self, changed, line)
        if trip:
            trip.call(moving, *given)
        elif not moving.play(given):
            self.refresh_from_db(fields=["state"])
            raise self._refusal()
        for field, value in changed.items():
            setattr(self, field, value)

    def _refusal(self) -> Refused:
        return Refused(
            "transition_refused",
            _(
                "This is no longer possible: the state is now “%(state)s”. Reload the page to see what changed."
            )
            % {"state": self.get_state_display()},
        )


class Move(Statement):
    """A row's move and its line in the log, in one statement: no row that stayed has a line."""

    def __init__(self, model: type[Stateful], log: type[StateLog], changed: tuple[str, ...]) -> None:
        self._table, self._log = model._meta.db_table, log._meta.db_table
        self._changed: list[Any] = [model._meta.get_field(name) for name in changed]
        self._line = columns_of(log, has_id=False)
        super().__init__(f"move {self._table} {' '.join(changed)}")

    def given(self, row: Stateful, changed: dict[str, Any], line: StateLog) -> tuple[Any, ...]:
        return (
            *(prepared(field, changed[field.name]) for field in self._changed),
            row.pk,
            line.from_state,
            *written(line, self._line),
        )

    @cached_property
    def text(self) -> str:
        places = (f"${place}" for place in count(1))
        changed = ", ".join(f'"{field.column}" = {next(places)}' for field in self._changed)
        where = f"id = {next(places)} AND state = {next(places)}"
        columns = ", ".join(f'"{field.column}"' for field, _plain in self._line)
        values = ", ".join(next(places) for _column in self._line)
        return (
            f'WITH moved AS (UPDATE "{self._table}" SET {changed} WHERE {where} RETURNING id) '  # noqa: S608 - names of models
            f'INSERT INTO "{self._log}" ({columns}) SELECT {values} FROM moved'
        )


@cache
def _move(model: type[Stateful], log: type[StateLog], changed: tuple[str, ...]) -> Move:
    return Move(model, log, changed)


def transitions(**table: str) -> dict[str, frozenset[str]]:
    """Write a table as words: `transitions(sent="signed refused", signed="terminated")`."""
    return {source: frozenset(targets.split()) for source, targets in table.items()}
