"""How single-use codes live and die (trust 10; ASVS 5.0 6.5.1, 6.5.5, 6.6.3; NIST 800-63B-4 §3.1.3). Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from loans.enums import CodeChannel, ConventionState
from programmes.enums import OneTimeCode


VALIDITY = timedelta(minutes=10)
VALIDITY_ON_PAPER = timedelta(days=7)  # a sheet goes home in a school bag
MAX_WRONG = 5
SENDS = ((timedelta(hours=1), 3), (timedelta(days=1), 10))
SESSION = timedelta(hours=2)  # how long a right code stands for its browser
AWAITING = (ConventionState.DRAFT, ConventionState.SENT, ConventionState.REFUSED)


def is_asked(rule: str, state: str) -> bool:
    """Whether the programme asks a code before this convention is signed; a signed one is read without."""
    return rule != OneTimeCode.NONE and state in AWAITING


def ways(rule: str, *, mobile: str, email: str) -> dict[str, str]:
    """Where a code may be sent, the preferred way first: channel → number or address. Empty: by hand only."""
    found = {CodeChannel.SMS: mobile if rule == OneTimeCode.SMS else "", CodeChannel.EMAIL: email}
    return {str(channel): to for channel, to in found.items() if to}


def too_many(sent_at: Iterable[datetime], at: datetime) -> bool:
    """Whether one code more would flood the person, or let a robot guess: three an hour, ten a day."""
    instants = list(sent_at)
    return any(sum(at - span < instant for instant in instants) >= limit for span, limit in SENDS)


def validity(channel: str) -> timedelta:
    return VALIDITY_ON_PAPER if channel == CodeChannel.PAPER else VALIDITY
