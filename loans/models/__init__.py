"""Conventions, their signatures and paper copies; devices and their loans.

Order of dependencies: text ← convention ← signing ← proof; signing ← codes; convention ← paper ← scan; convention ←
mailing, call, signers; device ← loan (which names its convention).
"""

from loans.models.call import CallNote
from loans.models.codes import SigningCode
from loans.models.convention import Convention, ConventionLog, ConventionText
from loans.models.device import Device, DeviceLog, DeviceModel
from loans.models.loan import Loan, LoanLog
from loans.models.mailing import Mailing, MailingLog, MailingSchool
from loans.models.paper import PaperCopy, PaperCopyLog
from loans.models.proof import Proof
from loans.models.scan import Scan, ScanLog, ScannedPage
from loans.models.signers import Delegation, Opposition
from loans.models.signing import AddressCorrection, Signature, SigningLink
from loans.models.text import AuthoritySignature


__all__ = [
    "AddressCorrection",
    "AuthoritySignature",
    "CallNote",
    "Convention",
    "ConventionLog",
    "ConventionText",
    "Delegation",
    "Device",
    "DeviceLog",
    "DeviceModel",
    "Loan",
    "LoanLog",
    "Mailing",
    "MailingLog",
    "MailingSchool",
    "Opposition",
    "PaperCopy",
    "PaperCopyLog",
    "Proof",
    "Scan",
    "ScanLog",
    "ScannedPage",
    "Signature",
    "SigningCode",
    "SigningLink",
]
