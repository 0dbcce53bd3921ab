"""The states and kinds of schools, enrolments and imports."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.workflow import transitions


class SchoolKind(models.TextChoices):
    """What a school is, as rules may tell apart."""

    LYCEE_GT = "lycee_gt", _("general and technological high school")
    LYCEE_POLY = "lycee_poly", _("comprehensive high school")
    LYCEE_PRO = "lycee_pro", _("vocational high school")
    LYCEE_AGRI = "lycee_agri", _("agricultural high school")
    EREA = "erea", _("adapted regional school")
    MFR = "mfr", _("rural family school")
    COLLEGE = "college", _("middle school")
    CFA = "cfa", _("apprentice training centre")
    OTHER = "other", _("other")


class Sector(models.TextChoices):
    PUBLIC = "public", _("public")
    PRIVATE = "private", _("private under contract")


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


class ImportState(models.TextChoices):
    """What became of one school's file.

    APPLIED: its differences are in the base. UNCHANGED: the same content as the last one applied; nothing to do.
    HELD: readable but suspicious (half a file); a person decides. REFUSED: unreadable, wrong school, wrong year
    or older than what we have; nothing was touched. REJECTED: a person looked at a held file and said no.
    """

    APPLIED = "applied", _("applied")
    UNCHANGED = "unchanged", _("unchanged")
    HELD = "held", _("held")
    REFUSED = "refused", _("refused")
    REJECTED = "rejected", _("rejected")


IMPORT_TRANSITIONS = transitions(held="applied rejected")


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
