"""Names drawn for a learner from a seed: the same seed gives the same names in every process, for ever."""

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from labs.content.shapes import PLACEHOLDER, Draw

_FRUITS = """
    apple apricot banana cherry citron currant damson fig grape guava lemon lime lychee mango medlar
    melon olive orange papaya peach pear plum quince sorb
"""
_ANIMALS = """
    badger beaver bison crane dormouse egret falcon ferret finch gecko hare heron ibex jackdaw lark
    lynx marten newt otter owl puffin raven seal stoat tapir wren
"""
_THINGS = """
    anchor atlas basket beacon bell bridge candle canvas compass drum engine flute garden hammer
    harbor kettle ladder lantern ledger mirror needle orchard paddle quarry ribbon saddle signal
    spindle thimble window
"""

WORDS: dict[str, tuple[str, ...]] = {
    "fruit": tuple(_FRUITS.split()),
    "animal": tuple(_ANIMALS.split()),
    "thing": tuple(_THINGS.split()),
    "nn": tuple(f"{number:02d}" for number in range(10, 100)),
    "nnn": tuple(f"{number:03d}" for number in range(100, 1000)),
}


def draw_names(draws: Mapping[str, Draw], seed: str) -> dict[str, str]:
    """Draw every name of a lab."""
    return {name: _drawn(draw, f"{seed}/{name}") for name, draw in draws.items()}


def _drawn(draw: Draw, seed: str) -> str:
    if draw.one_of is not None:
        return _pick(draw.one_of, seed)
    pattern = draw.pattern or ""
    return PLACEHOLDER.sub(lambda found: _pick(WORDS[found[1]], f"{seed}/{found.start()}"), pattern)


def _pick(choices: tuple[str, ...], seed: str) -> str:
    return choices[int.from_bytes(sha256(seed.encode()).digest()[:8]) % len(choices)]


def unknown_words(pattern: str) -> list[str]:
    """Word lists that a pattern asks for and that do not exist."""
    return [word for word in PLACEHOLDER.findall(pattern) if word not in WORDS]


def fill(text: str, names: Mapping[str, str]) -> str:
    """Put the names into `{name}`; braces around anything else stay as they are."""
    return PLACEHOLDER.sub(lambda found: names.get(found[1], found[0]), text)


def fill_all(value: Any, names: Mapping[str, str]) -> Any:
    """Put the names into every string of a structure of lists and dicts."""
    if isinstance(value, str):
        return fill(value, names)
    if isinstance(value, Mapping):
        return {fill(str(key), names): fill_all(each, names) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [fill_all(each, names) for each in value]
    return value


def environment_variables(names: Mapping[str, str]) -> dict[str, str]:
    """Names as scripts get them: `function_name` becomes FUNCTION_NAME."""
    return {re.sub(r"[^A-Z0-9_]", "_", name.upper()): value for name, value in names.items()}
