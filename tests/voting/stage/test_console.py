"""One console at a time, and the acts of the host beside the next one."""

import pytest
from django.test import Client
from django.utils import timezone

from site_cms.accounts.roles import Role
from site_cms.trail.models import TrailEntry
from tests.factories import (
    RULES,
    lock_turn,
    make_night_today,
    make_open_turn,
    make_operator,
    make_sheet,
    sign_in,
)
from voting.judging import services as judging
from voting.judging.models import Turn
from voting.judging.outlier_models import OutlierPrompt
from voting.judging.queries import night_of
from voting.stage.desk_models import Hosting
from voting.stage.models import Show

pytestmark = pytest.mark.django_db


@pytest.fixture
def night():
    return make_night_today(seats=2, entries=3)


def make_host(name):
    client = Client()
    client.user = sign_in(client, make_operator(Role.HOST, first_name=name))
    return client


@pytest.fixture
def host():
    return make_host("春梅")


@pytest.fixture
def second():
    return make_host("立新")


def at(night, path=""):
    return f"/host/{night.contest.slug}/{path}"


def page(client, night):
    return client.get(at(night)).content.decode()


def press(client, night, act=""):
    """The button as this browser shows it; ``act`` another one than that."""
    shown = client.get(at(night)).context
    return client.post(
        at(night, "act/"),
        {"act": act or shown["desk"].act.value, "turn": shown["act"].turn_id or ""},
    )


def current(night):
    return night_of(night.contest).current_turn


def mark_everything(turn, *, far=""):
    for seat in turn.round.night.seats.all():
        results = "10" if seat.code == far else "50"
        make_sheet(
            seat=seat,
            turn=turn,
            marks={"results": results, "presentation": "30"},
            now=timezone.now(),
        )


# Two hosts


def test_whoever_acts_first_is_the_host_and_the_other_one_watches(night, host, second):
    assert press(host, night).status_code == 302

    refused = press(second, night, "call")

    assert refused.status_code == 409
    assert f"{host.user} 正在另一台电脑上主持" in refused.content.decode()
    assert "按住 2 秒，接过主持台" in page(second, night)
    assert current(night).order == 1


def test_the_watching_console_has_no_button_but_the_take_over(night, host, second):
    press(host, night)
    make_open_turn_of(night)

    shown = page(second, night)

    assert shown.count('method="post"') == 1
    assert "记缺席" not in shown
    assert "记缺席" in page(host, night)


def make_open_turn_of(night):
    turn = current(night)
    return judging.open_turn(by=make_operator(Role.HOST), turn=turn, now=timezone.now())


@pytest.mark.parametrize(
    ("path", "posted"),
    [
        pytest.param("scene/", {"scene": "black"}, id="scene"),
        pytest.param("clock/", {"clock": "hold"}, id="clock"),
        pytest.param("together/", {}, id="together"),
        pytest.param("take-back/", {"undo": "call"}, id="take back"),
        pytest.param("motion/", {"motion": "off"}, id="motion"),
    ],
)
def test_nothing_is_done_from_a_console_that_watches(night, host, second, path, posted):
    press(host, night)
    before = list(Turn.objects.values().order_by("pk")), Show.objects.values().get()

    refused = second.post(at(night, path), posted | {"turn": current(night).pk})

    assert refused.status_code == 409
    after = list(Turn.objects.values().order_by("pk")), Show.objects.values().get()
    assert after == before


def test_a_take_over_is_told_on_both_and_written_down(night, host, second):
    press(host, night)

    second.post(at(night, "take-over/"))

    assert f"{host.user} 那一台从现在起只看不动" in page(second, night)
    told = page(host, night)
    assert f"{second.user} " in told
    assert "在另一台电脑上接过了主持台" in told
    assert press(host, night, "open").status_code == 409
    assert press(second, night).status_code == 302
    entry = TrailEntry.objects.get(action="host.taken_over")
    assert (entry.by, entry.sentence) == (
        second.user,
        f"{second.user} 接过主持台，原来是 {host.user}",
    )


def test_the_new_host_is_told_once(night, host, second):
    press(host, night)
    second.post(at(night, "take-over/"))

    press(second, night)

    assert "从现在起只看不动" not in page(second, night)


def test_the_first_host_may_take_it_back(night, host, second):
    press(host, night)
    second.post(at(night, "take-over/"))

    host.post(at(night, "take-over/"))

    assert press(host, night).status_code == 302
    assert Hosting.objects.now().get().host == host.user


def test_a_second_browser_of_the_same_host_watches_too(night, host):
    other = Client()
    sign_in(other, host.user)
    press(host, night)

    assert "接过主持台" in page(other, night)


def test_an_act_that_is_refused_makes_nobody_the_host(night, host):
    host.post(at(night, "act/"), {"act": "close_night"})

    assert not Hosting.objects.exists()


# The clock


def test_the_clock_is_held_and_runs_again(night, host):
    press(host, night)
    turn = current(night)

    host.post(at(night, "clock/"), {"clock": "hold", "turn": turn.pk})
    assert "汇报 · 已暂停" in page(host, night)
    host.post(at(night, "clock/"), {"clock": "run", "turn": turn.pk})

    assert "已暂停" not in page(host, night)
    assert "暂停 <kbd>P</kbd>" in page(host, night)


