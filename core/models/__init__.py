"""Tables without a word of the programme. No module here imports another but `files`."""

from core.models.evidence import EvidenceEvent
from core.models.files import StoredFile
from core.models.jobs import JobRun
from core.models.outbox import Message, MessageState


__all__ = ["EvidenceEvent", "JobRun", "Message", "MessageState", "StoredFile"]
