"""What a service answers instead of pupils."""

from __future__ import annotations

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class FeedError(Exception):
    """A pull that brought nothing. `code` says more for the logs, and names no pupil and no secret.

    `sentence` is for the region's officer: what the service answered, and what to do.
    """

    kind: ClassVar[str] = "failed"
    sentence: ClassVar[str | Promise] = ""

    def __init__(self, code: str, *, wait: float | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.wait = wait  # seconds, when the service said how long


class RefusedCredentials(FeedError):
    """401 or 403 with our key: asking again changes nothing until somebody mends it."""

    kind = "credentials"
    sentence = _(
        "The service answered, but refuses our key. Check the identifier and the secret, and that the right was opened."
    )


class NotReady(FeedError):
    """The service works and has no pupils for that school and year yet."""

    kind = "not_ready"
    sentence = _(
        "The service answered, but has nothing for this school and this school year yet. It will be asked again."
    )


class SourceFailed(FeedError):
    """The service answered something that is no roll: its own error, a cut answer, another school."""

    kind = "source"
    sentence = _(
        "The service answered with an error of its own. It will be asked again; tell its support if it lasts."
    )


class Busy(SourceFailed):
    """429 or 503: it asked us to wait."""

    kind = "busy"
    sentence = _("The service is busy and asks us to wait. It will be asked again.")


class Unreachable(FeedError):
    """No answer: name, route, certificate or time."""

    kind = "network"
    sentence = _(
        "The service does not answer. Check its address, its certificate, and that our server may call it."
    )


SENTENCES = {
    error.kind: error.sentence for error in (RefusedCredentials, NotReady, SourceFailed, Busy, Unreachable)
}
