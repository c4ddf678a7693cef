"""One contest from the empty site to the published ranking, as its people live it.

Administrator, supervisor, host, citizens and judges each have a browser of their own and
touch nothing but pages. Times pass because the administrator sets them.
"""

import json
import os
import re
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from fractions import Fraction

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Locator, expect
from playwright.sync_api import Page as Tab

from showcase.contests.models import Contest, Entry
from showcase.pages.models import ShowcasePage
from showcase.pages.services import create_showcase_index, create_showcase_page
from site_cms.accounts.groups import sync_groups
from site_cms.accounts.models import User
from site_cms.accounts.queries import current_code
from site_cms.accounts.roles import Role
from site_cms.accounts.services import enrol_operator
from site_cms.pages.services import create_site_tree
from tests.factories import draw_order, make_deed, make_operator, make_user, sign_in
from tests.factories.moderation import make_reviewers, submit
from tests.pictures import make_image
from voting.judging.cards import Card
from voting.judging.models import ScoreSheet
from voting.judging.queries import night_of
from voting.judging.services import add_seat, name_supervisors, set_up_night
from voting.polls.models import Ballot
from voting.rulesheets.models import RuleSheet

pytestmark = [
    pytest.mark.browser,
    pytest.mark.production_database,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

# A folder for pictures of every open page when the journey fails.
SHOTS = os.environ.get("JOURNEY_SHOTS")
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PASSWORD = "correct horse battery staple"
UNITS = [
    ("j01", "县教育局", "department"),
    ("j02", "柳林镇人民政府", "township"),
    ("j03", "县人民医院", "institution"),
]


class Browsers:
    """A browser of its own for everybody, which is signed in where that is said."""

    def __init__(self, browser: Browser, origin: str) -> None:
        self.browser = browser
        self.origin = origin

    @contextmanager
    def of(
        self, user: User | None = None, *, phone: bool = False, **options
    ) -> Iterator[Tab]:
        size = (
            {"width": 360, "height": 780} if phone else {"width": 1440, "height": 900}
        )
        context = self.browser.new_context(
            base_url=self.origin,
            viewport=size,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            **options,
        )
        if user:
            client = Client()
            sign_in(client, user)
            context.add_cookies(
                [
                    {
                        "name": "sessionid",
                        "value": client.cookies["sessionid"].value,
                        "url": self.origin,
                    }
                ]
            )
        page = context.new_page()
        try:
            yield page
        except BaseException:
            if SHOTS:
                page.screenshot(path=f"{SHOTS}/{user or id(page)}.png", full_page=True)
            raise
        finally:
            context.close()


@pytest.fixture
def browsers(browser, live_server) -> Browsers:
    return Browsers(browser, live_server.url)


def local(moment) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


def sign_in_by_hand(page: Tab, user: User) -> None:
    """Password, then the code that the authenticator shows now."""
    page.goto("/admin/")
    page.fill("[name=login]", user.username)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    expect(page.locator("[name=code]")).to_be_visible()
    page.fill("[name=code]", current_code(user)[0])
    page.click("main button[type=submit]")
    page.wait_for_url("**/admin/")


def save(page: Tab) -> None:
    page.locator("form[method=post] button[type=submit]:visible").last.click()


def enter_units(page: Tab) -> Contest:
    """The administrator makes units, the contest, its entries, and sends them on."""
    for code, name, category in UNITS:
        page.goto("/admin/units/new/")
        page.locator("[name=code]").fill(code)
        page.locator("[name=name]").fill(name)
        page.locator("[name=short_name]").fill(name)
        page.locator("[name=category]").select_option(category)
        page.locator("[name=population_served]").fill("20000")
        page.locator("[name=headcount]").fill("50")
        save(page)
        expect(page).to_have_url(re.compile(r"/admin/units/($|\?)"))
    page.goto("/admin/contests/new/")
    page.locator("[name=name]").fill("红旗争夺赛")
    page.locator("[name=county]").fill("临河县")
    page.locator("[name=slug]").fill("hongqi")
    page.locator("[name=finalists]").fill("3")
    page.locator("[name=flags]").fill("2")
    save(page)
    expect(page).to_have_url(re.compile(r"/admin/contests/($|\?)"))
    contest = Contest.objects.get(slug="hongqi")
    for _, name, _ in UNITS:
        page.goto("/admin/entries/new/")
        page.locator("[name=contest]").select_option(str(contest.pk))
        page.locator("[name=unit]").select_option(label=name)
        save(page)
        expect(page).to_have_url(re.compile(r"/admin/entries/($|\?)"))
    page.goto(f"/admin/contests/shortlist/{contest.pk}/")
    for number, entry in enumerate(contest.entries.order_by("unit__code"), start=1):
        page.locator(f"[name=number-{entry.pk}]").fill(str(number))
    save(page)
    expect(page).to_have_url(re.compile(r"/admin/contests/($|\?)"))
    return contest


def set_times(page: Tab, contest: Contest, **times) -> None:
    page.goto(f"/admin/contests/edit/{contest.pk}/")
    for name, moment in times.items():
        page.locator(f"[name={name}]").fill(local(moment))
        page.keyboard.press("Escape")
    save(page)
    expect(page).to_have_url(re.compile(r"/admin/contests/($|\?)"))


def draft_pages(contest: Contest) -> None:
    """What a unit has written by then: a draft for each entry, which nobody outside sees."""
    now = timezone.now()
    create_showcase_index(by=None, contest=contest, now=now)
    for entry in contest.entries.select_related("unit"):
        make_deed(unit=entry.unit, title=f"{entry.unit}的一件实事")
        create_showcase_page(
            by=None,
            entry=entry,
            one_line=f"{entry.unit}办成的一件事",
            lead=f"{entry.unit}这一年办成的事，写在这里。",
            cover=make_image(),
            body=[
                ("paragraph", f"<p>{entry.unit}写的正文。</p>"),
                ("deeds", {"heading": "今年的实事"}),
            ],
            now=now,
        )


def review_pages(first: Tab, second: Tab, contest: Contest) -> None:
    """Units hand in their pages; two reviewers pass them, the second one publishes."""
    for showcase in ShowcasePage.objects.of_contest(contest):
        submit(showcase, by=make_user())
    for reviewer, button in ((first, "通过，转复审"), (second, "通过并发布")):
        while True:
            reviewer.goto("/admin/moderation/")
            waiting = reviewer.get_by_role("link", name="审核", exact=True)
            if not waiting.count():
                break
            waiting.first.click()
            for label in ("数字真实", "来源清楚", "不涉密", "文字无误"):
                reviewer.get_by_role("checkbox", name=label).check()
            reviewer.get_by_label("没有涉及：照片里没有能认出来的人").check()
            reviewer.get_by_label("没有涉及：没有未成年人").check()
            reviewer.get_by_role("button", name=button).click()
            expect(reviewer.locator(".messages")).to_contain_text("通过")
    assert ShowcasePage.objects.of_contest(contest).live().count() == len(UNITS)


def freeze_rules(page: Tab, other: Tab, contest: Contest) -> RuleSheet:
    """Begin from a template, choose the online weight, and freeze with a second person."""
    page.goto(f"/rules/{contest.slug}/edit/")
    page.locator("input[name=template]").first.check()
    page.locator("main button").first.click()
    page.locator("[name$=online_weight]").fill("30")
    page.get_by_role("button", name=re.compile("存草稿|保存")).first.click()
    expect(page.get_by_text("草稿已存，可以核对并冻结了。")).to_be_visible()
    page.goto(f"/rules/{contest.slug}/freeze/")
    page.locator("[name=reason]").fill("主办单位会议通过")
    page.locator("[name=typed]").fill("冻结")
    page.get_by_role("button", name="提出冻结，送第二人").click()
    expect(page.get_by_text("等监督员同意").first).to_be_visible()
    decide(other, f"/rules/{contest.slug}/freeze/")
    expect(other.get_by_text("计分规则已经冻结").first).to_be_visible()
    return RuleSheet.objects.frozen().get(contest=contest)


def decide(page: Tab, address: str) -> None:
    """The second person agrees."""
    page.goto(address)
    page.locator("input[type=radio]").first.check()
    page.get_by_role("button", name="送出意见").click()


def confirm_thresholds(page: Tab, contest: Contest) -> None:
    """The integrity officer sees what they would find, and takes them as they are."""
    page.goto(f"/admin/integrity/{contest.slug}/thresholds/")
    page.get_by_role("button", name="先看会找出什么").click()
    page.get_by_role("button", name="确认，就这样设").click()
    expect(page.locator("main")).to_contain_text("第 1 版")


def make_the_poll(page: Tab, contest: Contest) -> None:
    page.goto("/admin/polls/new/")
    page.locator("[name=contest]").select_option(str(contest.pk))
    page.locator("[name=picks_min]").fill("1")
    page.locator("[name=picks_max]").fill("2")
    # Whoever has no JavaScript must be able to vote, too.
    page.locator("[name=adapters][value=code]").check(force=True)
    save(page)
    expect(page).to_have_url(re.compile(r"/admin/polls/($|\?)"))


def vote(page: Tab, contest: Contest, *plates: str) -> str:
    """From the home page to the receipt. Returns the 受理号."""
    page.goto("/")
    page.get_by_role("link", name="去评一评").click()
    for plate in plates:
        page.locator(f"input[name=entry][value='{plate}']").check(force=True)
    page.get_by_role("button", name="核对选票").click()
    for plate in plates:
        expect(page.locator("main")).to_contain_text(plate)
    page.get_by_role("button", name="提交这张选票").click()
    expect(page.get_by_role("heading", name=re.compile("收到"))).to_be_visible()
    return page.locator(".receipt__no").inner_text()


def seat_judges(contest: Contest, by: User, supervisors: list[User]) -> dict[str, Card]:
    """The evening's seats and its order; later issues give these acts their pages."""
    now = timezone.now()
    sheet = RuleSheet.objects.get(contest=contest)
    night = set_up_night(by=by, contest=contest, document=sheet.document, now=now)
    name_supervisors(by=by, night=night, users=supervisors, now=now)
    cards = {}
    for letter, panel in zip("ABC", night.panels.all(), strict=True):
        for number in range(1, 4):
            code = f"{letter}{number:02d}"
            _, cards[code] = add_seat(
                by=by, night=night, panel=panel.code, code=code, name="周某某", now=now
            )
    draw_order(night.rounds.get(), now=now)
    return cards


def marks_for(entry: Entry, seat: str) -> dict[str, str]:
    """Fixed marks: the third unit does best on stage, and every judge differs a little."""
    place = ord(seat[0]) - ord("A") + int(seat[1:])
    return {
        "results": str(28 + 2 * entry.number + place % 3),
        "benefit": str(20 + entry.number),
        "mechanism": "11.5",
        "presentation": str(9 + place % 4),
    }


def judge_by_hand(page: Tab, card: Card) -> None:
    page.goto(f"/judge/{card.token}/")
    page.locator("input[name=pin]").fill(card.pin)
    page.get_by_role("button", name="进入").click()
    page.get_by_role("link", name="是我，开始就座").click()


def mark_by_hand(page: Tab, entry: Entry, seat: str) -> None:
    """Type the marks, see unit and total once more, hand them over."""
    expect(page.locator("[data-in=open]")).to_be_visible()
    for place, mark in enumerate(marks_for(entry, seat).values()):
        whole, _, half = mark.partition(".")
        for key in [*(["next"] if place else []), *whole, *([".5"] if half else [])]:
            page.locator(f"[data-key='{key}']").click()
    page.get_by_role("button", name="核对并提交").click()
    confirm = page.locator("[data-in=confirm]")
    expect(confirm).to_contain_text(entry.unit.short_name)
    confirm.get_by_role("button").first.click()


def sit_down(card: Card) -> Client:
    client = Client()
    client.post(f"/judge/{card.token}/sign-in/", {"pin": card.pin})
    return client


def hand_in(client: Client, card: Card, entry: Entry, seat: str, turn_id: int) -> None:
    body = {
        "id": str(uuid.uuid4()),
        "turn": turn_id,
        "version": 1,
        "marks": marks_for(entry, seat),
    }
    answer = client.post(
        f"/judge/{card.token}/sheets/",
        json.dumps(body),
        content_type="application/json",
    )
    assert answer.status_code in {200, 201}, answer.content


def press(page: Tab, label: str) -> None:
    """Do the host's one next act, which must read as expected."""
    page.locator(".dnext button", has_text=label).click()


def hold(page: Tab, button: Locator, until: Locator) -> None:
    """Keep an act that nobody may do by mistake pressed, until it is seen to be done."""
    button.hover()
    page.mouse.down()
    expect(until).to_be_visible()
    page.mouse.up()


def expected_scores(rule_sheet: RuleSheet, votes: Counter, contest: Contest) -> dict:
    """The ranking by hand: trimmed means of three are the middle mark, votes share of the top."""
    top = max(votes.values())
    scores = {}
    for entry in contest.entries.select_related("unit"):
        panels = []
        for letter in "ABC":
            totals = sorted(
                sum(Fraction(m) for m in marks_for(entry, f"{letter}{n:02d}").values())
                for n in (1, 2, 3)
            )
            panels.append(sum(totals) / 3)
        stage = (
            panels[0] * Fraction(3, 10)
            + panels[1] * Fraction(4, 10)
            + panels[2] * Fraction(3, 10)
        )
        online = Fraction(100 * votes[entry.plate], top)
        scores[entry.plate] = stage * Fraction(7, 10) + online * Fraction(3, 10)
    return scores


def test_one_contest_from_showcase_to_computed_ranking(empty_site, browsers):
    create_site_tree(by=None, name="红旗争夺赛", now=timezone.now())
    sync_groups()
    administrator = make_operator(Role.ADMINISTRATOR)
    administrator.set_password(PASSWORD)
    administrator.save()
    enrol_operator(by=None, user=administrator, secret=SECRET, now=timezone.now())
    supervisor, host = make_operator(Role.SUPERVISOR), make_operator(Role.HOST)
    reviewers = make_reviewers()
    votes: Counter = Counter()

    with (
        browsers.of() as office,
        browsers.of(supervisor) as second,
        browsers.of(host) as console,
    ):
        # The office prepares: units, contest, numbers, pages, rules, poll.
        sign_in_by_hand(office, administrator)
        contest = enter_units(office)
        draft_pages(contest)
        with browsers.of(phone=True) as citizen:
            citizen.goto("/u/")
            expect(citizen.locator("main")).not_to_contain_text("县教育局")
        with browsers.of(reviewers[0]) as one, browsers.of(reviewers[1]) as two:
            review_pages(one, two, contest)
        now = timezone.now()
        set_times(
            office,
            contest,
            poll_opens_at=now - timedelta(minutes=2),
            poll_closes_at=now + timedelta(hours=2),
        )
        make_the_poll(office, contest)

        # Without frozen rules the poll stays shut, and says so.
        with browsers.of(phone=True) as citizen:
            citizen.goto(f"/vote/{contest.slug}/")
            expect(citizen.locator("main")).to_contain_text("还不能投票")
            expect(citizen.locator("input[name=entry]")).to_have_count(0)
        rule_sheet = freeze_rules(office, second, contest)
        with browsers.of(make_operator(Role.INTEGRITY)) as officer:
            confirm_thresholds(officer, contest)
        call_command("worker", once=True)

        # Citizens vote: with scripts, without, and one tries twice.
        with browsers.of(phone=True) as citizen:
            citizen.goto("/u/")
            expect(citizen.locator("main")).to_contain_text("县教育局")
            vote(citizen, contest, "01", "03")
            votes.update(["01", "03"])
            citizen.goto(f"/vote/{contest.slug}/")
            expect(citizen.locator("main")).to_contain_text("已经")
        with browsers.of(phone=True, java_script_enabled=False) as citizen:
            number = vote(citizen, contest, "01")
            votes.update(["01"])
            citizen.goto(f"/vote/{contest.slug}/lookup/")
            citizen.locator("main [name=number]").fill(number)
            citizen.locator("main [name=number]").press("Enter")
            expect(citizen.locator("main")).to_contain_text("已计入")
        for plates in (["02"], ["01", "02"], ["03"]):
            with browsers.of(phone=True) as citizen:
                vote(citizen, contest, *plates)
                votes.update(plates)
        assert Ballot.objects.count() == 5

        # The poll closes: nobody gets in any more, and no count is out yet. Nobody may close
        # a real one early, so here time itself is moved.
        last_minute = (timezone.now() - timedelta(minutes=1)).replace(
            second=0, microsecond=0
        )
        Contest.objects.update(poll_closes_at=last_minute)
        with browsers.of(phone=True) as citizen:
            citizen.goto(f"/vote/{contest.slug}/")
            expect(citizen.locator("main")).to_contain_text("截止")
            citizen.goto(f"/results/{contest.slug}/")
            expect(citizen.locator("main")).to_contain_text("还没有")

        # The night: two judges by hand, one of them offline for a while; the others by post.
        cards = seat_judges(
            contest, administrator, [supervisor, make_operator(Role.SUPERVISOR)]
        )
        set_times(
            office, contest, night_opens_at=timezone.now() - timedelta(seconds=50)
        )
        call_command("worker", once=True)
        with browsers.of(phone=True) as one, browsers.of(phone=True) as two:
            judge_by_hand(one, cards["A01"])
            judge_by_hand(two, cards["B01"])
            clients = {
                code: sit_down(card)
                for code, card in cards.items()
                if code not in {"A01", "B01"}
            }
            console.goto(f"/host/{contest.slug}/")
            for _ in range(3):
                run_a_turn(console, second, contest, cards, clients, by_hand=(one, two))
        assert ScoreSheet.objects.count() == 27

        # The result, as the desk shows it before anybody agrees; test_whole_contest goes on.
        close_night(console)
        office.goto(f"/results/{contest.slug}/manage/")
        office.get_by_role("button", name="计算结果").click()
        rows = office.locator("main table tbody tr")
        expect(rows.first).to_be_visible()
        computed = [row.split("\t") for row in rows.all_inner_texts()[:3]]
        with browsers.of(phone=True) as citizen:
            citizen.goto(f"/results/{contest.slug}/")
            expect(citizen.locator("main")).to_contain_text("还没有")

    scores = expected_scores(rule_sheet, votes, contest)
    ranking = sorted(scores, key=scores.get, reverse=True)
    assert [(row[0][:2], row[1], row[2]) for row in computed] == [
        (plate, str(rank), f"{float(round(scores[plate], 4)):.2f}")
        for rank, plate in enumerate(ranking, start=1)
    ]


def run_a_turn(console, second, contest, cards, clients, *, by_hand) -> None:
    """One unit on stage: called, opened, marked by all, sent for signing, locked."""
    press(console, "请下一个单位上台")
    press(console, "开放打分")
    turn = night_of(contest).current_turn
    one, two = by_hand
    expect(two.locator("[data-in=open]")).to_be_visible()
    two.context.set_offline(True)
    mark_by_hand(one, turn.entry, "A01")
    mark_by_hand(two, turn.entry, "B01")
    expect(one.locator("[data-in=received]")).to_be_visible()
    for code, client in clients.items():
        hand_in(client, cards[code], turn.entry, code, turn.pk)
    assert not ScoreSheet.objects.filter(turn=turn, seat__code="B01").exists()
    two.context.set_offline(False)
    expect(two.locator("[data-in=received]")).to_be_visible()
    press(console, "送监督员签认")
    second.goto(f"/supervise/{contest.slug}/")
    second.locator(".squeue a").first.click()
    hold(
        second,
        second.locator(".btn--hold"),
        until=second.get_by_text("已签认锁定").first,
    )
    hold(
        console,
        console.locator(".dnext button", has_text="大屏亮分"),
        until=console.locator("[data-part=scene] small", has_text="亮分"),
    )
    for page in by_hand:
        expect(page.locator("[data-in=locked]")).to_be_visible()


def close_night(console: Tab) -> None:
    hold(
        console,
        console.locator(".dnext button", has_text="结束评分"),
        until=console.get_by_role("button", name="评分已经结束"),
    )
