"""Every kind of public page, looked at by axe in each of the four modes."""

from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from site_cms.pages.services import publish_news, publish_notice, publish_person
from tests.factories import NOW, make_deed, make_head, make_log_entry
from tests.pictures import make_image
from tests.showcase.pages.test_showcase_page import contest_voting_now, full_body
from tests.site_factories import make_pages

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
MODES = [
    {"font": font, "contrast": contrast}
    for font in ("normal", "large")
    for contrast in ("normal", "high")
]
# What the server writes on <html> for a mode, without fetching the page again.
SWITCH = """mode => {
    for (const [name, value] of Object.entries(mode)) {
        document.documentElement.setAttribute(`data-${name}`, value);
    }
}"""


def build() -> list[str]:
    """A site with one page of each kind; returns their addresses."""
    today = date(2026, 11, 20)
    contest = contest_voting_now()
    pages = make_pages(contest, 3, sectors=["交通", "教育"])
    make_deed(unit=pages[0].entry.unit)
    pages[0].body = full_body()
    pages[0].save_revision().publish()
    make_log_entry(contest=contest, kind="rule_sheet", title="计分规则")
    make_log_entry(contest=contest, kind="ballots", batch=1, ballots=20, picks=9)
    head = make_head(contest)
    common = {"by": None, "published_on": today, "now": NOW}
    publish_notice(title="公告", slug="a", intro="说明", source="活动办公室", **common)
    publish_news(
        title="动态", slug="b", body=[("paragraph", "<p>一件事。</p>")], **common
    )
    publish_person(
        title="李桂兰",
        slug="c",
        who="网格员",
        one_line="跑遍每一户",
        photo=make_image(),
        photo_alt="李桂兰在走访",
        body=[("paragraph", "<p>她记得每一户。</p>")],
        consent_on=today,
        consent_kept="活动办公室",
        **common,
    )
    return [
        "/",
        "/u/?order=3",
        "/u/?order=3&q=没有",
        "/u/01/",
        "/u/01/poster/",
        "/ledger/",
        "/ledger/?show=overdue",
        "/notices/",
        "/notices/a/",
        "/news/",
        "/news/b/",
        "/people/",
        "/people/c/",
        "/help/",
        reverse("voting:rules", args=[contest.slug]),
        reverse("voting:results", args=[contest.slug]),
        reverse("voting:log", args=[contest.slug]),
        reverse("voting:log", args=[contest.slug]) + "?show=ballots",
        reverse("voting:log_heads", args=[contest.slug]),
        reverse("voting:log_head", args=[contest.slug, head.size]),
        reverse("voting:log_head", args=[contest.slug, head.size]) + "?root=abcd",
        reverse("voting:live", args=[contest.slug]),
        reverse("voting:lookup", args=[contest.slug]),
        "/nowhere/",
    ]


def said_against(page, address: str) -> list[str]:
    """What axe and the width of the page have to say, in each mode."""
    said = []
    page.goto(address)
    for mode in MODES:
        page.evaluate(SWITCH, mode)
        found = Axe().run(page, options=WCAG).response["violations"]
        said += [f"{mode} {rule['id']}: {rule['nodes'][0]['html']}" for rule in found]
        if page.evaluate("document.documentElement.scrollWidth - innerWidth") > 0:
            said.append(f"{mode} scrolls sideways")
    return said


def test_public_pages_are_good_in_every_mode(phone):
    refused: list[str] = []
    phone.on("console", lambda line: line.type == "error" and refused.append(line.text))

    said = {address: said_against(phone, address) for address in build()}

    assert {address: words for address, words in said.items() if words} == {}
    # The page that is not there says so in the console.
    assert [words for words in refused if "404" not in words] == []
