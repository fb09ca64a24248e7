"""Work that costs much computing: an account may have only some of it in a minute."""


class TooMuchWork(Exception):
    """An account asked for more than its minute allows; what the call had changed must be thrown away."""


class Allowance:
    """What accounts have spent in the minute that is running."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._minute = 0
        self._spent: dict[str, int] = {}

    def spend(self, account_id: str, cost: int, now: float) -> None:
        """Count for an account at a time in seconds; raises TooMuchWork."""
        if (minute := int(now // 60)) != self._minute:
            self._minute, self._spent = minute, {}
        spent = self._spent.get(account_id, 0) + cost
        if spent > self.most:
            raise TooMuchWork(account_id)
        self._spent[account_id] = spent
