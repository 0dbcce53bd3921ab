"""What the acts on a whole campaign ask PostgreSQL about: tables that one import or one night may fill."""

from core.models import BlockedAddress, Message
from core.statistics import look_at_grown
from loans.models import Convention, Loan, PaperCopy, Signature, SigningLink
from schools.models import Enrolment, Guardian, Guardianship, Pupil


def look_at_grown_tables() -> None:
    """Nothing but one short question when none of them has doubled since PostgreSQL last looked."""
    look_at_grown(
        *(BlockedAddress, Message),
        *(Enrolment, Guardian, Guardianship, Pupil),
        *(Convention, Loan, PaperCopy, Signature, SigningLink),
    )
