"""The evening: prepared on paper, drawn in public, run by the host, marked by judges."""

import re
import uuid
from typing import NamedTuple

from playwright.sync_api import Locator, expect
from playwright.sync_api import Page as Tab

from site_cms.spreadsheets.writing import XLSX, write_book
from voting.judging.setup_sheets import SHEETS

PANELS = ("领导与部门代表", "行业代表", "群众代表")
SEATS = [f"{letter}{number:02d}" for letter in "ABC" for number in range(1, 4)]
SEED = "31415926535897932384"


class Card(NamedTuple):
    """What a judge holds: the short code under the QR code, and the PIN."""

    code: str
    pin: str


def prepare(tab: Tab) -> None:
    """From the frozen rules and one spreadsheet of seats; two supervisors are named."""
    tab.goto("/admin/")
    tab.get_by_role("link", name="筹备现场评比会").click()
    tab.get_by_role("button", name="按计分规则建立评比会").click()
    tab.get_by_role("link", name="导入", exact=True).click()
    rows = [
        [seat, "周某某", PANELS["ABC".index(seat[0])], "", "", ""] for seat in SEATS
    ]
    book = write_book(
        [(s.title, s.columns, rows if s.title == "席位" else ()) for s in SHEETS]
    )
    tab.set_input_files(
        "[name=files]", {"name": "评比会.xlsx", "mimeType": XLSX, "buffer": book}
    )
    tab.get_by_role("button", name="上传，看预览").click()
    tab.get_by_role("button", name="确认导入").click()
    tab.get_by_role("link", name="看筹备情况").click()
    tab.get_by_role("link", name="指定监督员").click()
    for name in ("监某某", "督某某"):
        tab.get_by_role("checkbox", name=re.compile(name)).check()
    tab.locator(".su-form button[type=submit]").click()
    expect(tab.get_by_role("heading", name="现场监督员")).to_be_visible()


def print_cards(tab: Tab) -> dict[str, Card]:
    tab.goto("/admin/")
    tab.get_by_role("link", name="筹备现场评比会").click()
    tab.get_by_role("link", name="印席卡和密码单").click()
    tab.get_by_role("button", name="生成，去打印").click()
    expect(tab.locator(".card")).to_have_count(len(SEATS))
    tab.wait_for_load_state("load")
    codes = tab.locator(".card__code").all_inner_texts()
    pins = tab.locator(".pin__digits").all_inner_texts()
    return dict(zip(SEATS, map(Card, codes, pins), strict=True))


def draw(host: Tab, supervisor: Tab) -> None:
    """The list is published, the seed thrown, and typed by two people."""
    host.goto("/admin/")
    host.get_by_role("link", name=re.compile("抽签$")).click()
    host.locator("[name=complete]").check()
    host.get_by_role("button", name="公布名单和校验值").click()
    host.fill("[name=seed]", SEED)
    host.fill("[name=how]", "十面骰子掷 20 次，各单位代表在场。")
    host.get_by_role("button", name="记下种子，请监督员核对").click()
    supervisor.goto("/admin/")
    supervisor.get_by_role("link", name=re.compile("抽签$")).click()
    supervisor.locator("input[type=radio]").first.check()
    supervisor.fill("[name=typed]", SEED)
    supervisor.get_by_role("button", name="送出意见").click()
    expect(supervisor.get_by_text("的出场顺序已经抽出")).to_be_visible()


def sit_down(tab: Tab, card: Card) -> None:
    """Without a scanner: the short code at /j/, then the PIN."""
    tab.goto("/j/")
    tab.get_by_label("短码").fill(card.code)
    tab.get_by_role("button", name="下一步").click()
    tab.get_by_label("密码").fill(card.pin)
    tab.get_by_role("button", name="进入").click()
    tab.get_by_role("link", name="是我，开始就座").click()
    expect(tab.get_by_text("周某某").first).to_be_visible()


def marks_of(plate: str, seat: str) -> dict[str, str]:
    """The later the number the better on stage, and every judge differs a little."""
    place = "ABC".index(seat[0]) + int(seat[1:])
    return {
        "results": str(28 + 2 * int(plate) + place % 3),
        "benefit": str(20 + int(plate)),
        "mechanism": "11.5",
        "presentation": str(9 + place % 4),
    }


