"""Counting what one address asks, so that nobody asks too much."""

from django.core.cache import cache


def is_allowed(name: str, who: str, *, limit: int, seconds: int) -> bool:
    """Whether `who` may do this once more: `limit` times in each span of `seconds`. A cache that is down allows."""
    key = f"limit {name} {who}".replace(" ", ":")
    try:
        cache.add(key, 0, timeout=seconds)
        return int(cache.incr(key)) <= limit
    except (ValueError, OSError):  # the count vanished meanwhile, or nobody counts
        return True