@pytest.mark.parametrize(
    ("path", "posted"),
    [
        ("clock/", {}),
        ("clock/", {"clock": "stop", "turn": "1"}),
        ("together/", {"turn": "x"}),
        ("take-back/", {"undo": "everything", "turn": "1"}),
        ("waive/", {}),
    ],
)
def test_rubbish_beside_the_next_act_gets_a_sentence(night, host, path, posted):
    response = host.post(at(night, path), posted)

    assert response.status_code == 409
    assert "页面不是最新的" in response.content.decode()


# Taking back


def test_a_call_by_mistake_is_taken_back(night, host):
    press(host, night)
    turn = current(night)
    assert "撤回上台" in page(host, night)

    host.post(at(night, "take-back/"), {"undo": "call", "turn": turn.pk})

    assert current(night) is None
    assert Show.objects.get().scene == "order"
    assert host.get(at(night)).context["undo"] == ""


def test_a_request_is_taken_back_and_the_supervisor_is_told(night, host):
    mark_everything(make_open_turn(night, now=timezone.now()))
    press(host, night)
    asked = host.get(at(night)).context["desk"].asked[0]
    assert "撤回送签" in page(host, night)

    host.post(at(night, "take-back/"), {"undo": "request", "turn": current(night).pk})

    assert host.get(at(night)).context["desk"].act == "ask_lock"
    supervisor = Client()
    sign_in(supervisor, make_operator(Role.SUPERVISOR))
    told = supervisor.get(f"/supervise/{night.contest.slug}/{asked.pk}/")
    assert "主持人撤回了送签" in told.content.decode()
    address = f"/supervise/{night.contest.slug}/{asked.pk}/confirm/"
    assert supervisor.post(address).status_code == 409


def test_an_old_picture_takes_nothing_back_of_the_next_entry(night, host):
    press(host, night)
    other = Turn.objects.of_night(night).exclude(pk=current(night).pk).first()

    response = host.post(at(night, "take-back/"), {"undo": "call", "turn": other.pk})

    assert response.status_code == 409
    assert current(night).order == 1


# Two together


def test_two_entries_are_marked_together_from_the_console(night, host):
    press(host, night)
    first = current(night)
    assert "两个一起打" in page(host, night)

    host.post(at(night, "together/"), {"turn": first.pk})
    assert "等下一个汇报完一起打分" in page(host, night)
    assert "改为单独打分" in page(host, night)
    press(host, night)
    second = current(night)
    assert second.order == 2
    press(host, night)
    assert "等 8 份评分表" in page(host, night)
    for turn in (first, second):
        mark_everything(Turn.objects.get(pk=turn.pk))
    press(host, night)
    asked = host.get(at(night)).context["desk"].asked
    assert len(asked) == 2
    supervisor = make_operator(Role.SUPERVISOR)
    for proposal in asked:
        judging.confirm_lock(by=supervisor, proposal=proposal, now=timezone.now())

    shown = []
    for _ in range(2):
        assert "按住 2 秒，大屏亮分" in page(host, night)
        press(host, night)
        shown.append(current(night).order)
    assert shown == [1, 2]
    press(host, night)
    assert current(night).order == 3


def test_a_missing_seat_of_two_is_named_with_its_entry(night, host):
    press(host, night)
    first = current(night)
    host.post(at(night, "together/"), {"turn": first.pk})
    press(host, night)
    press(host, night)
    mark_everything(first)

    missing = host.get(at(night)).context["desk"].missing

    assert {turn.order for turn, _ in missing} == {2}
    assert len(missing) == 4


# Outliers


@pytest.fixture
def far_off():
    night = make_night_today(
        seats=3, document=RULES | {"outliers": {"distance": "20", "dixon": False}}
    )
    mark_everything(make_open_turn(night, now=timezone.now()), far="A02")
    return night


def test_the_host_sees_who_is_asked_but_no_mark(far_off, host):
    assert "先做一次离群检查" in page(host, far_off)

    press(host, far_off)

    shown = page(host, far_off)
    assert "等 A02 答复" in shown
    assert "离群 1 份" in shown
    assert 'class="seat seat--ask"><b class="num">A02</b>' in shown
    assert not any(mark in shown for mark in ("10.0", "40.0", "80.0"))


def test_the_answer_lets_the_request_go_to_the_supervisor(far_off, host):
    press(host, far_off)
    prompt = OutlierPrompt.objects.get()
    device = prompt.seat.devices.get()
    judging.keep_marks(device=device, prompt=prompt, now=timezone.now())
    assert "A02 保持原分" in page(host, far_off)

    press(host, far_off)

    assert "等监督员签认" in page(host, far_off)


def test_the_host_may_wait_no_longer(far_off, host):
    press(host, far_off)

    host.post(at(far_off, "waive/"), {"turn": current(far_off).pk})

    assert "A02 没有等到答复" in page(host, far_off)
    press(host, far_off)
    assert "等监督员签认" in page(host, far_off)


def test_an_entry_that_withdrew_on_stage_holds_nothing_up(night, host):
    press(host, night)
    entry = current(night).entry
    entry.withdrawn_at, entry.withdrawal_notice = timezone.now(), "退出。"
    entry.save()

    press(host, night)

    assert current(night).order == 2


def test_a_locked_entry_has_no_undo(night, host):
    turn = make_open_turn(night, now=timezone.now())
    mark_everything(turn)
    lock_turn(turn, now=timezone.now())

    assert host.get(at(night)).context["undo"] == ""