def mark_by_hand(tab: Tab, plate: str, seat: str) -> None:
    """On the large keys; the sum once more before it is handed over."""
    expect(tab.locator("[data-in=open]")).to_be_visible()
    for place, mark in enumerate(marks_of(plate, seat).values()):
        whole, _, half = mark.partition(".")
        for key in [*(["next"] if place else []), *whole, *([".5"] if half else [])]:
            tab.locator(f"[data-key='{key}']").click()
    tab.get_by_role("button", name="核对并提交").click()
    tab.locator("[data-in=confirm]").get_by_role("button").first.click()
    expect(tab.locator("[data-in=received]")).to_be_visible()


def mark_by_wire(tab: Tab, plate: str, seat: str, turn: int) -> None:
    """What the judge's page sends, without the keys: nine judges press the same ones."""
    answer = tab.request.post(
        f"{tab.url}sheets/",
        data={
            "id": str(uuid.uuid4()),
            "turn": turn,
            "version": 1,
            "marks": marks_of(plate, seat),
        },
        headers={
            "Referer": tab.url,
            "X-CSRFToken": tab.locator(
                "[name=csrfmiddlewaretoken]"
            ).first.input_value(),
        },
    )
    assert answer.ok, answer.text()


def press(host: Tab, label: str) -> None:
    """Do the host's one next act, which must read as expected."""
    host.locator(".dnext button", has_text=label).click()


def hold(tab: Tab, button: Locator, until: Locator) -> None:
    """Keep an act that nobody may do by mistake pressed, until it is seen to be done."""
    button.hover()
    tab.mouse.down()
    expect(until).to_be_visible()
    tab.mouse.up()


def on_stage(judge: Tab) -> tuple[str, int]:
    """The plate of the unit that is marked now, and its turn, as a judge's page hears them."""
    expect(judge.locator("[data-in=open]")).to_be_visible()
    turn = judge.request.get(f"{judge.url}state/").json()["turn"]
    return turn["plate"], turn["id"]


def run_a_turn(host: Tab, supervisor: Tab, judges: dict[str, Tab]) -> None:
    """Called, opened, marked by all, signed by the supervisor, announced."""
    press(host, "请下一个单位上台")
    press(host, "开放打分")
    (by_hand, first), *others = judges.items()
    plate, turn = on_stage(first)
    mark_by_hand(first, plate, by_hand)
    for seat, tab in others:
        mark_by_wire(tab, plate, seat, turn)
    press(host, "送监督员签认")
    supervisor.goto("/admin/")
    supervisor.get_by_role("link", name="监督签认").click()
    supervisor.locator(".squeue a").first.click()
    hold(
        supervisor,
        supervisor.locator(".btn--hold"),
        until=supervisor.get_by_text("已签认锁定").first,
    )
    hold(
        host,
        host.locator(".dnext button", has_text="大屏亮分"),
        until=host.locator("[data-part=scene] small", has_text="亮分"),
    )


def close(host: Tab) -> None:
    hold(
        host,
        host.locator(".dnext button", has_text="结束评分"),
        until=host.get_by_role("button", name="评分已经结束"),
    )


def reveal(administrator: Tab, host: Tab) -> None:
    """The presenter's card is printed, then the host turns one line after the other."""
    administrator.goto("/admin/")
    administrator.get_by_role("link", name="准备揭晓").click()
    administrator.fill("[name=name]", "李明")
    administrator.get_by_role("button", name="发提词卡").click()
    expect(administrator.get_by_text("李明的提词密码")).to_be_visible()
    host.goto("/admin/")
    host.get_by_role("link", name="主持现场评比会").click()
    step = host.locator(".dnext")
    hold(
        host,
        step.locator("button", has_text="开始揭晓"),
        until=step.get_by_text("0 / 8 步"),
    )
    for number in range(1, 9):
        host.keyboard.press("r")
        expect(step).to_contain_text(f"{number} / 8 步")
    host.keyboard.press("r")
    expect(step).to_contain_text("红旗已全部揭晓")
    hold(
        host,
        step.locator("button", has_text="结束并公开"),
        until=host.get_by_text("揭晓结束，结果已经公开").first,
    )
