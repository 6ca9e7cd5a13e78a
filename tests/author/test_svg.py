"""A picture of a plugin is copied shape by shape: whatever could act, fetch or have no end is not in the copy."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from evoclass_author.svg import picture

NAMES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:h="http://www.w3.org/1999/xhtml"'
RECT = '<rect width="9" height="9"/>'
USE = "<use href='#a'/>"
RUN = "alert(1)"

HOSTILE = [
    f"<script>{RUN}</script>",
    f"<script href='https://evil.example/x.js'/><script xlink:href='data:,{RUN}'/>",
    f"<h:script>{RUN}</h:script><h:img src='x' onerror='{RUN}'/>",
    f"<foreignObject><h:body onload='{RUN}'><h:iframe src='https://evil.example'/></h:body></foreignObject>",
    f"<g onload='{RUN}' onclick='{RUN}' ONLOAD='{RUN}'>{RECT}</g>",
    f"<a href='javascript:{RUN}' xlink:href='javascript:{RUN}' target='_top'>{RECT}</a>",
    "<image href='https://evil.example/x.png'/><image xlink:href='file:///etc/passwd'/>",
    "<use href='https://evil.example/x.svg#a'/><use xlink:href='data:image/svg+xml,x'/><use/>",
    f"<animate attributeName='href' values='javascript:{RUN}'/><set attributeName='onclick' to='{RUN}'/>",
    "<style>@import url(https://evil.example/x.css); rect { fill: url(https://evil.example) }</style>",
    "<rect width='1' height='1' fill='url(https://evil.example/#a)' filter='url(//evil.example)'/>",
    "<rect width='1' height='1' fill='url(x.svg)' stroke='URL(#a' clip-path='url(x.svg#a)'/>",
    "<rect width='1' height='1' style='fill:url(https://evil.example);background:url(//evil.example)'/>",
    "<rect width='1' height='1' style='fill: URL(&#x68;ttps://evil.example); behavior: url(x.htc)'/>",
    "<rect width='1' height='1' fill='u\\72l(https://evil.example)'/>",
    "<rect width='1' height='1' style='fill: u/**/rl(//evil.example); -moz-binding: url(x)'/>",
    "<pattern id='p'><rect/></pattern><filter id='f'><feImage href='https://evil.example'/></filter>",
    f"<title><h:b onclick='{RUN}'>x</h:b><script>{RUN}</script></title>",
    f"<svg onload='{RUN}'><svg><script>{RUN}</script></svg></svg>",
    f"<![CDATA[<script>{RUN}</script>]]><text>&lt;script&gt;{RUN}&lt;/script&gt;</text>",
    f"<?xml-stylesheet href='https://evil.example/x.css'?><!-- <script>{RUN}</script> -->",
    f"<rect width='1' height='1' xml:base='https://evil.example/' class='x' id='a\"onload=\"{RUN}'/>".replace(
        'a"onload="', "a"
    ),
    "<text>\x1b[2J \u202e x</text>".replace("\x1b", "\u0085"),
]


def copied(inside: str) -> ElementTree.Element:
    found = picture(f"<svg {NAMES} width='9' height='9'>{RECT}{inside}</svg>")
    assert found is not None
    return ElementTree.fromstring(found)


@pytest.mark.parametrize("inside", HOSTILE, ids=lambda text: text[:30])
def test_nothing_that_acts_or_fetches_is_in_the_copy(inside: str) -> None:
    root = copied(inside)
    for element in root.iter():
        space, _, tag = element.tag.partition("}")
        assert space == "{http://www.w3.org/2000/svg"
        assert tag in ["svg", "g", "rect", "text", "title"]
        assert not [
            name for name in element.attrib if re.match("(?i)on|.*(href|style|class|base|filter)", name)
        ]
        assert not [
            value for value in element.attrib.values() if re.search("evil|script|://|url|[/\\\\]", value)
        ]
        assert tag in ("text", "tspan", "title", "desc") or not (element.text or "").strip()
    raw = ElementTree.tostring(root, encoding="unicode")
    assert not set("\x85\u202e") & set(raw)
    assert "<script" not in raw


@pytest.mark.parametrize(
    "svg",
    [
        "",
        "no picture",
        "<svg",
        "<html><body/></html>",
        f"<svg {NAMES}/>",
        f"<svg {NAMES}><script>{RUN}</script></svg>",
        f"<svg {NAMES}><foreignObject>{RECT}</foreignObject></svg>",
        f"<h:svg {NAMES}><h:rect/></h:svg>",
        f"<!DOCTYPE svg [<!ENTITY a 'aaaa'>]><svg {NAMES}>{RECT}<text>&a;</text></svg>",
        f"<!DOCTYPE svg [<!ENTITY % a SYSTEM 'https://evil.example/a.dtd'> %a;]><svg {NAMES}>{RECT}</svg>",
        f"<!DOCTYPE svg [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><svg {NAMES}>{RECT}<text>&a;</text></svg>",
        f"<!DOCTYPE svg [<!ATTLIST rect id CDATA 'aaaa'>]><svg {NAMES}>{RECT * 9}</svg>",
        f"<svg {NAMES}>{RECT}<text>&undefined;</text></svg>",
        f"<svg {NAMES}>{RECT * 20_000}</svg>",
        f"<svg {NAMES}>{RECT}<g id='a'><use href='#b'/></g><g id='b'><use href='#a'/></g></svg>",
        f"<svg {NAMES}>{RECT}<defs><g id='a'><use href='#c'/></g></defs><use href='#a'/></svg>",
        f"<svg {NAMES}><g id='a'>{RECT * 4_000}</g>{USE * 4_000}</svg>",
        f"<svg {NAMES}>{RECT}<g id='a'/><g id='a'>{USE}</g>{USE}</svg>",
        f"<svg {NAMES}>{RECT}<marker>{RECT * 1_000}</marker></svg>",
        f"<svg {NAMES}>{RECT}{'<g>' * 60}{'</g>' * 60}</svg>",
        f"<svg {NAMES}>{RECT}{'<b>' * 100_000}</svg>",
        f"<svg {NAMES}>{RECT}<text>{'x' * 500_000}</text></svg>",
        f"<svg {NAMES}>{RECT}<text>\ud800</text></svg>",
        f"<svg {NAMES}>{RECT}<text>\x00</text></svg>",
    ],
    ids=range(24),
)
def test_what_cannot_be_read_within_bounds_is_no_picture(svg: str) -> None:
    assert picture(svg) is None


def test_what_is_drawn_at_each_corner_draws_nothing_at_its_own_corners() -> None:
    root = copied(
        "<marker id='m' marker-end='url(#n)'><g marker-mid='url(#n)'><path d='M0 0' style='marker-mid: url(#n)'/>"
        "<use href='#x'/></g></marker><clipPath id='c' clip-path='url(#d)'><rect clip-path='url(#d)'/></clipPath>"
        "<path d='M0 0' marker-end='url(#m)' clip-path='url(#c)'/>"
    )
    found = [
        (name, value) for element in root.iter() for name, value in element.attrib.items() if "url" in value
    ]
    assert found == [("marker-end", "url(#m)"), ("clip-path", "url(#c)")]
    assert not root.findall(".//{http://www.w3.org/2000/svg}use")


def test_entities_upon_entities_are_not_expanded() -> None:
    bomb = "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 20))
    assert (
        picture(f"<!DOCTYPE svg [<!ENTITY a0 'ha'>{bomb}]><svg {NAMES}>{RECT}<text>&a19;</text></svg>")
        is None
    )


def test_a_picture_stays_as_it_is() -> None:
    inside = (
        "<defs><linearGradient id='g'><stop offset='0' stop-color='#fff'/></linearGradient>"
        "<marker id='m' orient='auto'><path d='M 0 0 L 9 3'/></marker></defs>"
        "<use xlink:href='#m' x='3' transform='scale(2)'/>"
        "<g transform='translate(1,2) scale(.5)'><circle cx='1' cy='2' r='3' fill='url(#g)' style='stroke: red; "
        "stroke-width: 2'/><line x1='0' y1='0' x2='9' y2='9' marker-end='url(#m)'/></g>"
        "<text x='1' y='2' font-family=\"'DejaVu Sans', serif\">4 <tspan>&lt; 8</tspan> units</text>"
    )
    root = copied(inside)
    tags = [element.tag.partition("}")[2] for element in root.iter()]
    expected = "svg rect defs linearGradient stop marker path use g circle line text tspan"
    assert " ".join(tags) == expected
    found = {element.tag.partition("}")[2]: element for element in root.iter()}
    assert found["circle"].attrib["fill"] == "url(#g)"
    assert found["use"].attrib == {"href": "#m", "x": "3", "transform": "scale(2)"}
    assert (found["circle"].attrib["stroke"], found["circle"].attrib["stroke-width"]) == ("red", "2")
    assert found["g"].attrib["transform"] == "translate(1,2) scale(.5)"
    assert found["text"].attrib["font-family"] == "'DejaVu Sans', serif"
    assert "".join(found["text"].itertext()) == "4 < 8 units"


def test_a_picture_without_a_name_space_and_one_of_graphviz_are_read() -> None:
    doctype = (
        '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
    )
    for svg in (
        f"<svg>{RECT}</svg>",
        f"<?xml version='1.0' encoding='latin-1'?>\n{doctype}\n<svg {NAMES}>{RECT}</svg>",
    ):
        found = picture(svg)
        assert found is not None
        assert ElementTree.fromstring(found)[0].tag == "{http://www.w3.org/2000/svg}rect"
