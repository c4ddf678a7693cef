"""初审 and 复审 of the nominations, and the pages that are passed or sent back beside them."""

from playwright.sync_api import Page as Tab
from playwright.sync_api import expect


def set_up_round(tab: Tab, step: str, *, goes_on: int) -> None:
    tab.goto("/admin/")
    tab.get_by_role("link", name=f"安排{step}").click()
    tab.fill("[name=name-0]", "办成的事")
    for name, value in (("maximum", "100"), ("step", "1"), ("weight", "1")):
        tab.fill(f"[name={name}-0]", value)
    tab.fill("[name=reviewers_per_entry]", "1")
    tab.fill("[name=goes_on]", str(goes_on))
    tab.get_by_role("button", name="保存").click()
    expect(tab.get_by_role("heading", name="算一遍")).to_be_visible()


def assign(tab: Tab, step: str) -> None:
    tab.goto("/admin/")
    tab.get_by_role("link", name=f"安排{step}").click()
    tab.get_by_role("link", name="分配").first.click()
    tab.get_by_role("button", name="按预览分配").click()
    expect(tab.locator(".rv-assigned")).to_contain_text("某某")


def mark_all(tab: Tab, step: str, marks: dict[str, int]) -> None:
    """From the reviewer's own home page, one entry after the other."""
    tab.goto("/admin/")
    tab.get_by_role("link", name=f"{step}评审").click()
    tab.get_by_role("link", name="开始评").click()
    for left in reversed(range(len(marks))):
        name = tab.locator("#entry-name").inner_text()
        tab.locator("[name^=mark-]").fill(str(marks[name]))
        tab.fill("[name=remark]", "路修得实，数字有台账可查。")
        tab.get_by_role("button", name="提交", exact=True).click()
        if left:
            expect(tab.locator("#entry-name")).not_to_have_text(name)
    tab.goto("/admin/reviews/")
    expect(tab.locator(".rv-ok").first).to_contain_text("都提交了")


def select(tab: Tab, step: str) -> None:
    """After the close: the ranking, then the list of those who go on."""
    tab.goto("/admin/")
    tab.get_by_role("link", name=f"安排{step}").click()
    tab.get_by_role("link", name="排名").first.click()
    tab.get_by_role("link", name="去确定名单").click()
    tab.get_by_role("button", name="确定名单").click()
    expect(tab.locator(".rv-ok")).to_contain_text("名单已经确定")


def pass_pages(tab: Tab, button: str) -> None:
    """The checklist for each page that waits."""
    while True:
        tab.goto("/admin/moderation/")
        waiting = tab.get_by_role("link", name="审核", exact=True)
        if not waiting.count():
            return
        waiting.first.click()
        for label in ("数字真实", "来源清楚", "不涉密", "文字无误"):
            tab.get_by_role("checkbox", name=label).check()
        tab.get_by_label("没有涉及：照片里没有能认出来的人").check()
        tab.get_by_label("没有涉及：没有未成年人").check()
        tab.get_by_role("button", name=button).click()
        expect(tab.locator(".messages")).to_contain_text("通过")
