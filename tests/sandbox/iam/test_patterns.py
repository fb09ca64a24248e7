"""Wildcards and variables: what they match, and that no pattern takes long."""

import fnmatch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.iam import patterns

WILD = st.text("ab*?", max_size=8)
TEXT = st.text("ab", max_size=10)


@given(pattern=WILD, text=TEXT)
def test_wildcards_match_as_a_glob_does(pattern: str, text: str) -> None:
    compiled = patterns.parse(pattern, wildcards=True, variables=False)
    assert patterns.matches(compiled, text, {}) == fnmatch.fnmatchcase(text, pattern)


@given(text=st.text(max_size=20))
def test_a_text_without_wildcards_matches_itself_only(text: str) -> None:
    compiled = patterns.parse(text, wildcards=False, variables=False)
    assert patterns.matches(compiled, text, {})
    assert not patterns.matches(compiled, text + "x", {})


@given(value=st.text(max_size=10))
def test_a_variables_value_is_literal(value: str) -> None:
    compiled = patterns.parse("home/${aws:username}/*", wildcards=True, variables=True)
    context = {"aws:username": (value,)}
    assert patterns.matches(compiled, f"home/{value}/x", context)
    assert not patterns.matches(compiled, f"home/{value}x/x", context)


@pytest.mark.parametrize(
    ("text", "context", "expected"),
    [
        ("${aws:username}", {"aws:username": ("alice",)}, "alice"),
        ("${AWS:UserName}", {"aws:username": ("alice",)}, "alice"),
        ("${aws:username, 'nobody'}", {}, "nobody"),
        ("a${*}b${?}c${$}", {}, "a*b?c$"),
    ],
)
def test_a_variable_is_filled_in(text: str, context: patterns.Context, expected: str) -> None:
    assert patterns.text_of(patterns.parse(text, wildcards=False, variables=True), context) == expected


@pytest.mark.parametrize("values", [(), ("a", "b")])
def test_a_variable_needs_exactly_one_value(values: tuple[str, ...]) -> None:
    compiled = patterns.parse("${aws:username}", wildcards=False, variables=True)
    with pytest.raises(patterns.UnknownValue):
        patterns.text_of(compiled, {"aws:username": values})


def test_an_open_brace_is_refused() -> None:
    with pytest.raises(patterns.BrokenVariable):
        patterns.parse("${aws:username", wildcards=True, variables=True)


def test_a_pattern_made_to_spin_does_not() -> None:
    compiled = patterns.parse("*a" * 2000 + "b", wildcards=True, variables=False)
    assert not patterns.matches(compiled, "a" * 6000, {})
