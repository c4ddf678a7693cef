"""朗读: a button where the device can speak Chinese, and nothing where it cannot."""

import pytest
from playwright.sync_api import expect

from tests.factories import make_entry
from tests.site_factories import FIGURES, make_page, make_showcase

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

# A device with a voice: headless Chromium has none. It keeps what it was asked to say,
# and says each piece when the test tells it to.
DEVICE = """
(() => {
  const device = { said: [], waiting: null, voices: [], heard: [], fail: false };
  const end = kind => { const one = device.waiting; device.waiting = null; if (one && one[kind]) { one[kind]({}); } };
  const speech = {
    get speaking() { return device.waiting !== null && device.begun; },
    getVoices: () => device.voices,
    addEventListener: (name, act) => { if (name === 'voiceschanged') { device.heard.push(act); } },
    speak: one => { device.said.push(one.text); device.waiting = one; device.begun = true; if (one.onstart) { one.onstart({}); } },
    cancel: () => { end('onerror'); },
  };
  device.finish = () => end('onend');
  device.breakDown = () => end('onerror');
  device.arrive = lang => { device.voices = [{ lang, localService: true, name: lang }]; device.heard.forEach(act => act()); };
  Object.defineProperty(window, 'speechSynthesis', { value: speech, configurable: true });
  window.SpeechSynthesisUtterance = function (text) { this.text = text; };
  window.device = device;
})();
"""
PLAY = "[data-aloud-play]"
STOP = "[data-aloud-stop]"


@pytest.fixture
def page_of_unit(empty_site, phone):
    body = [
        ("quote", {"text": "路好走了。", "who": "赵女士"}),
        FIGURES,
        ("paragraph", "<h2>办了什么</h2><p>修了九条路。通了车。</p>"),
    ]
    make_page(make_entry(contest=make_showcase()), body=body, lead="不再踩泥。")
    return phone


@pytest.fixture
def speaking(page_of_unit):
    page_of_unit.add_init_script(DEVICE)
    page_of_unit.goto("/u/01/")
    return page_of_unit


def said(page) -> list[str]:
    return page.evaluate("device.said")


def finish(page, times: int = 1) -> None:
    for _ in range(times):
        page.evaluate("device.finish()")


def test_a_device_without_a_chinese_voice_shows_nothing(speaking):
    expect(speaking.locator(PLAY)).to_be_hidden()

    speaking.evaluate("device.arrive('en-US')")

    expect(speaking.locator(PLAY)).to_be_hidden()
    expect(speaking.locator("[data-aloud]")).to_be_hidden()


def test_a_browser_that_cannot_speak_shows_nothing(page_of_unit):
    page_of_unit.add_init_script(
        "Object.defineProperty(window, 'speechSynthesis', { value: undefined });"
    )
    failures = []
    page_of_unit.on("pageerror", lambda error: failures.append(error))
    page_of_unit.goto("/u/01/")

    expect(page_of_unit.locator("[data-aloud]")).to_be_hidden()
    assert failures == []


def test_a_voice_that_comes_late_brings_the_button(speaking):
    speaking.evaluate("device.arrive('zh-CN')")

    expect(speaking.locator(PLAY)).to_have_text("朗读")
    expect(speaking.locator(STOP)).to_be_hidden()


def test_the_text_is_read_in_its_order_and_followed(speaking):
    speaking.evaluate("device.arrive('zh_CN')")
    speaking.click(PLAY)
    for _ in range(30):
        finish(speaking)

    read = said(speaking)
    order = [
        "不再踩泥。",
        "17.8公里，修好的路",
        "路好走了。",
        "办了什么",
        "修了九条路。",
    ]
    places = [
        next(at for at, each in enumerate(read) if words in each.replace(" ", ""))
        for words in order
    ]
    assert places[0] < places[1] < min(places[2:])
    assert read[read.index("修了九条路。") + 1] == "通了车。"
    assert [each for each in read if "选 01 号" in each or "上一个单位" in each] == []
    expect(speaking.locator("[data-aloud-said]")).to_have_text("读完了。")
    expect(speaking.locator(PLAY)).to_have_text("朗读")
    expect(speaking.locator(".is-read-now")).to_have_count(0)


def test_what_is_read_is_marked_and_in_sight(speaking):
    speaking.evaluate("device.arrive('zh-CN')")
    speaking.click(PLAY)
    for _ in range(30):
        if said(speaking)[-1] == "修了九条路。":
            break
        finish(speaking)

    expect(speaking.locator(".is-read-now")).to_have_text("修了九条路。通了车。")
    expect(speaking.locator(".is-read-now")).to_be_in_viewport(ratio=1)


def test_one_pauses_goes_on_and_stops_by_keyboard(speaking):
    speaking.evaluate("device.arrive('zh-CN')")
    speaking.focus(PLAY)
    speaking.keyboard.press("Enter")
    finish(speaking, 2)
    interrupted = said(speaking)[-1]

    speaking.keyboard.press("Space")
    expect(speaking.locator(PLAY)).to_have_text("接着读")
    speaking.keyboard.press("Enter")
    expect(speaking.locator(PLAY)).to_have_text("暂停")
    assert said(speaking)[-1] == interrupted

    speaking.keyboard.press("Tab")
    speaking.keyboard.press("Enter")
    expect(speaking.locator(PLAY)).to_be_focused()
    expect(speaking.locator(STOP)).to_be_hidden()
    speaking.keyboard.press("Enter")
    expect(speaking.locator(PLAY)).to_have_text("暂停")
    assert said(speaking)[-1] == said(speaking)[0]
    speaking.keyboard.press("Escape")
    expect(speaking.locator(PLAY)).to_have_text("朗读")


def test_a_voice_that_fails_leaves_no_dead_button(speaking):
    speaking.evaluate("device.arrive('zh-CN')")
    speaking.click(PLAY)

    speaking.evaluate("device.breakDown()")

    expect(speaking.locator("[data-aloud]")).to_be_hidden()
    expect(speaking.locator(".is-read-now")).to_have_count(0)
