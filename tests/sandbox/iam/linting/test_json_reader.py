"""The reader takes what json takes, and nothing else."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.iam.linting.json_reader import MAX_CHARACTERS, MAX_DEPTH, BrokenJson, Node, read

BROKEN = [
    *("", " ", "{", "[", '"', "{]", "[}", '{"a"}', '{"a":}', '{"a":1,}', "[1,]", "[,1]", "{,}", "[1 2]", "01", "+1"),
    *(
        "1.",
        ".5",
        "NaN",
        "Infinity",
        "tru",
        "nul",
        "'a'",
        '"\t"',
        '"\\x"',
        '"\\u12"',
        "{a:1}",
        "1 1",
        "{} x",
        "//a\n{}",
    ),
]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def plain(node: Node) -> Any:
    if node.kind == "object":
        return {member.name: plain(member.value) for member in node.members}
    if node.kind == "array":
        return [plain(item) for item in node.items]
    return node.text if node.kind == "string" else json.loads(node.text or "null")


@given(VALUES, st.sampled_from([None, 1, 4]), st.booleans())
def test_it_reads_what_json_writes(value: Any, indent: int | None, ascii_only: bool) -> None:
    assert plain(read(json.dumps(value, indent=indent, ensure_ascii=ascii_only))) == value


@given(VALUES)
def test_every_value_stands_where_it_says(value: Any) -> None:
    text = json.dumps(value, indent=2)
    nodes = [read(text)]
    while nodes:
        node = nodes.pop()
        assert plain(read(text[node.start : node.end])) == plain(node)
        nodes += [*node.items, *(member.value for member in node.members)]


@pytest.mark.parametrize("text", BROKEN)
def test_broken_texts_are_refused_with_a_place(text: str) -> None:
    with pytest.raises(BrokenJson) as caught:
        read(text)
    assert 0 <= caught.value.start <= caught.value.end <= len(text) + 1


def test_a_key_that_is_there_twice_is_refused_at_the_second() -> None:
    with pytest.raises(BrokenJson, match="'a' is there twice") as caught:
        read('{"a": 1, "a": 2}')
    assert (caught.value.start, caught.value.end) == (9, 12)


def test_depth_is_bounded() -> None:
    assert read("[" * MAX_DEPTH + "]" * MAX_DEPTH).kind == "array"
    with pytest.raises(BrokenJson, match="nested"):
        read("[" * 100_000)


def test_size_is_bounded() -> None:
    with pytest.raises(BrokenJson, match="longer"):
        read(" " * (MAX_CHARACTERS + 1))
