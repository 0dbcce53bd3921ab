"""A delivery as a calendar event, as RFC 5545 writes it: CRLF, folded at 75 octets, Europe/Paris spelt out."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time

from django.utils.translation import gettext as _

from distribution.enums import DeliveryState
from distribution.models import Delivery
from schools.models import Pupil


LINE_OCTETS = 75
PARIS = """\
BEGIN:VTIMEZONE
TZID:Europe/Paris
BEGIN:DAYLIGHT
DTSTART:19810329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
END:STANDARD
END:VTIMEZONE
"""


def calendar_of(delivery: Delivery, pupil: Pupil, *, at: datetime) -> bytes:
    """One event; the same delivery keeps its UID, so a calendar updates it when the state changes."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Cartable//Livraison//FR",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        *PARIS.splitlines(),
        *_event(delivery, pupil, at),
        "END:VCALENDAR",
    ]
    return b"".join(_folded(line) for line in lines)


def _event(delivery: Delivery, pupil: Pupil, at: datetime) -> Iterator[str]:
    sure = delivery.state != DeliveryState.ACCEPTED
    place = ", ".join(
        part
        for part in (delivery.room, delivery.school.name, delivery.school.address, delivery.school.city)
        if part
    )
    yield "BEGIN:VEVENT"
    yield f"UID:{delivery.public_id}-{pupil.public_id}@cartable"
    yield f"DTSTAMP:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;TZID=Europe/Paris:{_local(delivery.on, delivery.hours.opens)}"
    yield f"DTEND;TZID=Europe/Paris:{_local(delivery.on, delivery.hours.closes)}"
    yield f"SUMMARY:{_text(_('%(pupil)s’s laptop at school') % {'pupil': pupil.given_name})}"
    yield f"LOCATION:{_text(place)}"
    yield f"DESCRIPTION:{_text(_('Handed over to the pupil in person: there is nothing to bring.'))}"
    yield f"STATUS:{'CONFIRMED' if sure else 'TENTATIVE'}"
    yield f"SEQUENCE:{int(sure)}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _local(day: date, moment: time) -> str:
    return f"{day:%Y%m%d}T{moment:%H%M%S}"


def _text(words: str) -> str:
    """Backslashes, commas, semicolons and new lines are written with a backslash (§3.3.11)."""
    for mark in ("\\", ",", ";"):
        words = words.replace(mark, f"\\{mark}")
    return words.replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """Content lines of at most 75 octets, never cut inside a letter (§3.1)."""
    rows: list[bytes] = []
    row = b""
    for letter in line:
        octets = letter.encode()
        limit = LINE_OCTETS - bool(rows)  # the space that opens a continuation counts
        if len(row) + len(octets) > limit:
            rows.append(row)
            row = b""
        row += octets
    return b"\r\n ".join([*rows, row]) + b"\r\n"
