"""Counting what one address asks, so that nobody asks too much."""

from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError


GUESSES, GUESSES_SPAN = 60, 600  # secret addresses that one visitor tried in vain, in so many seconds


def is_allowed(name: str, who: str, *, limit: int, seconds: int) -> bool:
    """Whether `who` may do this once more: `limit` times in each span of `seconds`. A cache that is down allows."""
    key = f"limit {name} {who}".replace(" ", ":")
    try:
        cache.add(key, 0, timeout=seconds)
        count = int(cache.incr(key))
        if count == 1:  # the count may have ended between the two: the new one must end too
            cache.touch(key, seconds)
    except (ValueError, RedisError):  # the count vanished meanwhile, or nobody counts
        return True
    return count <= limit


def may_guess(request: HttpRequest, door: str) -> bool:
    """Whether this visitor may miss a secret address of this door once more (trust 5).

    To be asked of misses only: a school whose two thousand families open good links is one visitor, and never waits.
    """
    who = request.META.get("REMOTE_ADDR", "")
    return is_allowed(f"unknown {door}", who, limit=GUESSES, seconds=GUESSES_SPAN)
