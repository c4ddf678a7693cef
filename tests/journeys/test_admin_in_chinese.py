"""Who works in the admin reads Chinese on every page of it, dialogs and scripts included."""

import re

import pytest
from django.test import Client
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError
from playwright.sync_api import expect

from showcase.pages.moderation.models import PageReview
from showcase.pages.moderation.services import sync_moderation
from site_cms.accounts.groups import sync_groups
from site_cms.accounts.models import User
from site_cms.accounts.roles import Role
from site_cms.pages.page_types import HelpPage, NoticeIndexPage
from tests.factories import NOW, make_operator, make_user, sign_in
from tests.pictures import make_image
from tests.site_factories import make_page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.looks,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

# Names that have no Chinese, and keys of a keyboard.
NAMES = {
    "PDF", "WebP", "HEIC", "JPG", "PNG", "API", "QR", "KB", "MB", "URL", "CSV", "TXT", "XLSX", "TSV",
    "IP", "ICP", "conac", "docx", "xlsx", "pptx", "JavaScript",
    "Ctrl", "Shift", "Alt", "Esc", "Enter", "Tab",
}  # fmt: skip
# Account names, file names, codes of acts and addresses are written as they are.
CODE = re.compile(r"\b[\w-]+\.[\w.]+|\b(?:user|office)-\d+\b|\S*/\S*|#\S+")
WORD = re.compile(r"[A-Za-z]{2,}")

SHOWN = """() => {
    const seen = new Set([document.title]);
    const walk = root => {
        for (const node of root.childNodes) {
            if (node.nodeType === Node.TEXT_NODE) seen.add(node.textContent.trim());
            if (node.nodeType !== Node.ELEMENT_NODE) continue;
            if (['SCRIPT', 'STYLE', 'TEMPLATE', 'CODE', 'IFRAME'].includes(node.tagName)) continue;
            if (!node.checkVisibility()) continue;
            for (const name of ['aria-label', 'title', 'placeholder', 'alt'])
                if (node.getAttribute(name)) seen.add(node.getAttribute(name));
            if (node.tagName === 'INPUT' && node.type === 'submit') seen.add(node.value);
            walk(node);
            if (node.shadowRoot) walk(node.shadowRoot);
        }
    };
    walk(document.body);
    return [...seen];
}"""


@pytest.fixture
def office() -> dict[str, int]:
    """A site with something on every list. Returns numbers for the addresses."""
    showcase = make_page()
    sync_groups()
    sync_moderation(by=None, now=NOW)
    page = HelpPage.objects.get(slug="help")
    page.save_revision().publish()
    return {
        "home": page.get_parent().pk,
        "notices": NoticeIndexPage.objects.get().pk,
        "page": page.pk,
        "showcase": showcase.pk,
        "image": make_image().pk,
        "task": PageReview.objects.first().pk,
        "person": make_user(username="office-2").pk,
    }


@pytest.fixture
def enter(desktop, live_server):
    """Opens the admin as somebody and keeps count of what the browser asks for and says."""

    def entered(user: User) -> Visit:
        client = Client()
        sign_in(client, user)
        session = {"name": "sessionid", "value": client.cookies["sessionid"].value}
        desktop.context.add_cookies([session | {"url": live_server.url}])
        return Visit(desktop, live_server.url)

    return entered


class Visit:
    def __init__(self, page, origin: str):
        self.page = page
        self.english: dict[str, set[str]] = {}
        self.elsewhere: list[str] = []
        self.said: list[str] = []
        own = (origin, "data:", "blob:", "about:")
        page.on(
            "request",
            lambda sent: sent.url.startswith(own) or self.elsewhere.append(sent.url),
        )
        page.on(
            "console",
            lambda line: line.type == "error" and self.said.append(line.text),
        )
        page.on("pageerror", lambda error: self.said.append(str(error)))

    def go(self, address: str) -> None:
        self.page.goto(address, wait_until="load")
        self.page.wait_for_function("() => document.readyState === 'complete'")
        self.read(address)

    def read(self, where: str) -> None:
        text = "\n".join(self.page.evaluate(SHOWN))
        if found := set(WORD.findall(CODE.sub(" ", text))) - NAMES:
            self.english[where] = found

    @property
    def findings(self) -> tuple[dict, list[str], list[str]]:
        return self.english, self.elsewhere, self.said


