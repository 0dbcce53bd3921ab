"""The states of conventions, paper copies, devices and loans."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.workflow import transitions


class ConventionState(models.TextChoices):
    """Where a convention is between a family and the Region.

    DRAFT: made by the rules, nobody was written to yet. SENT: the family has a link (or the school must hand one
    over); where all the guardians sign, it waits here for the last of them. SIGNED: electronically, at the desk, or
    on paper once validated; only now may a laptop be handed over. REFUSED: the family said no, with a reason.
    OPPOSED: the other parent objects; nobody may sign and no laptop is handed over until a person lifts it.
    SUPERSEDED: the signer, the school or the text changed before the signature; another convention replaces it.
    TERMINATED: the loan ended or the pupil left; it no longer holds. Paper is a copy beside a SENT convention (see
    PaperState): the state moves only when it is validated.
    """

    DRAFT = "draft", _("to send")
    SENT = "sent", _("waiting for the signature")
    SIGNED = "signed", _("signed")
    REFUSED = "refused", pgettext_lazy("convention", "refused")
    OPPOSED = "opposed", _("opposed by a parent")
    SUPERSEDED = "superseded", _("replaced")
    TERMINATED = "terminated", _("ended")


CONVENTION_TRANSITIONS = transitions(
    draft="sent signed refused opposed superseded terminated",
    sent="draft signed refused opposed superseded terminated",  # draft again: its mailing was stopped in time
    refused="sent signed opposed superseded terminated",  # a family may change its mind
    signed="opposed superseded terminated",
    opposed="draft sent signed refused superseded terminated",  # lifted: back to where it was
)
OPEN_CONVENTION = [
    ConventionState.DRAFT,
    ConventionState.SENT,
    ConventionState.SIGNED,
    ConventionState.REFUSED,
    ConventionState.OPPOSED,
]


class MailingKind(models.TextChoices):
    """FIRST: to families never written to. NEW_ADDRESS: to persons whose address appeared or changed since.

    REMINDER: to families who have not answered. CHOSEN: to the conventions somebody listed, each as it stands.
    """

    FIRST = "first", _("first message")
    NEW_ADDRESS = "new_address", _("new addresses")
    REMINDER = "reminder", _("reminder")
    CHOSEN = "chosen", _("chosen families")


class MailingState(models.TextChoices):
    """Where a mailing is (trust 58).

    PREPARED: counted; nothing leaves before a person of the region launches it. ASKED: launched by one person, waits
    for another one's approval. RUNNING: letters are written and leave, minute after minute. STOPPED: nothing more
    leaves, those who were not written to wait. DONE: all have left. DROPPED: it will not leave; stopped midway, the
    families whose letter stayed here are again to be written to.
    """

    PREPARED = "prepared", _("to launch")
    ASKED = "asked", _("to approve")
    RUNNING = "running", _("under way")
    STOPPED = "stopped", _("stopped")
    DONE = "done", _("sent")
    DROPPED = "dropped", _("given up")


MAILING_TRANSITIONS = transitions(
    prepared="asked running dropped",
    asked="prepared running dropped",
    running="stopped done",
    stopped="running dropped",
)


class CallOutcome(models.TextChoices):
    """What became of a call, in one press. NEEDS_PAPER: a letter and the convention are printed for this family."""

    WILL_SIGN = "will_sign", _("will sign")
    NEEDS_PAPER = "needs_paper", _("wants paper")
    REACHED = "reached", _("reached, to call again")
    NO_ANSWER = "no_answer", _("no answer")
    WRONG_NUMBER = "wrong_number", _("wrong number")


class SignatureMethod(models.TextChoices):
    """ELECTRONIC: by the family's own link. DESK: on the school's screen, before an agent. PAPER: a scan validated."""

    ELECTRONIC = "electronic", _("online")
    DESK = "desk", _("at the desk")
    PAPER = "paper", _("on paper")


class SignerKind(models.TextChoices):
    GUARDIAN = "guardian", _("a legal guardian")
    PUPIL = "pupil", _("the adult pupil")


class CodeChannel(models.TextChoices):
    """How a single-use code reached the signatory. PAPER: an agent handed it over."""

    SMS = "sms", _("by text message")
    EMAIL = "email", _("by e-mail")
    PAPER = "paper", _("handed over by an agent")


class SignerCapacity(models.TextChoices):
    """By what right a person signs.

    GUARDIAN: a legal guardian of the school's base. PUPIL: the pupil, of age. DELEGATE: a service or a person to whom
    the child is entrusted (ASE, foster family, educator), under a decision whose reference is kept.
    """

    GUARDIAN = "guardian", _("legal guardian")
    PUPIL = "pupil", _("adult pupil")
    DELEGATE = "delegate", _("entrusted with the child by a decision")


class IdentityCheck(models.TextChoices):
    """How the agent at the desk knew who stood there; no number of any document is kept."""

    DOCUMENT = "document", _("an identity document was shown")
    KNOWN = "known", _("the agent knows this person")


class PaperState(models.TextChoices):
    """PENDING: the supplier must look at the scan. VALIDATED: counts as signed. REJECTED: with a reason."""

    PENDING = "pending", _("to check")
    VALIDATED = "validated", _("validated")
    REJECTED = "rejected", _("rejected")


PAPER_TRANSITIONS = transitions(pending="validated rejected")


class ScanState(models.TextChoices):
    """Where a copier's scan is.

    RECEIVED: kept as it came; its pages wait for a worker. READ: every page is placed, flagged or set aside.
    UNREADABLE: it cannot be opened at all (protected by a password, damaged); `problem` says why.
    """

    RECEIVED = "received", _("being read")
    READ = "read", _("read")
    UNREADABLE = "unreadable", _("cannot be opened")


SCAN_TRANSITIONS = transitions(received="read unreadable", unreadable="received")


class PageState(models.TextChoices):
    """What became of a page of a scan. No page is without one.

    READ: its code was read; it waits for the other pages of its convention, or for the signed one. PLACED: in a copy
    sent to the check. FLAGGED: the school has something to do, `problem` says what. SET_ASIDE: nothing to do (blank,
    read twice, dismissed).
    """

    READ = "read", _("read")
    PLACED = "placed", _("placed")
    FLAGGED = "flagged", _("to look at")
    SET_ASIDE = "set_aside", _("set aside")


class PageProblem(models.TextChoices):
    """Why a page is flagged or set aside."""

    NO_CODE = "no_code", _("No code can be read on this page.")
    UNKNOWN = "unknown", _("This convention is not known.")
    OTHER_SCHOOL = "other_school", _("This page is of another school’s convention.")
    OLD_TEXT = "old_text", _("This page was printed with an older text: print it again.")
    PAGES_MISSING = "pages_missing", _("Other pages of this convention are missing.")
    NOT_SIGNED = "not_signed", _("The signature box is empty.")
    NO_BOX = "no_box", _("The signature box cannot be found: cut off or folded.")
    NOT_TAKEN = "not_taken", _("This convention takes no scan any more.")
    DUPLICATE = "duplicate", _("This page was already read.")
    BLANK = "blank", _("Blank page.")
    DISMISSED = "dismissed", _("Put aside by a person.")


class DeviceState(models.TextChoices):
    """Where a laptop is in its life.

    IN_STOCK: ready to be lent, at the warehouse or in a school. ON_LOAN: with a pupil. IN_REPAIR: at the workshop
    or on its way. IN_TRANSIT: coming back to the warehouse. STOLEN, LOST: declared so; may be found again.
    QUARANTINED: back, to be checked and wiped. RETIRED: never lent again. CEDED: now belongs to the family.
    """

    IN_STOCK = "in_stock", _("in stock")
    ON_LOAN = "on_loan", _("on loan")
    IN_REPAIR = "in_repair", _("in repair")
    IN_TRANSIT = "in_transit", _("on its way back")
    STOLEN = "stolen", _("stolen")
    LOST = "lost", _("lost")
    QUARANTINED = "quarantined", _("to check and wipe")
    RETIRED = "retired", _("retired")
    CEDED = "ceded", _("given to the family")


DEVICE_TRANSITIONS = transitions(
    in_stock="on_loan in_repair retired lost",
    on_loan="in_repair in_transit stolen lost quarantined ceded in_stock",
    in_repair="on_loan in_stock quarantined retired",
    in_transit="quarantined on_loan stolen lost",
    stolen="quarantined",
    lost="quarantined",
    quarantined="in_stock retired in_repair",
)


class LoanKind(models.TextChoices):
    MAIN = "main", _("loan")
    SUBSTITUTE = "substitute", _("substitute loan")


class LoanState(models.TextChoices):
    """Where a loan is.

    ACTIVE: the pupil has the laptop. IN_REPAIR: it is at the workshop, the loan goes on. RETURN_DUE: the rules ask
    for it back (left, end of schooling). CLOSED: the laptop is back, or was swapped, or ceded. STOLEN, LOST: declared;
    ended without the laptop. A closed loan is never reopened: a replacement is a new loan that names the old one.
    """

    ACTIVE = "active", _("lent")
    IN_REPAIR = "in_repair", _("in repair")
    RETURN_DUE = "return_due", _("to give back")
    CLOSED = "closed", _("ended")
    STOLEN = "stolen", _("stolen")
    LOST = "lost", _("lost")


LOAN_TRANSITIONS = transitions(
    active="in_repair return_due closed stolen lost",
    in_repair="active return_due closed",
    return_due="active in_repair closed stolen lost",
)
OPEN_LOAN = [LoanState.ACTIVE, LoanState.IN_REPAIR, LoanState.RETURN_DUE]


class LoanEnd(models.TextChoices):
    """Why a loan ended. UNDONE: handed over by mistake and taken back the same day."""

    RETURNED = "returned", _("given back")
    REPLACED = "replaced", _("replaced by another laptop")
    STOLEN = "stolen", _("stolen")
    LOST = "lost", _("lost")
    CEDED = "ceded", _("given to the family")
    UNDONE = "undone", _("handed over by mistake")
