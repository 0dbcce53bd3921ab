"""The states and kinds of schools, enrolments and imports."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.workflow import transitions


class EnrolmentState(models.TextChoices):
    """ACTIVE: the pupil attends. LEFT: closed by a date, a transfer, or enough complete files without them."""

    ACTIVE = "active", _("enrolled")
    LEFT = "left", _("left")


class Eligibility(models.TextChoices):
    """UNKNOWN: not assessed yet. ELIGIBLE / NOT_ELIGIBLE: the last verdict, kept beside its reasons."""

    UNKNOWN = "unknown", _("not assessed yet")
    ELIGIBLE = "eligible", _("eligible")
    NOT_ELIGIBLE = "not_eligible", _("not eligible")


class GuardianLevel(models.IntegerChoices):
    """SIECLE's NIVEAU_RESPONSABILITE since 2018: only LEGAL signs; IN_CHARGE is shown to the school; CONTACT never."""

    LEGAL = 1, _("legal guardian")
    IN_CHARGE = 2, _("person in charge")
    CONTACT = 3, _("contact")


ENTRUSTED_KINSHIPS = ("41", "42", "51")
"""SIECLE's CODE_PARENTE of those to whom a child is entrusted: educator, foster carer, ASE (child welfare)."""
TUTOR_KINSHIP = "50"


class ImportState(models.TextChoices):
    """What became of one school's file.

    APPLIED: its differences are in the base. UNCHANGED: the same content as the last one applied; nothing to do.
    HELD: readable but suspicious (half a file); a person decides. REFUSED: unreadable, wrong school, wrong year
    or older than what we have; nothing was touched. REJECTED: a person looked at a held file and said no.
    REVERTED: it was applied, then undone as one act; the night that finds it again does not apply it again.
    """

    APPLIED = "applied", _("applied")
    UNCHANGED = "unchanged", _("unchanged")
    HELD = "held", _("held")
    REFUSED = "refused", _("refused")
    REJECTED = "rejected", _("rejected")
    REVERTED = "reverted", _("undone")


IMPORT_TRANSITIONS = transitions(held="applied rejected", applied="reverted")


class BatchState(models.TextChoices):
    """Files somebody sent from a page, between the click and the imports they make.

    RECEIVED: stored; a worker reads them and notes what they would change. READY: the sender looks at it and decides.
    ACCEPTED: a worker applies them, school after school. DONE: every school has its import. DROPPED: the sender
    preferred to correct and send again; nothing was applied. FAILED: workers died on them again and again.
    """

    RECEIVED = "received", _("being read")
    READY = "ready", _("to look at")
    ACCEPTED = "accepted", _("being applied")
    DONE = "done", _("done")
    DROPPED = "dropped", _("given up")
    FAILED = "failed", _("stopped")


BATCH_TRANSITIONS = transitions(
    received="ready dropped failed",
    ready="accepted dropped received",
    accepted="done failed",
    done="received",
    failed="received dropped",
)


class BatchSchoolState(models.TextChoices):
    """WAITING: not read yet. READ: its changes are known. MOVED: the base changed since. DONE: its import is there."""

    WAITING = "waiting", _("waiting")
    READ = "read", _("read")
    MOVED = "moved", _("to look at again")
    DONE = "done", _("done")


class DifferenceKind(models.TextChoices):
    """What a held file would do to somebody, in the order a person reads it."""

    ADDRESS = "address", _("guardians’ details")
    ARRIVAL = "arrival", _("arrivals")
    CHANGE = "change", _("changes")
    DEPARTURE = "departure", _("departures")
    MISSING = "missing", _("not in the file")


class RevertState(models.TextChoices):
    """ASKED: somebody wants an import undone. DONE, REFUSED: somebody else decided."""

    ASKED = "asked", _("asked")
    DONE = "done", _("done")
    REFUSED = "refused", _("refused")


class MergeState(models.TextChoices):
    """Whether two rows are one pupil.

    OPEN: nobody has said yet. MERGED: they were one; all the newcomer had is the pupil's. APART: two different people
    who share names and birth date; never asked again.
    """

    OPEN = "open", _("to decide")
    MERGED = "merged", _("merged")
    APART = "apart", _("two people")


MERGE_TRANSITIONS = transitions(open="merged apart")


class NightState(models.TextChoices):
    """RUNNING: schools wait or are being imported. DONE: all are, and the summary is written. A later ring of the same
    day that finds new files makes it RUNNING again."""

    RUNNING = "running", _("under way")
    DONE = "done", _("over")


class SchoolNightState(models.TextChoices):
    """Where one school is in a night.

    WAITING: its files wait for a worker. RUNNING: a worker holds them until `leased_until`; past that instant another
    one takes them. DONE: imported, what became of the files is in `outcome`. FAILED: the import broke down or killed
    its worker each time; the next ring tries again. MISSING: expected by the campaign, nothing new came.
    """

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("being imported")
    DONE = "done", _("imported")
    FAILED = "failed", _("broke down")
    MISSING = "missing", _("no new file")


class FindingLevel(models.TextChoices):
    """BLOCKING: no laptop while it lasts. WARNING: to be mended at the source. NOTE: good to know."""

    BLOCKING = "blocking", _("blocks a laptop")
    WARNING = "warning", _("to mend")
    NOTE = "note", _("note")


class ChangeKind(models.TextChoices):
    """What happened to an enrolment, for the apps above to act on, each once.

    ARRIVED: an enrolment was opened. LEFT: it was closed with no other open. MOVED: closed here and opened in
    another school. CHANGED: class, study, name or guardians changed. RETURNED: reopened after it was closed.
    """

    ARRIVED = "arrived", _("arrived")
    LEFT = "left", _("left")
    MOVED = "moved", _("moved")
    CHANGED = "changed", _("changed")
    RETURNED = "returned", _("came back")


class StaffFunction(models.TextChoices):
    HEAD = "head", _("head teacher")
    BURSAR = "bursar", _("bursar")
    IT = "it", _("IT referent")
    OFFICE = "office", _("school office")


class DirectoryChangeKind(models.TextChoices):
    """What a new directory says of a school: it opens, closes, opens again or has another name."""

    OPENED = "opened", _("opens")
    CLOSED = "closed", _("closes")
    REOPENED = "reopened", _("opens again")
    RENAMED = "renamed", _("changes its name")


class DirectoryChangeState(models.TextChoices):
    """What became of a change the directory announced.

    PROPOSED: nothing is changed yet; a region officer decides. APPLIED: the school is opened, closed or renamed.
    REJECTED: an officer said no, or a later directory no longer says it; the same change is not proposed again.
    """

    PROPOSED = "proposed", _("to decide")
    APPLIED = "applied", _("applied")
    REJECTED = "rejected", _("rejected")


DIRECTORY_CHANGE_TRANSITIONS = transitions(proposed="applied rejected")
