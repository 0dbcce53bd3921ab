"""Tables without a word of the programme. No module here imports another but `files` and `outbox`."""

from core.models.addresses import BlockedAddress, ProviderReport, Trouble
from core.models.anchors import EvidenceAnchor
from core.models.evidence import EventTrace, EvidenceEvent
from core.models.files import StoredFile
from core.models.gates import ParkedTask, SendingGate
from core.models.jobs import JobRun
from core.models.outbox import Message, MessageLog, MessageState
from core.models.sealing import Seal
from core.models.texts import TextMessage, TextState


__all__ = [
    "BlockedAddress",
    "EventTrace",
    "EvidenceAnchor",
    "EvidenceEvent",
    "JobRun",
    "Message",
    "MessageLog",
    "MessageState",
    "ParkedTask",
    "ProviderReport",
    "Seal",
    "SendingGate",
    "StoredFile",
    "TextMessage",
    "TextState",
    "Trouble",
]
