"""Read CloudFormation templates as data: a YAML tag in a template never makes a Python object."""

import json
from types import SimpleNamespace
from typing import Any

import moto.cloudformation.models as cloudformation_models
import moto.cloudformation.responses as cloudformation_responses
import yaml
from moto.cloudformation.utils import yaml_tag_constructor

from sandbox.emulator.expectation import expect

MAX_ALIASES = 100
MAX_DEPTH = 60
# Values in a document whose aliases are written out: ten aliases of ten aliases are a hundred.
MAX_EXPANDED = 20_000


class BoundedLoader(yaml.SafeLoader):
    """Knows YAML's plain types; few aliases, little depth, and no growth when aliases are written out."""

    def __init__(self, stream: Any) -> None:
        super().__init__(stream)
        self._aliases = 0
        self._depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            self._aliases += 1
            if self._aliases > MAX_ALIASES:
                raise self._refusal(f"more than {MAX_ALIASES} aliases")
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._refusal(f"nested deeper than {MAX_DEPTH}")
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1

    def get_single_node(self) -> Any:
        node = super().get_single_node()
        if self._aliases and self._expanded(node, {}) > MAX_EXPANDED:
            raise self._refusal("aliases that grow too much")
        return node

    def _expanded(self, node: Any, known: dict[int, int]) -> int:
        if isinstance(node, yaml.ScalarNode):
            return 1
        found = known.get(id(node))
        if found is None:
            # Until it is known, what contains itself is without end.
            known[id(node)] = MAX_EXPANDED + 1
            values = (
                node.value if isinstance(node, yaml.SequenceNode) else [part for pair in node.value for part in pair]
            )
            found = known[id(node)] = 1 + sum(self._expanded(value, known) for value in values)
        return found

    def _refusal(self, problem: str) -> yaml.scanner.ScannerError:
        return yaml.scanner.ScannerError("while reading a template", None, problem, None)


class TemplateLoader(BoundedLoader):
    """Knows CloudFormation's short functions (!Sub, !GetAtt …) too."""


def _construct_short_function(loader: TemplateLoader, suffix: str, node: yaml.Node) -> Any:
    if not node.tag.startswith("!"):
        raise yaml.scanner.ScannerError("while reading a template", None, f"tag {node.tag}", node.start_mark)
    return yaml_tag_constructor(loader, node.tag, node)


TemplateLoader.add_multi_constructor("", _construct_short_function)


def _load(text: Any, Loader: Any = None) -> Any:
    # Keys may be dates ("Version: 2012-10-17" unquoted): moto wants what its own loader gave.
    return yaml.load(text, Loader=TemplateLoader)  # noqa: S506  a subclass of SafeLoader


def read_template(text: str) -> Any:
    """A template's content, be it YAML or JSON; raises ValueError for text that is neither."""
    try:
        return _load(text)
    except yaml.YAMLError as error:
        # YAML takes no tabs, which JSON may have.
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            raise ValueError(str(error)) from error


def apply() -> None:
    """Give moto's two template readers a yaml module that has nothing but the safe loader."""
    safe = SimpleNamespace(load=_load, Loader=TemplateLoader, add_multi_constructor=lambda *_, **__: None)
    for module in (cloudformation_models, cloudformation_responses):
        reader: Any = module
        expect(reader.yaml.load is yaml.load, f"the reader of templates in {module.__name__}")
        reader.yaml = safe
