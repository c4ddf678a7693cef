"""A phone does the sum of its receipt again, and believes no answer that does not add up."""

import hashlib
import hmac
import json
from base64 import b64decode, b64encode

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from wagtail.models import Page, Site

from site_cms.pages.models import GovernmentSettings
from tests.factories import open_poll
from tests.factories.standing import make_batch, make_standing
from tests.journeys.test_voter import phone_without_scripts, problems
from tests.voting.polls.test_archive import archive
from tests.voting.polls.test_mine import Phone
from voting.log.heads import sign_head
from voting.log.models import Log
from voting.polls.models import Ballot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _nothing_is_kept_above(settings):
    settings.AGAINST_ARCHIVING = "tests.voting.polls.gates_for_tests.nothing_against"


__all__ = ["phone_without_scripts"]

MODES = ["", "font=large", "contrast=high"]


@pytest.fixture
def poll():
    return open_poll(entries=4, picks_max=4)


@pytest.fixture
def receipt(poll, live_server) -> str:
    """The address of a receipt whose two picks are under a signed head, among others."""
    mine, *_ = [
        Phone(poll).vote(*plates).url
        for plates in (("01", "03"), ("02",), ("01", "02", "04"), ("03",))
    ]
    make_batch(poll)
    sign_head(log=Log.objects.get(contest_id=poll.contest_id), now=timezone.now())
    return mine


def said(page):
    return page.locator("[data-proof-say]")


def test_the_phone_finds_every_pick_under_the_head(phone, receipt, poll):
    phone.goto(receipt)

    expect(said(phone)).to_have_text(
        "这台手机算过了：您的 2 个选择都在公开日志 8 片叶时的指纹里，一个不少，没有改过。"
    )
    expect(phone.locator("[data-proof-notice]")).to_have_class("notice notice--ok")


def test_the_phone_finds_them_after_the_archive(phone, receipt, poll):
    archive(poll)

    phone.goto(receipt)

    expect(said(phone)).to_contain_text("这台手机算过了：您的 2 个选择")


def test_without_scripts_the_site_says_it_and_offers_the_file(
    phone_without_scripts, receipt
):
    page = phone_without_scripts
    page.goto(receipt)

    expect(said(page)).to_have_text(
        "您的 2 个选择都在公开日志 8 片叶时的指纹里，一个不少，没有改过。"
    )
    expect(page.locator("[data-proof-check]")).to_be_hidden()
    page.get_by_text("怎么核对的").click()
    expect(page.get_by_text("verify.py receipt proof.json")).to_be_visible()


def flipped(text: str) -> str:
    """The same hash but for one bit."""
    data = bytearray(b64decode(text))
    data[7] ^= 1
    return b64encode(data).decode()


def change_path(answer):
    answer["picks"][1]["path"][0] = flipped(answer["picks"][1]["path"][0])


def cut_path(answer):
    answer["picks"][0]["path"].pop()


def change_root(answer):
    note, root = answer["head"]["note"], answer["head"]["root"]
    answer["head"]["note"] = note.replace(root, flipped(root))


def change_value(answer):
    answer["picks"][0]["value"] = 2


def leave_one_out(answer):
    answer["picks"].pop()


def give_one_twice(answer):
    answer["picks"][1] = answer["picks"][0]


def move(answer):
    answer["picks"][0]["index"] += 1


def say_it_is_missing(answer):
    answer["place"] = "missing"


def say_nothing(answer):
    answer.clear()
    answer["place"] = "signed"


@pytest.mark.parametrize(
    "tamper",
    [
        change_path,
        cut_path,
        change_root,
        change_value,
        leave_one_out,
        give_one_twice,
        move,
        say_it_is_missing,
        say_nothing,
    ],
)
def test_an_answer_that_does_not_add_up_is_said_aloud(phone, receipt, tamper):
    def answered(route):
        answer = route.fetch().json()
        tamper(answer)
        route.fulfill(json=answer)

    phone.route("**/proof/", answered)

    phone.goto(receipt)

    expect(said(phone)).to_contain_text("对不上")
    expect(said(phone)).to_contain_text("请把这一页拍下来")
    expect(phone.locator("[data-proof-notice]")).to_have_class("notice notice--error")


def test_a_page_that_shows_another_choice_is_found_out(phone, receipt):
    """The site shows 04 where 03 was chosen, and proves 03 honestly."""

    def shown(route):
        page = route.fetch()
        text = page.text().replace('data-pick="03"', 'data-pick="04"')
        route.fulfill(response=page, body=text)

    phone.route("**" + receipt, shown)

    phone.goto(receipt)

    expect(said(phone)).to_contain_text("对不上：04 号在日志里和页面上不一样")


def test_without_a_connection_nothing_is_claimed(phone, receipt):
    phone.route("**/proof/", lambda route: route.abort())
    phone.goto(receipt)
    expect(said(phone)).to_contain_text("没有核对成")

    phone.unroute("**/proof/")
    phone.get_by_role("button", name="用这台手机再核对一遍").click()

    expect(said(phone)).to_contain_text("这台手机算过了")


def test_the_telephone_number_stands_in_a_difference(empty_site, phone, receipt):
    site, _ = Site.objects.update_or_create(
        is_default_site=True,
        defaults={"hostname": "localhost", "root_page": Page.objects.first()},
    )
    GovernmentSettings.objects.create(site=site, phone="0476-1234567")
    phone.route(
        "**/proof/",
        lambda route: route.fulfill(json={"place": "missing", "sentence": ""}),
    )

    phone.goto(receipt)

    expect(said(phone)).to_contain_text("拨打 0476-1234567")


def test_before_it_is_sealed_the_phone_waits(phone, poll, live_server):
    waiting = Phone(poll).vote("01").url
    phone.goto(waiting)
    expect(said(phone)).to_contain_text("最迟在投票截止后 10 分钟")
    make_batch(poll)
    sign_head(log=Log.objects.get(contest_id=poll.contest_id), now=timezone.now())

    phone.get_by_role("button", name="用这台手机再核对一遍").click()

    expect(said(phone)).to_contain_text("这台手机算过了：您的 1 个选择")


def test_the_hashes_of_the_page_are_those_of_the_standard(phone, receipt):
    phone.goto(receipt)
    expect(said(phone)).to_contain_text("算过了")
    messages = [bytes(range(256))[:length] * 2 for length in range(70)]

    found = phone.evaluate(
        """messages => messages.map(message => [
            Array.from(hongqiHashes.sha256(Uint8Array.from(message))),
            Array.from(hongqiHashes.hmac(new Uint8Array(32).fill(7), Uint8Array.from(message)))
        ])""",
        [list(message) for message in messages],
    )

    assert found == [
        [
            list(hashlib.sha256(message).digest()),
            list(hmac.digest(b"\x07" * 32, message, "sha256")),
        ]
        for message in messages
    ]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "state", ["signed", "void", "held", "differs", "archived", "help"]
)
def test_every_state_passes_axe(phone, receipt, poll, state, mode):
    if state == "void":
        make_standing("void", Ballot.objects.all())
    if state == "held":
        make_standing("hold", Ballot.objects.all())
    if state == "archived":
        archive(poll)
    if state == "differs":
        phone.route(
            "**/proof/",
            lambda route: route.fulfill(body=json.dumps({"place": "missing"})),
        )
    phone.goto("/log/help/?" + mode if state == "help" else receipt + "?" + mode)
    if state != "help":
        expect(said(phone)).to_contain_text(
            "对不上" if state == "differs" else "算过了"
        )
        phone.get_by_text("怎么核对的").click()

    assert problems(phone) == []