LISTS = [
    "/admin/",
    "/admin/pages/",
    "/admin/pages/{home}/",
    "/admin/pages/search/?q=没有",
    "/admin/images/",
    "/admin/images/multiple/add/",
    "/admin/images/{image}/",
    "/admin/images/{image}/delete/",
    "/admin/documents/",
    "/admin/documents/multiple/add/",
    "/admin/reports/workflow/",
    "/admin/reports/workflow_tasks/",
    "/admin/reports/site-history/",
    "/admin/workflows/list/",
    "/admin/workflows/tasks/index/",
    "/admin/workflows/tasks/edit/{task}/",
    "/admin/users/",
    "/admin/users/new/",
    "/admin/users/edit/{person}/",
    "/admin/users/history/{person}/",
    "/admin/redirects/",
    "/admin/redirects/add/",
    "/admin/redirects/import/",
    "/admin/settings/site_cms/governmentsettings/",
    "/admin/contests/",
    "/admin/units/",
    "/admin/entries/",
    "/admin/deeds/",
    "/admin/sectors/",
    "/admin/polls/",
    "/admin/trail/",
    "/admin/account/",
]
PAGES = [
    "/admin/pages/{notices}/add_subpage/",
    "/admin/pages/add/site_cms/noticepage/{notices}/",
    "/admin/pages/{page}/history/",
    "/admin/pages/{page}/usage/",
    "/admin/pages/{page}/move/",
    "/admin/pages/{page}/copy/",
    "/admin/pages/{page}/delete/",
    "/admin/pages/{page}/unpublish/",
    "/admin/pages/{page}/workflow_history/",
    "/admin/pages/{showcase}/edit/",
    "/admin/pages/{showcase}/history/",
]


def test_administrator_reads_chinese(enter, office):
    visit = enter(make_operator(Role.ADMINISTRATOR))

    for address in [*LISTS, *PAGES]:
        visit.go(address.format(**office))

    assert visit.findings == ({}, [], [])


def test_whoever_runs_the_server_reads_chinese(enter, office):
    """What is open to a superuser alone. What a group may do is not set there but by sync_groups."""
    visit = enter(make_operator(is_superuser=True))

    for address in (
        "/admin/groups/",
        "/admin/collections/",
        "/admin/collections/add/",
    ):
        visit.go(address.format(**office))

    assert visit.findings == ({}, [], [])


# Wagtail notes some seconds after the start what the form holds; only what is typed after
# that is a change that it saves by itself.
WATCHED = """addEventListener('w-unsaved:watch-edits', () => {
    document.documentElement.dataset.watched = '';
});"""


def _is_a_save(answer) -> bool:
    return answer.request.method == "POST" and answer.url.endswith("/edit/")


def _save_by_typing(page) -> dict:
    """What the editor was told of a change that it found by itself.

    On a busy machine it takes what is typed too soon for what was there at first.
    """
    for title in ("帮助大家", "帮助所有人", "帮助每个人"):
        try:
            with page.expect_response(_is_a_save, timeout=20_000) as saved:
                page.locator("[name=title]").fill(title)
        except PlaywrightTimeoutError:
            continue
        return saved.value.json()
    pytest.fail("the editor saved none of the changes by itself")


def test_editor_speaks_chinese_in_its_panels_dialogs_and_choosers(enter, office):
    visit = enter(make_operator(Role.ADMINISTRATOR))
    page = visit.page
    page.add_init_script(WATCHED)

    visit.go(f"/admin/pages/{office['page']}/edit/")
    for panel in ("status", "preview", "comments"):
        page.locator(f"[data-side-panel-toggle={panel}]").first.click()
        expect(page.locator(f"[data-side-panel={panel}]")).to_be_visible()
        visit.read(panel)
    page.locator("[data-side-panel-toggle=comments]").first.click()
    page.locator("[data-streamfield-stream-container] button[title]").first.click()
    expect(page.locator(".w-combobox")).to_be_visible()
    visit.read("adding a block")
    page.keyboard.press("Escape")
    expect(page.locator("html[data-watched]")).to_be_attached()
    assert _save_by_typing(page)["success"] is True
    expect(page.locator("#w-autosave-indicator")).to_have_attribute(
        "data-w-autosave-state-value", "saved"
    )
    visit.read("saved by itself")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Shift+?")
    expect(page.locator("#keyboard-shortcuts-dialog")).to_be_visible()
    visit.read("keyboard shortcuts")

    assert visit.findings == ({}, [], [])


@pytest.mark.parametrize(
    "role", [Role.UNIT_EDITOR, Role.REVIEWER_FIRST, Role.REVIEWER_SECOND, Role.AUDITOR]
)
def test_everybody_else_reads_chinese(enter, office, role):
    visit = enter(make_operator(role))

    for address in ("/admin/", "/admin/pages/", "/admin/account/", "/admin/users/"):
        visit.go(address)

    assert visit.findings == ({}, [], [])


@pytest.mark.parametrize("address", ["/admin/nowhere/", "/admin/pages/99999/edit/"])
def test_an_address_of_the_admin_that_is_none_says_so_in_chinese(
    enter, office, address
):
    visit = enter(make_operator(Role.ADMINISTRATOR))

    visit.go(address)

    english, elsewhere, said = visit.findings
    assert (english, elsewhere) == ({}, [])
    assert ["404" in line for line in said] == [True]
