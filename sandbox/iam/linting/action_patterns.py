"""Actions as policies write them: a service's prefix and a name with wildcards."""

from dataclasses import dataclass
from functools import lru_cache

from sandbox.iam import patterns, reference
from sandbox.iam.linting.document import Effort, Policy, Statement
from sandbox.iam.linting.json_reader import Node


@dataclass(frozen=True, slots=True)
class ActionText:
    """An action's place and its parts in lower case; the prefix is "*" where every service is meant."""

    node: Node
    prefix: str
    name: str

    @property
    def has_wildcard(self) -> bool:
        """Whether it stands for more than one action."""
        return wild(self.name)

    @property
    def every(self) -> bool:
        """Whether it stands for actions of more than one service."""
        return wild(self.prefix)


def wild(text: str) -> bool:
    """Tell whether a text has a wildcard."""
    return "*" in text or "?" in text


def action_text(node: Node) -> ActionText | None:
    """Read an action; None when it has no prefix."""
    text = node.text.lower()
    if text == "*":
        return ActionText(node, "*", "*")
    prefix, colon, name = text.partition(":")
    return ActionText(node, prefix, name) if colon else None


def action_texts(statement: Statement, *names: str) -> list[ActionText]:
    """The readable actions of a statement's elements."""
    return [found for node in statement.texts(*names) if (found := action_text(node))]


def expand(action: ActionText, effort: Effort) -> tuple[str, ...] | None:
    """The known names, in lower case, that an action of a known service stands for; None when that cannot be told."""
    if action.every or action.prefix not in reference.prefixes():
        return None
    names = reference.action_names(action.prefix)
    if not action.has_wildcard:
        return (action.name,) if action.name in names else ()
    return _expanded(action.prefix, action.name) if effort.spend(len(names) * (1 + action.name.count("*"))) else None


@lru_cache(maxsize=1024)
def _expanded(prefix: str, name: str) -> tuple[str, ...]:
    pattern = patterns.parse(name, wildcards=True, variables=False)
    return tuple(known for known in reference.action_names(prefix) if patterns.matches(pattern, known, {}))


def stands_for(node: Node, action: str) -> bool:
    """Tell whether an action of a policy, with its wildcards, stands for one in lower case."""
    text = node.text.lower()
    if not wild(text):
        return text == action
    return patterns.matches(patterns.parse(text, wildcards=True, variables=False), action, {})


def known_actions(policy: Policy, statement: Statement) -> list[tuple[ActionText, tuple[reference.Action, ...]]]:
    """The actions of a statement of which all details are known, each with what it stands for."""
    found = []
    for action in action_texts(statement, "Action"):
        if not action.every and reference.has_detail(action.prefix):
            names = expand(action, policy.effort) or ()
            details = tuple(known for name in names if (known := reference.action(action.prefix, name)))
            # A name without details says nothing of what the whole can do.
            if details and len(details) == len(names):
                found.append((action, details))
    return found
