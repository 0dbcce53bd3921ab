"""Redis stops under a worker, and comes back: what was written meanwhile leaves, once each (trust 43)."""

from collections import Counter

import pytest

from core.models import MessageState
from tests.trust.importers import our_database, workshop
from tests.trust.post import come_back, post_office, states, wait_until_sent
from tests.trust.test_outbox_storms import AT


@pytest.mark.trust(43)
@pytest.mark.django_db(transaction=True)
def test_what_was_written_without_redis_leaves_once_it_is_back(worker, bell, mailbox):
    """The worker is not started again: it finds its bell by itself."""
    with workshop(our_database(), **post_office(), REDIS_URL=bell.url()) as shop:
        shop.do("write_messages", keys=["avant"], at=AT.isoformat())
        wait_until_sent(1, seconds=120)
        bell.stop()
        keys = [f"famille{rank}" for rank in range(50)]
        shop.do("write_messages", keys=keys, at=AT.isoformat())
        assert states() == {MessageState.SENT: 1, MessageState.QUEUED: 50}
        assert worker.poll() is None
        come_back(bell)
        shop.do("ring")
        wait_until_sent(51, seconds=120)
    assert states() == {MessageState.SENT: 51}
    assert set(Counter(mailbox.recipients).values()) == {1}
