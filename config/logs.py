"""What the logs may not say: the address of a page whose address is a secret (trust 11)."""

import logging
import re


SECRET_SEGMENT = re.compile(r"/[\w.~-]{40,}")  # a token of 43 letters, a signed name; a UUID has 36


class HideSecretAddresses(logging.Filter):
    """Takes the secret out of every line: when a page fails, Django writes the address that was asked."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = SECRET_SEGMENT.sub("/•••", record.getMessage()), ()
        return True
