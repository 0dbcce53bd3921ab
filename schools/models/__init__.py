"""Schools and those who attend them.

Order of dependencies: school ← pupil ← guardian ← enrolment ← enrolment_import, change,
decision, merge, night, feed; school ← directory_change.
"""

from schools.models.batch import BatchSchool, ImportBatch, ImportBatchLog
from schools.models.change import ChangeReceipt, EnrolmentChange
from schools.models.decision import ImportDifference, ImportRevert, ImportValue
from schools.models.directory_change import DirectoryChange, DirectoryChangeLog
from schools.models.enrolment import Enrolment
from schools.models.enrolment_import import EnrolmentImport, EnrolmentImportLog, ImportFinding
from schools.models.feed import FeedDelivery, FeedDeliveryLog, FeedToken, FeedTokenUse
from schools.models.feed_source import FeedPull, FeedSource
from schools.models.guardian import Guardian, Guardianship
from schools.models.merge import MergeProposal, MergeProposalLog
from schools.models.night import EnrolmentNight, FeedAlert, NightSchool
from schools.models.pupil import Pupil, PupilAlias
from schools.models.school import School, SchoolMembership, SchoolStaff


__all__ = [
    "BatchSchool",
    "ChangeReceipt",
    "DirectoryChange",
    "DirectoryChangeLog",
    "Enrolment",
    "EnrolmentChange",
    "EnrolmentImport",
    "EnrolmentImportLog",
    "EnrolmentNight",
    "FeedAlert",
    "FeedDelivery",
    "FeedDeliveryLog",
    "FeedPull",
    "FeedSource",
    "FeedToken",
    "FeedTokenUse",
    "Guardian",
    "Guardianship",
    "ImportBatch",
    "ImportBatchLog",
    "ImportDifference",
    "ImportFinding",
    "ImportRevert",
    "ImportValue",
    "MergeProposal",
    "MergeProposalLog",
    "NightSchool",
    "Pupil",
    "PupilAlias",
    "School",
    "SchoolMembership",
    "SchoolStaff",
]
