"""Canonical XML: as the specification has it, and as the standard library writes what it can."""

from xml.etree.ElementTree import canonicalize

import pytest

from sandbox.federation.xml_tree import MalformedXml, canonical, parse

DOCUMENTS = [
    "<a/>",
    '<a b="2" a="1">x</a>',
    '<a xmlns="urn:one"><b xmlns=""><c/></b></a>',
    '<n:a xmlns:n="urn:n" xmlns:unused="urn:u"><n:b n:y="1" x="2"/></n:a>',
    '<a xmlns:z="urn:a" xmlns:y="urn:b" z:k="1" y:k="2" k="3"/>',
    '<a xmlns:p="urn:1"><p:b/><c xmlns:p="urn:2"><p:d/><p:e xmlns:p="urn:1"/></c></a>',
    "<a>&amp;&lt;&gt;\"' &#13; \n\t é &#x1F600;</a>",
    '<a b="&amp;&lt;&gt;&quot;&apos;&#9;&#10;&#13;é"/>',
    "<a><!-- x -->1<!-- y -->2<![CDATA[<3>]]></a>",
    '<a xml:lang="en" xml:space="preserve"> </a>',
]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_document_is_written_as_the_standard_library_does(document: str) -> None:
    assert canonical(parse(document.encode())).decode() == canonicalize(document)


def test_an_element_takes_only_the_namespaces_that_it_shows() -> None:
    # From section 2.2 of the specification: the same element in two contexts has one form.
    element = (
        '<n1:elem2 xmlns:n1="http://example.net" xml:lang="en"><n3:stuff xmlns:n3="ftp://example.org"/></n1:elem2>'
    )
    first = f'<n0:local xmlns:n0="foo:bar" xmlns:n3="ftp://example.org">{element}</n0:local>'
    second = f'<n2:pdu xmlns:n1="http://example.com" xmlns:n2="http://foo.example" xml:lang="fr">{element}</n2:pdu>'
    wanted = (
        '<n1:elem2 xmlns:n1="http://example.net" xml:lang="en">'
        '<n3:stuff xmlns:n3="ftp://example.org"></n3:stuff></n1:elem2>'
    )
    for document in (first, second):
        assert canonical(parse(document.encode()).elements[0]).decode() == wanted


def test_prefixes_can_be_written_though_they_are_not_shown() -> None:
    root = parse(b'<a xmlns:xs="urn:xs" xmlns:other="urn:o"><b t="xs:string"/></a>')
    written = canonical(root.elements[0], inclusive=frozenset(("xs", "gone")))
    assert written == b'<b xmlns:xs="urn:xs" t="xs:string"></b>'


def test_one_element_can_be_left_out() -> None:
    root = parse(b"<a>1<b/>2<b/></a>")
    assert canonical(root, without=root.elements[0]) == b"<a>12<b></b></a>"


@pytest.mark.parametrize(
    "document",
    [
        "",
        "<a>",
        "<a/><b/>",
        "<!DOCTYPE a><a/>",
        "<?x y?><a/>",
        "<p:a/>",
        '<a p:b="1"/>',
        '<a xmlns:p="urn:p" xmlns:q="urn:p" p:b="1" q:b="2"/>',
        '<a xmlns:xml="urn:x"/>',
        '<a xmlns:="urn:x"/>',
        "<a>" * 61 + "</a>" * 61,
        '<?xml version="1.0" encoding="no-such"?><a/>',
        "<a>\x01</a>",
    ],
)
def test_what_could_be_read_in_two_ways_is_not_read(document: str) -> None:
    with pytest.raises(MalformedXml):
        parse(document.encode())
