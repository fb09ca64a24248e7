"""How findings speak of what they found."""

from collections.abc import Iterable
from difflib import get_close_matches

# Longer words have no near ones worth the search.
_LONGEST = 80


def quoted(text: str) -> str:
    """A text of the policy in a sentence, not longer than a line."""
    return f'"{text if len(text) <= 120 else text[:120] + "…"}"'


def listed(texts: Iterable[str]) -> str:
    """Some texts in a sentence, the first ten of them."""
    every = list(dict.fromkeys(texts))
    more = f" and {len(every) - 10} more" if len(every) > 10 else ""
    return ", ".join(text if len(text) <= 120 else text[:120] + "…" for text in every[:10]) + more


def near(word: str, known: Iterable[str], cutoff: float = 0.72) -> str | None:
    """The known word most like another, whatever their case."""
    if len(word) > _LONGEST:
        return None
    by_lower = {name.lower(): name for name in known}
    found = get_close_matches(word.lower(), by_lower, n=1, cutoff=cutoff)
    return by_lower[found[0]] if found else None


def question(suggestion: str | None) -> str:
    """A suggestion at the end of a sentence, "" without one."""
    return f" Did you mean {suggestion}?" if suggestion else ""
