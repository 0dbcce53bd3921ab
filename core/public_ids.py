"""The identifiers that addresses show, many at once."""

import secrets
import time
from collections.abc import Iterator


def new_public_ids(count: int) -> Iterator[str]:
    """UUIDs that follow time (version 7, RFC 9562): 48 bits say the millisecond, 74 are random.

    Those made together stand together in their index. Random ones (version 4) touch as many of its pages as there are
    rows, and the more rows a table holds the longer each takes. The system is asked once for all the bits: PostgreSQL
    asks it for each, which in a build without OpenSSL takes longer than the row.
    """
    instant = f"{time.time_ns() // 1_000_000:012x}"
    start = f"{instant[:8]}-{instant[8:]}-7"
    digits = secrets.token_hex(10 * count)
    for first in range(0, 20 * count, 20):
        number = digits[first : first + 20]
        yield f"{start}{number[:3]}-{'89ab'[int(number[3], 16) % 4]}{number[4:7]}-{number[7:19]}"
