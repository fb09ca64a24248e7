"""How many calls an account may make in a second: a bucket of tokens for each, in this process."""

from dataclasses import dataclass

from django.conf import settings

# A burst may be this many seconds' worth of calls.
BURST = 4
MOST_BUCKETS = 10_000


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


_buckets: dict[str, _Bucket] = {}


def exceeded(account_id: str, now: float) -> bool:
    """Count a call at a time in seconds; tell whether it is one too many."""
    rate: int = settings.SANDBOX_REQUESTS_PER_SECOND
    if not rate:
        return False
    bucket = _buckets.get(account_id)
    if bucket is None:
        _forget_full(now)
        bucket = _buckets[account_id] = _Bucket(rate * BURST, now)
    bucket.tokens, bucket.at = min(rate * BURST, bucket.tokens + (now - bucket.at) * rate), now
    if bucket.tokens < 1:
        return True
    bucket.tokens -= 1
    return False


def _forget_full(now: float) -> None:
    # A bucket that has filled up again is as good as none.
    if len(_buckets) >= MOST_BUCKETS:
        for account_id in [name for name, bucket in _buckets.items() if now - bucket.at > BURST]:
            del _buckets[account_id]
