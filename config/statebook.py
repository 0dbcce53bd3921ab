"""`python -m config.statebook` writes docs/states.md from the enums themselves, so that it cannot lie.

With --check it only says whether the page is up to date (a test asks).
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from config.books import keep_book


PAGE = Path(__file__).resolve().parent.parent / "docs" / "states.md"
HEAD = """# States

What each state means, who acts, and where it leads. Written by `python -m config.statebook` from the enums of the
code: change the enum and its table of transitions, then run it again (a test compares).
"""


def page() -> str:
    """The whole of docs/states.md."""
    return HEAD + "".join(f"\n{section}" for section in sections())


def sections() -> Iterator[str]:
    from distribution import enums as distribution
    from loans import enums as loans
    from schools import enums as schools
    from schools.feeds import enums as feeds
    from support import enums as support

    yield section("Enrolment import", schools.ImportState, schools.IMPORT_TRANSITIONS)
    yield section("Files that came by themselves", feeds.DeliveryState, feeds.DELIVERY_TRANSITIONS)
    yield section("Files sent together", schools.BatchState, schools.BATCH_TRANSITIONS)
    yield section(
        "Change in the directory", schools.DirectoryChangeState, schools.DIRECTORY_CHANGE_TRANSITIONS
    )
    yield section("Convention", loans.ConventionState, loans.CONVENTION_TRANSITIONS)
    yield section("Mailing", loans.MailingState, loans.MAILING_TRANSITIONS)
    yield section("Paper copy", loans.PaperState, loans.PAPER_TRANSITIONS)
    yield section("Delivery", distribution.DeliveryState, distribution.DELIVERY_TRANSITIONS)
    yield section("Pupil at the desk", distribution.LineState, distribution.LINE_TRANSITIONS)
    yield section("Named parcel", distribution.ParcelState, distribution.PARCEL_TRANSITIONS)
    yield section("Device", loans.DeviceState, loans.DEVICE_TRANSITIONS)
    yield section("Loan", loans.LoanState, loans.LOAN_TRANSITIONS)
    yield section("Ticket", support.TicketState, support.TICKET_TRANSITIONS)
    yield section("Intervention", support.InterventionState, support.INTERVENTION_TRANSITIONS)
    yield section("Return", support.ReturnState, support.RETURN_TRANSITIONS)


def section(title: str, enum: Any, transitions: Mapping[str, frozenset[str]]) -> str:
    """One enum: its docstring, its words in French, its diagram."""
    words = "\n".join(f"| `{state.value}` | {state.label} |" for state in enum)
    arrows = "\n".join(
        f"    {source} --> {target}"
        for source in enum.values
        for target in enum.values
        if target in transitions.get(source, ())
    )
    return (
        f"## {title}\n\n{prose(enum)}\n\n| code | interface |\n| --- | --- |\n{words}\n\n"
        f"```mermaid\nstateDiagram-v2\n    [*] --> {enum.values[0]}\n{arrows}\n```\n"
    )


def prose(enum: Any) -> str:
    """The docstring in one paragraph, state names in bold."""
    text = " ".join((enum.__doc__ or "").split())
    names = sorted((state.name for state in enum), key=len, reverse=True)
    return re.sub(rf"\b({'|'.join(names)})\b", r"**\1**", text)


if __name__ == "__main__":
    keep_book(PAGE, page, "config.statebook")
