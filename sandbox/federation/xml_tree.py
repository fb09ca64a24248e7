"""XML as signatures need it: prefixes are kept, and whatever could mean two things to two readers is refused.

https://www.w3.org/TR/xml-exc-c14n/
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

XML = "http://www.w3.org/XML/1998/namespace"
MOST_DEPTH = 60


class MalformedXml(ValueError):
    """Not well-formed, or with a document type, a processing instruction or too many levels."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute that is no namespace declaration."""

    prefix: str
    name: str
    namespace: str
    value: str


@dataclass(eq=False, slots=True)
class Element:
    """An element; `scope` are all namespaces by prefix, "" for the default one."""

    prefix: str
    name: str
    namespace: str
    attributes: tuple[Attribute, ...]
    scope: Mapping[str, str]
    children: list["Element | str"] = field(default_factory=list)

    @property
    def elements(self) -> list["Element"]:
        """The children that are elements."""
        return [child for child in self.children if isinstance(child, Element)]

    @property
    def text(self) -> str:
        """The text right inside, without the space around it."""
        return "".join(child for child in self.children if isinstance(child, str)).strip()

    def get(self, name: str) -> str:
        """Value of an attribute without namespace; "" for none."""
        return next((one.value for one in self.attributes if one.name == name and not one.namespace), "")

    def find_all(self, namespace: str, name: str) -> list["Element"]:
        """Children of that name."""
        return [child for child in self.elements if (child.namespace, child.name) == (namespace, name)]

    def find(self, namespace: str, *names: str) -> "Element | None":
        """The first element at the end of a path of names."""
        found: Element | None = self
        for name in names:
            found = next(iter(found.find_all(namespace, name)), None) if found is not None else None
        return found

    def walk(self) -> Iterator["Element"]:
        """The element and all below it, in document order."""
        yield self
        for child in self.elements:
            yield from child.walk()


def parse(document: bytes) -> Element:
    """Read a document; raises MalformedXml."""
    builder = _Builder()
    try:
        builder.parser.Parse(document, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise MalformedXml(str(error)) from error
    if builder.root is None:
        raise MalformedXml("there is no element")
    return builder.root


class _Builder:
    def __init__(self) -> None:
        self.root: Element | None = None
        self.open: list[Element] = []
        # Comments are dropped: the canonical form has none, and texts are read across them.
        parser = self.parser = expat.ParserCreate()
        parser.ordered_attributes = True
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse
        parser.ProcessingInstructionHandler = self._refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text

    def _refuse(self, *_: object) -> None:
        raise MalformedXml("document types and processing instructions are not taken")

    def _start(self, name: str, flat: list[str]) -> None:
        if len(self.open) >= MOST_DEPTH:
            raise MalformedXml("too many levels")
        pairs = list(zip(flat[::2], flat[1::2], strict=True))
        scope = dict(self.open[-1].scope) if self.open else {"xml": XML, "": ""}
        for key, value in pairs:
            if key in ("xmlns:", "xmlns:xml", "xmlns:xmlns"):
                raise MalformedXml(f"{key} cannot be declared")
            if key == "xmlns" or key.startswith("xmlns:"):
                scope[key[6:]] = value
        element = Element(*_resolved(name, scope), _attributes(pairs, scope), scope)
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)

    def _end(self, _: str) -> None:
        self.open.pop()

    def _text(self, text: str) -> None:
        self.open[-1].children.append(text)


def _attributes(pairs: list[tuple[str, str]], scope: Mapping[str, str]) -> tuple[Attribute, ...]:
    found = []
    for key, value in pairs:
        if key != "xmlns" and not key.startswith("xmlns:"):
            # An attribute without a prefix is in no namespace, whatever the default.
            prefix, name, namespace = _resolved(key, scope) if ":" in key else ("", key, "")
            found.append(Attribute(prefix, name, namespace, value))
    if len({(one.namespace, one.name) for one in found}) != len(found):
        raise MalformedXml("an attribute is there twice")
    return tuple(found)


def _resolved(qualified: str, scope: Mapping[str, str]) -> tuple[str, str, str]:
    prefix, _, name = qualified.rpartition(":")
    if ":" in prefix or not name or (prefix and not scope.get(prefix)):
        raise MalformedXml(f"{qualified} has no namespace")
    return prefix, name, scope[prefix]


def canonical(element: Element, *, inclusive: frozenset[str] = frozenset(), without: Element | None = None) -> bytes:
    """An element in exclusive canonical form, without comments.

    `inclusive` are prefixes whose namespaces are written whether used or not, `without` is an element left out.
    """
    return "".join(_written(element, {"": "", "xml": XML}, inclusive, without)).encode()


def _written(
    element: Element, shown: Mapping[str, str], inclusive: frozenset[str], without: Element | None
) -> Iterator[str]:
    name = f"{element.prefix}:{element.name}" if element.prefix else element.name
    used = {element.prefix, *(one.prefix for one in element.attributes if one.prefix)}
    used |= {prefix for prefix in inclusive if prefix in element.scope}
    declared = {prefix: element.scope[prefix] for prefix in used if shown.get(prefix) != element.scope[prefix]}
    yield f"<{name}"
    for prefix in sorted(declared):
        yield f' xmlns{":" if prefix else ""}{prefix}="{_in_attribute(declared[prefix])}"'
    for one in sorted(element.attributes, key=lambda one: (one.namespace, one.name)):
        yield f' {one.prefix}{":" if one.prefix else ""}{one.name}="{_in_attribute(one.value)}"'
    yield ">"
    for child in element.children:
        if isinstance(child, str):
            yield child.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#xD;")
        elif child is not without:
            yield from _written(child, {**shown, **declared}, inclusive, without)
    yield f"</{name}>"


def _in_attribute(value: str) -> str:
    value = value.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return value.replace("\t", "&#x9;").replace("\n", "&#xA;").replace("\r", "&#xD;")
