"""Identifiers made many at once: what RFC 9562 asks, in the order of time, never guessed."""

from datetime import UTC, datetime, timedelta
from uuid import RFC_4122, UUID

from core.public_ids import new_public_ids


MILLISECOND = timedelta(milliseconds=1)


def test_each_is_a_uuid_of_version_7_and_none_comes_twice():
    texts = list(new_public_ids(5000))
    made = [UUID(text) for text in texts]
    assert len(set(made)) == 5000
    assert {(one.version, one.variant) for one in made} == {(7, RFC_4122)}
    assert [str(one) for one in made] == texts


def test_each_tells_when_it_was_made_so_that_later_ones_come_after():
    before = datetime.now(UTC)
    [first] = (UUID(text) for text in new_public_ids(1))
    made_at = datetime.fromtimestamp((first.int >> 80) / 1000, UTC)
    assert before - MILLISECOND <= made_at <= datetime.now(UTC)


def test_what_does_not_tell_the_time_is_random():
    """74 bits: each is 0 in about half of the identifiers, so all of them are seen both ways."""
    numbers = [UUID(text).int for text in new_public_ids(200)]
    seen_set = seen_clear = 0
    for number in numbers:
        seen_set |= number
        seen_clear |= ~number
    drawn = (1 << 62) - 1 | 0xFFF << 64
    assert drawn.bit_count() == 74
    assert seen_set & drawn == seen_clear & drawn == drawn
