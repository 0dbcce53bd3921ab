"""The words a rule may use. Each is stored in a voted document, so a value is never renamed."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ProgrammeKind(TextChoices):
    """Which authority votes the rules, hence which schools it equips."""

    REGION = "region", _("region: high schools")
    DEPARTMENT = "department", _("department: middle schools")


class Zone(TextChoices):
    """The three zones of the national school calendar."""

    A = "A", _("zone A")
    B = "B", _("zone B")
    C = "C", _("zone C")


class TenureForm(TextChoices):
    """What the family receives, in law."""

    LOAN = "loan", _("loan")
    LOAN_THEN_CESSION = "loan_then_cession", _("loan, then given to the pupil")
    GIFT = "gift", _("gift")
    GIFT_WITH_RETENTION = "gift_with_retention", _("gift that must be kept for some years")
    SUBSIDY = "subsidy", _("aid for buying")
    VOUCHER = "voucher", _("voucher")


class DeviceKind(TextChoices):
    LAPTOP = "laptop", _("laptop")
    TABLET = "tablet", _("tablet")


class ChoiceBy(TextChoices):
    REGION = "region", _("the authority")
    SCHOOL = "school", _("the school")


class PupilStatus(TextChoices):
    """The status in the enrolment file: ST, AP (SIECLE and SYGNE)."""

    PUPIL = "ST", _("pupil")
    APPRENTICE = "AP", _("apprentice")


class SchoolKind(TextChoices):
    """What a school is, for the rules and for the directory alike."""

    LYCEE_GT = "lycee_gt", _("general and technological high school")
    LYCEE_POLY = "lycee_poly", _("comprehensive high school")
    LYCEE_PRO = "lycee_pro", _("vocational high school")
    LYCEE_AGRI = "lycee_agri", _("agricultural high school")
    EREA = "erea", _("adapted regional school")
    MFR = "mfr", _("rural family school")
    COLLEGE = "college", _("middle school")
    CFA = "cfa", _("apprentice training centre")
    OTHER = "other", _("other")


class Sector(TextChoices):
    PUBLIC = "public", _("public")
    PRIVATE = "private", _("private under contract")


class MinorSigner(TextChoices):
    ONE = "one", _("one guardian is enough")
    BOTH = "both", _("all the legal guardians")


class ReadingLanguage(TextChoices):
    """A language families may read in, by its own name; a test compares with `core.languages`."""

    FR = "fr", "Français"
    EN = "en", "English"
    AR = "ar", "العربية"
    TR = "tr", "Türkçe"
    PT = "pt", "Português"
    ES = "es", "Español"
    UK = "uk", "Українська"
    RU = "ru", "Русский"
    ZH = "zh", "中文"
    FA = "fa", "فارسی"
    PS = "ps", "پښتو"
    TI = "ti", "ትግርኛ"


class OneTimeCode(TextChoices):
    NONE = "none", _("none")
    EMAIL = "email", _("by e-mail")
    SMS = "sms", _("by text message")


class Validator(TextChoices):
    SUPPLIER = "supplier", _("the supplier")
    REGION = "region", _("the authority")


class Denominator(TextChoices):
    """Who counts below the line when the signature rate is computed."""

    ELIGIBLE = "eligible", _("every eligible pupil")
    ELIGIBLE_WITH_CONTACT = "eligible_with_contact", _("eligible pupils whose guardian can be written to")


class DayKind(TextChoices):
    WORKING = "working", _("working days")
    CALENDAR = "calendar", _("calendar days")


class WavesOpen(TextChoices):
    AUTUMN_HOLIDAYS = "autumn_holidays", _("after the autumn holidays")
    LAST_DELIVERY = "last_delivery", _("after the last delivery")
    AT_ONCE = "at_once", _("from the opening of the campaign")


class Period(TextChoices):
    LOAN = "loan", _("over the whole loan")
    YEAR = "year", _("in a school year")


class Payer(TextChoices):
    AUTHORITY = "authority", _("the authority")
    FAMILY = "family", _("the family")
    SCHOOL = "school", _("the school")
    NOBODY = "nobody", _("nobody: the device is not repaired")


class Substitute(TextChoices):
    NONE = "none", _("no substitute device")
    STOCK = "stock", _("a device of the spare pool")


class Via(TextChoices):
    SCHOOL = "school", _("through the school")
    HOME = "home", _("at home")


class ReturnChannel(TextChoices):
    LABEL = "label", _("by post, with a prepaid label")
    SCHOOL = "school", _("left at the school")
    DROP_POINT = "drop_point", _("at a post office or to the postman")


class InsuranceKind(TextChoices):
    NONE = "none", _("none")
    FAMILY_OPTIONAL = "family_optional", _("the family may take one")
    FAMILY_MANDATORY = "family_mandatory", _("the family must show one")
    PROGRAMME = "programme", _("taken by the authority")


class Outcome(TextChoices):
    """What becomes of the device when the pupil leaves or finishes."""

    KEEP = "keep", _("keeps it")
    RETURN = "return", _("gives it back")
    BUYOUT = "buyout", _("may buy it")
    CESSION = "cession", _("becomes its owner")


class DepartureReason(TextChoices):
    """Why a pupil no longer appears in a school's enrolment file."""

    MEMBER_SCHOOL = "member_school", _("moves to a member school")
    APPRENTICE_IN_CLASS = "apprentice_in_class", _("becomes an apprentice in the same class")
    NON_MEMBER_SCHOOL = "non_member_school", _("moves to a school outside the programme")
    OTHER_REGION = "other_region", _("moves to another region")
    APPRENTICE_CENTRE = "apprentice_centre", _("joins an apprentice centre")
    END_OF_SCHOOLING = "end_of_schooling", _("ends schooling")
    UNKNOWN = "unknown", _("unknown reason")


class FreeIf(TextChoices):
    """What makes the device free where means are looked at."""

    LABELLED_SCHOOL = "labelled_school", _("school with the digital label")
    BACK_TO_SCHOOL_ALLOWANCE = "back_to_school_allowance", _("back-to-school allowance (ARS)")
    BURSARY = "bursary", _("bursary pupil")
