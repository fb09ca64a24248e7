"""Diagrams: SVG that stands in the page, so that its colours follow the theme; only drawing gets through."""

import re
from xml.etree import ElementTree

SVG = "http://www.w3.org/2000/svg"
_ELEMENTS = """
    svg g defs title desc path rect circle ellipse line polyline polygon text tspan marker clipPath
    use
"""
_ATTRIBUTES = """
    id class viewBox role aria-labelledby aria-describedby aria-hidden x y x1 y1 x2 y2 cx cy r rx ry
    dx dy width height d points transform fill stroke stroke-width stroke-linecap stroke-linejoin
    stroke-dasharray opacity text-anchor dominant-baseline font-size font-weight marker-start
    marker-end refX refY markerWidth markerHeight orient markerUnits clip-path href
    preserveAspectRatio
"""
ELEMENTS = frozenset(_ELEMENTS.split())
ATTRIBUTES = frozenset(_ATTRIBUTES.split())
COLOURS = frozenset({"fill", "stroke"})
TOKEN = re.compile(r"none|currentColor|var\(--[a-z0-9-]+\)|url\(#[\w-]+\)")
SMALLEST_TEXT = 13.0


class BadFigure(ValueError):
    """The file is not a diagram that we can show."""


def inline_svg(text: str) -> str:
    """Return the SVG ready to stand in a page; raises BadFigure and says why."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise BadFigure("a document type is not allowed")
    try:
        root = ElementTree.fromstring(text)  # noqa: S314  # no document type, so no entities
    except ElementTree.ParseError as error:
        raise BadFigure(f"not well-formed: {error}") from error
    if root.tag != f"{{{SVG}}}svg" or "viewBox" not in root.attrib:
        raise BadFigure("the root must be an svg element with a viewBox")
    for element in root.iter():
        _check(element)
    if root.find(f"{{{SVG}}}title") is None or root.find(f"{{{SVG}}}desc") is None:
        raise BadFigure("title and desc are missing")
    ElementTree.register_namespace("", SVG)
    return ElementTree.tostring(root, encoding="unicode")


def _check(element: ElementTree.Element) -> None:
    name = element.tag.removeprefix(f"{{{SVG}}}")
    if name not in ELEMENTS:
        raise BadFigure(f"element {name} is not allowed")
    for attribute, value in element.attrib.items():
        if attribute not in ATTRIBUTES:
            raise BadFigure(f"attribute {attribute} of {name} is not allowed")
        if attribute in COLOURS and not TOKEN.fullmatch(value):
            raise BadFigure(f'{attribute}="{value}": use var(--token), so that dark mode works')
        if attribute == "href" and not value.startswith("#"):
            raise BadFigure("href may only point into the figure")
        if attribute == "font-size" and float(value.removesuffix("px")) < SMALLEST_TEXT:
            raise BadFigure(f"text smaller than {SMALLEST_TEXT:g} px")
