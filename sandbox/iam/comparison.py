"""What policies give, compared with one another: never "no more" unless it is sure.

Actions are compared as sets, out of the reference's and those that the policies name. Resources, principals and
conditions are compared as texts; where one cannot be shown to lie within another, it counts as lying outside. Whether
conditions can be met at all is not asked, and an Allow counts as if they were.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-custom-policy-checks.html
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from sandbox.iam import patterns, reference
from sandbox.iam.conditions import OPERATORS, Condition
from sandbox.iam.patterns import Pattern, Wild
from sandbox.iam.policies import Matcher, Policy, Statement

# Steps of comparing, some tenths of a microsecond each; AWS too gives up on policies that would take it too long.
MOST_STEPS = 4_000_000
_STEPS_OF_MATCH = 8
EVERYTHING = patterns.parse("*", wildcards=True, variables=False)


class TooComplex(RuntimeError):
    """The comparison would take too long."""


@dataclass(frozen=True, slots=True)
class Access:
    """Access to be looked for; no actions are all actions, no resources are all resources."""

    actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()


@dataclass(slots=True)
class _Comparison:
    universe: Mapping[str, tuple[str, ...]]
    steps: int = 0
    known: dict[Matcher, frozenset[str]] = field(default_factory=dict)
    everything: frozenset[str] | None = None

    def spend(self, steps: int) -> None:
        self.steps += steps
        if self.steps > MOST_STEPS:
            raise TooComplex

    def actions(self, matcher: Matcher) -> frozenset[str]:
        """The actions that an element stands for."""
        if matcher not in self.known:
            found = frozenset().union(*map(self._of_pattern, matcher.patterns))
            self.known[matcher] = self._all() - found if matcher.negated else found
        return self.known[matcher]

    def _all(self) -> frozenset[str]:
        if self.everything is None:
            self.everything = frozenset(action for names in self.universe.values() for action in names)
        return self.everything

    def _of_pattern(self, pattern: Pattern) -> frozenset[str]:
        head = pattern.tokens[0] if pattern.tokens and isinstance(pattern.tokens[0], str) else ""
        prefix, colon, _ = head.partition(":")
        candidates: Collection[str] = self.universe.get(prefix, ()) if colon else self._all()
        if pattern.tokens == EVERYTHING.tokens:
            return self._all()
        self.spend(len(candidates) * _STEPS_OF_MATCH)
        return frozenset(one for one in candidates if patterns.matches(pattern, one, {}))

    def covers(self, wide: Pattern, narrow: Pattern) -> bool:
        """Tell whether one pattern stands for all that another does; false where that is not sure."""
        self.spend(len(wide.tokens) + len(_text(narrow)))
        if wide.tokens == narrow.tokens:
            return True
        return wide.pieces is not None and Wild.ONE not in wide.tokens and patterns.matches(wide, _text(narrow), {})

    def meet(self, one: Pattern, other: Pattern) -> bool:
        """Tell whether some text is described by both; a variable may have any value."""
        left, right = _symbols(one), _symbols(other)
        self.spend((len(left) + 1) * (len(right) + 1))
        return _meet(left, right)


_ANY, _RUN = object(), object()


def _symbols(pattern: Pattern) -> list[object]:
    found: list[object] = []
    for token in pattern.tokens:
        if isinstance(token, str):
            found += token
        else:
            found.append(_ANY if token is Wild.ONE else _RUN)
    return found


def _meet(left: Sequence[object], right: Sequence[object]) -> bool:
    """Whether two lists of symbols describe a text in common: row by row, which pairs of beginnings do."""
    row = [True]
    for symbol in right:
        row.append(row[-1] and symbol is _RUN)
    for one in left:
        below = [row[0] and one is _RUN]
        for number, other in enumerate(right):
            if one is _RUN or other is _RUN:
                below.append(row[number + 1] or below[number] or (row[number] and one is other))
            else:
                below.append(row[number] and (one == other or one is _ANY or other is _ANY))
        row = below
    return row[-1]


def _text(pattern: Pattern) -> str:
    """A pattern as a text that only a pattern with as much room covers: a variable stands as itself."""
    return "".join(
        token.value if isinstance(token, Wild) else token if isinstance(token, str) else f"${{{token.key}}}"
        for token in pattern.tokens
    )


@cache
def _reference() -> Mapping[str, tuple[str, ...]]:
    """The actions that AWS knows, in lower case, by prefix."""
    return {
        prefix: tuple(f"{prefix}:{name}" for name in reference.action_names(prefix)) for prefix in reference.prefixes()
    }


def _comparison(*several: Iterable[Statement], more: Iterable[str] = ()) -> _Comparison:
    universe = dict(_reference())
    named = {_text(one) for policy in several for statement in policy for one in statement.actions.patterns}
    for action in sorted({*named, *(one.lower() for one in more)}):
        prefix, colon, _ = action.partition(":")
        if colon and "*" not in action and "?" not in action and action not in universe.get(prefix, ()):
            universe[prefix] = (*universe.get(prefix, ()), action)
    return _Comparison(universe)


def granting(policy: Policy, accesses: Sequence[Access]) -> list[Statement]:
    """The statements that give some of the accesses.

    A Deny counts where it has no condition, spares nobody and covers the resource. Raises TooComplex.
    """
    comparison = _comparison(policy.statements, more=(action for access in accesses for action in access.actions))
    denies = [one for one in policy.statements if not one.allows and not one.conditions and _for_all(one)]
    return [
        statement
        for statement in policy.statements
        if statement.allows and any(_gives(comparison, statement, access, denies) for access in accesses)
    ]


def _for_all(statement: Statement) -> bool:
    principals = statement.principals
    return principals is None or (not principals.negated and ("AWS", "*") in principals.entries)


def _gives(comparison: _Comparison, statement: Statement, access: Access, denies: Sequence[Statement]) -> bool:
    given = comparison.actions(statement.actions)
    if access.actions:
        wanted = [patterns.parse(one.lower(), wildcards=True, variables=False) for one in access.actions]
        given &= frozenset().union(*map(comparison._of_pattern, wanted))
    wanted_resources = [patterns.parse(one, wildcards=True, variables=False) for one in access.resources] or [
        EVERYTHING
    ]
    for resource in wanted_resources:
        for part in _parts(comparison, statement.resources, resource):
            left = given
            for deny in denies:
                if any(_within(comparison, deny.resources, one) for one in (part, resource)):
                    left -= comparison.actions(deny.actions)
            if left:
                return True
    return False


def _parts(comparison: _Comparison, resources: Matcher | None, wanted: Pattern) -> list[Pattern]:
    """What a statement's resources have in common with some that are looked for, as patterns around it."""
    if resources is None:
        return [wanted]
    if resources.negated:
        return [] if any(comparison.covers(one, wanted) for one in resources.patterns) else [wanted]
    return [one for one in resources.patterns if comparison.meet(one, wanted)]


