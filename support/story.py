"""The story of a return, like a parcel's: what is done, what is going on, what comes next."""

from typing import Any

from django.utils.translation import gettext as _

from core.templatetags.dates import moment, plain_date
from support.enums import ReturnState
from support.models import DeviceReturn


PATH = [
    ReturnState.DUE,
    ReturnState.LABEL_SENT,
    ReturnState.IN_TRANSIT,
    ReturnState.RECEIVED,
    ReturnState.CLOSED,
]


def steps_of(device_return: DeviceReturn) -> list[dict[str, Any]]:
    """One step a state of the path, dated from the log; a cancelled return stops where it was."""
    dates = {entry.to_state: entry for entry in device_return.log.select_related("by")}
    if device_return.state == ReturnState.CANCELLED:
        reached = [state for state in PATH if state in dates]
        return [*(_done(state, dates) for state in reached), _cancelled(dates)]
    here = PATH.index(ReturnState(device_return.state))
    steps = [_done(state, dates) for state in PATH[:here] if state in dates]
    is_over = device_return.state == ReturnState.CLOSED
    steps.append(_step(PATH[here], "done" if is_over else "current", _when(PATH[here], dates)))
    return steps + [_step(state, "next", _expected(state, device_return)) for state in PATH[here + 1 :]]


def _done(state: ReturnState, dates: dict[str, Any]) -> dict[str, Any]:
    return _step(state, "done", _when(state, dates))


def _step(state: ReturnState, status: str, when: str, text: str = "") -> dict[str, Any]:
    return {"title": _titles()[state], "status": status, "when": when, "text": text}


def _cancelled(dates: dict[str, Any]) -> dict[str, Any]:
    entry = dates[ReturnState.CANCELLED]
    return {"title": _("Cancelled"), "status": "problem", "when": moment(entry.at), "text": entry.comment}


def _when(state: ReturnState, dates: dict[str, Any]) -> str:
    entry = dates.get(state)
    if entry is None:
        return ""
    return f"{moment(entry.at)}, {entry.by}" if entry.by else moment(entry.at)


def _expected(state: ReturnState, device_return: DeviceReturn) -> str:
    if state == ReturnState.IN_TRANSIT:
        return _("before %(day)s") % {"day": plain_date(device_return.due_on)}
    return ""


def _titles() -> dict[ReturnState, str]:
    return {
        ReturnState.DUE: _("Asked back"),
        ReturnState.LABEL_SENT: _("Prepaid label sent"),
        ReturnState.IN_TRANSIT: _("Parcel handed in"),
        ReturnState.RECEIVED: _("Received at the warehouse"),
        ReturnState.CLOSED: _("Inspected: the loan is over"),
    }
