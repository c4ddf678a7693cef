"""What holds for every template and style sheet of the site."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string

from site_cms.design.gallery import SURFACES, shown_names, surfaces
from site_cms.design.gallery.specimen import component_names, component_root

TEMPLATES = Path(settings.TEMPLATES[0]["DIRS"][0])
STATIC = TEMPLATES.parent / "site_cms" / "static" / "site_cms"

FORBIDDEN = {
    "inline style": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "style element": re.compile(r"<style\b", re.I),
    "inline script": re.compile(r"<script\b(?![^>]*\bsrc=)(?![^>]*type=.application/json)", re.I),
    "event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "script address": re.compile(r"javascript:", re.I),
    "foreign resource": re.compile(r"<(?!a\b)[a-z][^>]*\s(?:src|srcset|href|action|poster|data)\s*=\s*[\"'](?:https?:)?//", re.I),
}  # fmt: skip

# Filings that the law asks to be linked: followed by a reader, never loaded.
LINKED_HOSTS = {"beian.miit.gov.cn", "beian.mps.gov.cn"}


def relative(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()


def component_paths() -> list:
    return [
        pytest.param(path, id=relative(path, component_root()))
        for path in sorted(component_root().rglob("*.html"))
    ]


@pytest.mark.parametrize("path", component_paths())
def test_component_begins_with_its_parameters(path):
    text = path.read_text(encoding="utf-8")

    assert text.startswith("{% comment %}\n")
    assert "{% endcomment %}" in text


@pytest.mark.parametrize("path", component_paths())
def test_component_is_given_its_parameters_and_nothing_else(path):
    includes = re.findall(r"{% include .*? %}", path.read_text(encoding="utf-8"))

    assert [include for include in includes if not include.endswith("only %}")] == []


def test_gallery_shows_every_component():
    assert component_names() - shown_names() == set()


@pytest.mark.parametrize("page", SURFACES)
def test_every_specimen_renders_in_every_state(page):
    empty = [
        specimen.name
        for surface in surfaces(page)
        for specimen in surface.specimens
        for state in specimen.rendered
        if not state.strip()
    ]

    assert empty == []


def test_readme_names_every_component():
    readme = (component_root() / "README.md").read_text(encoding="utf-8")

    assert [
        name for name in sorted(component_names()) if f"`{name}`" not in readme
    ] == []


@pytest.mark.parametrize("what", FORBIDDEN)
def test_templates_hold_nothing_that_the_browser_must_refuse(what):
    assert [
        relative(path, TEMPLATES)
        for path in sorted(TEMPLATES.rglob("*.html"))
        if FORBIDDEN[what].search(path.read_text(encoding="utf-8"))
    ] == []


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("inline style", '<p class="a" style="color: red">'),
        ("style element", "<style>p{}</style>"),
        ("inline script", "<script>alert(1)</script>"),
        ("event attribute", '<a onclick="x()">'),
        ("script address", '<a href="javascript:x()">'),
        ("foreign resource", '<img alt="" src="https://example.com/a.png">'),
        ("foreign resource", '<link rel="stylesheet" href="//example.com/a.css">'),
    ],
)
def test_scan_would_see_it(what, text):
    assert FORBIDDEN[what].search(text)


def test_links_to_other_hosts_are_the_filings_alone():
    hosts = {
        host
        for path in TEMPLATES.rglob("*.html")
        for host in re.findall(r"https?://([\w.-]+)", path.read_text(encoding="utf-8"))
    }

    assert hosts <= LINKED_HOSTS


def test_styles_and_scripts_load_nothing_from_elsewhere():
    loading = re.compile(r"url\(\s*[\"']?(?:https?:)?//|@import|fetch\(\s*[\"']https?:")

    assert [
        relative(path, STATIC)
        for path in sorted([*STATIC.rglob("*.css"), *STATIC.rglob("*.js")])
        if loading.search(path.read_text(encoding="utf-8"))
    ] == []


def test_colours_outside_tokens_are_named_by_role():
    """Raw colours stand in tokens.css; shades of black and white on a picture may stay."""
    raw = re.compile(r"#(?!0{3}\b|f{3}\b|0{6}\b|f{6}\b)[0-9a-f]{3,8}\b", re.I)
    allowed = {"hero": 2}

    found = raw.findall((STATIC / "css/components.css").read_text(encoding="utf-8"))

    assert len(found) == sum(allowed.values()), found


def test_styles_and_scripts_of_a_public_page_are_light():
    """Of the 60 KB that HTML, CSS and JS of a list may weigh, 25 are for its HTML."""
    files = [
        "css/tokens.css",
        "css/base.css",
        "css/components.css",
        "css/print.css",
        "js/site.js",
        "img/icons.svg",
    ]

    assert (
        sum(len(gzip.compress((STATIC / name).read_bytes())) for name in files) < 30_000
    )


def test_icons_that_templates_name_are_drawn():
    drawn = set(re.findall(r'id="i-([a-z]+)"', (STATIC / "img/icons.svg").read_text()))
    named = {
        name
        for path in TEMPLATES.rglob("*.html")
        for name in re.findall(r'{% icon "([a-z]+)"', path.read_text(encoding="utf-8"))
    }

    assert named - drawn == set()


def test_rubbish_in_a_component_is_escaped():
    card = render_to_string(
        "components/card.html",
        {"title": "<script>x</script>", "url": '"><b>', "text": "a & b"},
    )

    assert "<script>" not in card
    assert 'href="&quot;&gt;&lt;b&gt;"' in card


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        pytest.param([62.03, 25.39], [(0, 62.03), (62.03, 25.39)], id="two parts"),
        pytest.param([], [], id="nothing"),
        pytest.param(
            [20] * 5, [(0, 20), (20, 20), (40, 20), (60, 20)], id="four at most"
        ),
    ],
)
def test_parts_of_a_bar_follow_each_other(shares, expected):
    bar = render_to_string("components/bar.html", {"shares": shares})

    assert [
        (float(x), float(width))
        for x, width in re.findall(r'x="([\d.]+)%" width="([\d.]+)%"', bar)
    ] == expected