def _within(comparison: _Comparison, resources: Matcher | None, narrow: Pattern) -> bool:
    """Tell whether a statement's resources hold all that a pattern describes."""
    if resources is None:
        return True
    if resources.negated:
        return not any(comparison.meet(one, narrow) for one in resources.patterns)
    return any(comparison.covers(one, narrow) for one in resources.patterns)


def exceeding(new: Policy, existing: Policy) -> list[Statement]:
    """The new policy's statements that may give what the existing policy does not. Raises TooComplex."""
    comparison = _comparison(new.statements, existing.statements)
    lost = [
        deny
        for deny in existing.statements
        if not deny.allows and not any(_denies_as_much(comparison, one, deny) for one in new.statements)
    ]
    return [
        statement
        for statement in new.statements
        if statement.allows
        and (not _given(comparison, statement, existing) or any(_touches(comparison, statement, deny) for deny in lost))
    ]


def _given(comparison: _Comparison, statement: Statement, existing: Policy) -> bool:
    """Tell whether the existing policy gives all that a statement does, for each of its resources and principals."""
    wanted = comparison.actions(statement.actions)
    for resources in _pieces(statement.resources):
        for entry in _entries(statement):
            left = wanted
            for one in existing.statements:
                if one.allows and _as_wide(comparison, one, resources, entry, statement):
                    left -= comparison.actions(one.actions)
            if left:
                return False
    return True


def _pieces(resources: Matcher | None) -> list[Matcher | None]:
    if resources is None or resources.negated:
        return [resources]
    return [Matcher((one,), False, patterns.together((one,))) for one in resources.patterns]


def _entries(statement: Statement) -> list[tuple[str, str] | None]:
    principals = statement.principals
    return [None] if principals is None or principals.negated else list(principals.entries)


def _as_wide(
    comparison: _Comparison,
    wide: Statement,
    resources: Matcher | None,
    entry: tuple[str, str] | None,
    narrow: Statement,
) -> bool:
    return (
        _holds_principal(wide, entry, narrow)
        and _holds_resources(comparison, wide.resources, resources)
        and all(any(_narrower(one, other) for one in narrow.conditions) for other in wide.conditions)
    )


def _holds_principal(wide: Statement, entry: tuple[str, str] | None, narrow: Statement) -> bool:
    if entry is None or wide.principals is None or wide.principals.negated:
        return wide.principals == narrow.principals or (
            wide.principals is not None and not wide.principals.negated and ("AWS", "*") in wide.principals.entries
        )
    return entry in wide.principals.entries or (entry[0] == "AWS" and ("AWS", "*") in wide.principals.entries)


def _holds_resources(comparison: _Comparison, wide: Matcher | None, narrow: Matcher | None) -> bool:
    if wide is None or narrow is None:
        return wide is None or _within(comparison, wide, EVERYTHING)
    if not narrow.negated:
        return all(_within(comparison, wide, one) for one in narrow.patterns)
    if not wide.negated:
        return _within(comparison, wide, EVERYTHING)
    return all(any(comparison.covers(left_out, one) for left_out in narrow.patterns) for one in wide.patterns)


def _narrower(one: Condition, other: Condition) -> bool:
    """Tell whether a condition is met only where another is."""
    if (one.operator, one.quantifier, one.key) != (other.operator, other.quantifier, other.key):
        return False
    if one.if_exists and not other.if_exists:
        return False
    texts, others = ({_text(value) for value in condition.values} for condition in (one, other))
    row = OPERATORS.get(one.operator)
    return others <= texts if row is not None and row.negated else texts <= others


def _denies_as_much(comparison: _Comparison, one: Statement, deny: Statement) -> bool:
    return (
        not one.allows
        and one.principals == deny.principals
        and comparison.actions(deny.actions) <= comparison.actions(one.actions)
        and _holds_resources(comparison, one.resources, deny.resources)
        and all(any(_narrower(other, condition) for other in deny.conditions) for condition in one.conditions)
    )


def _touches(comparison: _Comparison, statement: Statement, deny: Statement) -> bool:
    if not comparison.actions(statement.actions) & comparison.actions(deny.actions):
        return False
    if statement.resources is None or deny.resources is None or statement.resources.negated:
        return True
    return any(_parts(comparison, deny.resources, one) for one in statement.resources.patterns)
