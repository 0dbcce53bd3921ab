"""What the real handlers write, with their filters and their format: `caplog` is deaf to Django's own loggers."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

from config.logs import HideSecretAddresses


@contextmanager
def log_lines(level: int = logging.DEBUG) -> Iterator[StringIO]:
    """Every line that any logger of the process hands to the console from now on, Django's included."""
    [console] = [
        handler
        for handler in logging.getLogger("django").handlers
        if any(isinstance(one, HideSecretAddresses) for one in handler.filters)
    ]
    assert console in logging.getLogger().handlers
    lines, loggers = StringIO(), [logging.getLogger(name) for name in ("", "django", "django.request")]
    levels = [logger.level for logger in loggers]
    before = console.setStream(lines)
    for logger in loggers:
        logger.setLevel(level)
    try:
        yield lines
    finally:
        console.setStream(before)
        for logger, old in zip(loggers, levels, strict=True):
            logger.setLevel(old)
