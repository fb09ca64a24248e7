"""A small XML tree, read without DTDs and entities, bounded in depth and size."""

from dataclasses import dataclass, field
from xml.parsers import expat

MAX_DEPTH = 64
MAX_ELEMENTS = 100_000


@dataclass(slots=True)
class Element:
    """An element without its namespace prefix; attributes keep theirs ("xsi:type")."""

    name: str
    attributes: dict[str, str]
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    def all(self, name: str) -> list["Element"]:
        """Children of this name."""
        return [child for child in self.children if child.name == name]


def parse_xml(body: bytes) -> Element:
    """The root element; ValueError for malformed, oversized or DTD-carrying documents."""
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        raise ValueError(str(error)) from None
    if reader.root is None:
        raise ValueError("no element found")
    return reader.root


def xml_root(body: bytes) -> str:
    """Name of a document's root element, without its prefix; "" for what is no such document."""
    try:
        return parse_xml(body).name
    except ValueError:
        return ""


def _refuse_doctype(name: str, system_id: str | None, public_id: str | None, has_internal_subset: bool) -> None:
    raise ValueError("document type declarations are not allowed")


class _Reader:
    """Builds the tree from expat's events."""

    def __init__(self) -> None:
        self.root: Element | None = None
        self._open: list[Element] = []
        self._count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        element = Element(name.rpartition(":")[2], attributes)
        self._count += 1
        if self._count > MAX_ELEMENTS or len(self._open) >= MAX_DEPTH:
            raise ValueError("document too large or too deep")
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def end(self, name: str) -> None:
        self._open.pop()

    def characters(self, text: str) -> None:
        element = self._open[-1]
        element.text = element.text + text if element.text else text
