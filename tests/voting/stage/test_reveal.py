"""The reveal from its opening to the public result: by the console, by the phone, step by step."""

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from site_cms.accounts.roles import Role
from site_cms.trail.models import TrailEntry
from tests.factories import (
    make_decided_contest,
    make_operator,
    make_standing_result,
    make_user,
    sign_in,
)
from tests.factories.rehearsals import make_rehearsal
from tests.factories.reveals import make_night_to_reveal, make_presenter
from voting.judging.queries import night_of
from voting.results.models import Release
from voting.results.queries import standing_result
from voting.results.reveal_errors import (
    NotInHand,
    OldStep,
    RevealError,
    RevealNotReady,
)
from voting.results.reveal_models import Presenter, Reveal, RevealScript
from voting.results.reveal_queries import (
    against_revealing,
    current_script,
    running_reveal,
)
from voting.results.reveal_rules import Order
from voting.results.reveal_services import choose_order, issue_presenter
from voting.results.revising_queries import against_revising
from voting.results.services import release_result
from voting.stage.models import Scene, Show
from voting.stage.reveal_services import (
    begin_reveal,
    black_out_reveal,
    end_reveal,
    hand_over_reveal,
    stop_reveal,
    turn_reveal,
)
from voting.stage.services import show_scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def night():
    return make_night_to_reveal()


@pytest.fixture
def host():
    client = Client()
    client.user = sign_in(client, make_operator(Role.HOST))
    return client


def now():
    return timezone.now()


def begin(night, **fields) -> Reveal:
    return begin_reveal(by=make_user(), night=night, now=now(), **fields)


def ahead(night, seen: int, **fields) -> Reveal:
    return turn_reveal(
        by=make_user(), night=night, seen=seen, ahead=True, now=now(), **fields
    )


def at_the_wall(night) -> Reveal:
    reveal = begin(night)
    last = reveal.script.script.last
    Reveal.objects.update(step=last - 1, furthest=last - 1)
    return ahead(night, last - 1)


def scene_of(night) -> str:
    return Show.objects.get(night=night).scene


# Before it begins


def test_a_result_that_stands_has_its_script_at_once(night):
    script = current_script(night.contest)

    assert script.publication == standing_result(night.contest)
    assert len(script.script.places) == 3
    assert script.script_hash == script.script.hash()
    assert against_revealing(night.contest, now=now()) == []


def test_nothing_is_revealed_before_two_people_let_a_result_stand():
    night = night_of(make_decided_contest())

    with pytest.raises(RevealNotReady, match="拟定结果还没有确定"):
        begin(night)
    assert not Reveal.objects.exists()


def test_what_is_public_already_is_not_revealed(night):
    release_result(by=make_user(), contest=night.contest, now=now())

    with pytest.raises(RevealNotReady, match="已经公开"):
        begin(night)


def test_another_order_is_another_script_with_another_code(night):
    before = current_script(night.contest)

    script = choose_order(by=make_user(), contest=night.contest, order=Order.FIRST_LAST, now=now())  # fmt: skip

    assert script.code != before.code
    assert script.script.places[0].words == "第一名"
    again = choose_order(by=make_user(), contest=night.contest, order=Order.FIRST_LAST, now=now())  # fmt: skip
    assert again == script


def test_a_script_once_kept_is_never_changed(night):
    with pytest.raises(DatabaseError), transaction.atomic():
        RevealScript.objects.update(script_hash="0" * 64)


# Step by step


def test_it_begins_with_an_opening_that_names_no_place(night):
    reveal = begin(night)

    assert (reveal.step, scene_of(night)) == (0, Scene.REVEAL)


def test_a_press_on_an_old_picture_turns_nothing(night):
    begin(night)
    ahead(night, 0)

    with pytest.raises(OldStep):
        ahead(night, 0)
    assert running_reveal(night.contest).step == 1


def test_back_and_forward_and_not_beyond_either_end(night):
    begin(night)
    ahead(night, 0)
    turn_reveal(by=make_user(), night=night, seen=1, ahead=False, now=now())

    with pytest.raises(RevealError, match="没有再往前或往后"):
        turn_reveal(by=make_user(), night=night, seen=0, ahead=False, now=now())
    reveal = running_reveal(night.contest)
    assert (reveal.step, reveal.furthest) == (0, 1)


def test_while_the_wall_is_black_nothing_is_turned(night):
    begin(night)
    show_scene(by=make_user(), night=night, scene=Scene.BLACK, now=now())

    with pytest.raises(RevealError, match="大屏是黑的"):
        ahead(night, 0)
    show_scene(by=make_user(), night=night, scene=Scene.BLACK, now=now())
    assert scene_of(night) == Scene.REVEAL


def test_after_a_stop_it_goes_on_where_it_was(night):
    begin(night)
    ahead(night, 0)
    ahead(night, 1)
    stop_reveal(by=make_user(), night=night, reason="现场停电", now=now())
    assert scene_of(night) == Scene.WAITING

    reveal = begin(night, first=3)

    assert (reveal.step, reveal.furthest) == (2, 2)


@pytest.mark.parametrize("first", [0, 13, 9999], ids=["none", "beyond", "absurd"])
def test_a_step_that_the_script_does_not_have_is_refused(night, first):
    with pytest.raises(RevealError, match="没有第"):
        begin(night, first=first, read_aloud=True)


def test_places_that_nobody_heard_are_not_skipped_by_a_slip(night):
    with pytest.raises(RevealError, match="已经照封存纸念过"):
        begin(night, first=9)
    assert running_reveal(night.contest) is None

    reveal = begin(night, first=9, read_aloud=True)

    assert reveal.step == 8


def test_only_who_holds_the_turning_turns(night):
    make_presenter(night.contest)
    presenter = Presenter.objects.get()
    begin(night)
    with pytest.raises(NotInHand):
        ahead(night, 0, presenter=presenter)

    hand_over_reveal(by=make_user(), night=night, to_presenter=True, now=now())
    with pytest.raises(NotInHand):
        ahead(night, 0)
    ahead(night, 0, presenter=presenter)
    hand_over_reveal(by=make_user(), night=night, to_presenter=False, now=now())

    assert ahead(night, 1).step == 2


def test_black_by_the_presenter_comes_back_to_the_same_step(night):
    make_presenter(night.contest)
    presenter = Presenter.objects.get()
    begin(night, presenter=presenter)
    ahead(night, 0, presenter=presenter)
    turn = {"by": None, "night": night, "presenter": presenter, "now": now()}

    black_out_reveal(**turn, is_black=True)
    black = scene_of(night)
    black_out_reveal(**turn, is_black=False)

    assert (black, scene_of(night)) == (Scene.BLACK, Scene.REVEAL)
    assert running_reveal(night.contest).step == 1


# Its end


def test_the_end_makes_the_result_public_and_not_one_press_before(night):
    reveal = begin(night)
    with pytest.raises(RevealError, match="还没有全部揭晓"):
        end_reveal(by=make_user(), night=night, now=now())
    assert not Release.objects.exists()
    Reveal.objects.update(step=reveal.script.script.last, furthest=99)

    end_reveal(by=make_user(), night=night, now=now())

    assert Release.objects.filter(contest=night.contest).exists()
    assert scene_of(night) == Scene.WALL
    assert running_reveal(night.contest) is None


def test_while_it_runs_the_result_is_neither_corrected_nor_let_out(night):
    begin(night)
    computation = standing_result(night.contest).computation
    assert "请主持台先中止揭晓" in str(against_revising(computation, now=now()))
    with pytest.raises(Exception, match="现场正在揭晓"):
        release_result(by=make_user(), contest=night.contest, now=now())

    stop_reveal(by=make_user(), night=night, reason="要更正结果", now=now())

    assert "中止揭晓" not in str(against_revising(computation, now=now()))


def test_the_trail_tells_steps_and_no_names(night):
    names = [place.short for place in current_script(night.contest).script.places]
    at_the_wall(night)

    told = "".join(
        TrailEntry.objects.filter(action__startswith="screen.reveal").values_list(
            "sentence", flat=True
        )
    )
    assert "揭晓翻到全部红旗" in told
    assert [name for name in names if name in told] == []


def test_no_reveal_begins_beside_another(night):
    begin(night)

    with pytest.raises(RevealNotReady, match="已经开始"):
        begin(night)
    assert Reveal.objects.count() == 1


# A rehearsal


def test_a_rehearsal_reveals_invented_places_and_makes_nothing_public():
    rehearsal = make_rehearsal()
    night = night_of(rehearsal.contest)

    script = choose_order(by=make_user(), contest=rehearsal.contest, order=Order.LAST_FIRST, now=now())  # fmt: skip
    at_the_wall(night)
    end_reveal(by=make_user(), night=night, now=now())

    assert script.publication is None
    assert not Release.objects.exists()
    assert scene_of(night) == Scene.WALL


# The console


def press(host, night, act, **fields):
    seen = running_reveal(night.contest)
    data = {"act": act, "seen": seen.step if seen else ""} | fields
    return host.post(f"/host/{night.contest.slug}/reveal/", data)


def desk(host, night) -> str:
    return host.get(f"/host/{night.contest.slug}/").content.decode()


def test_the_console_leads_through_the_whole_reveal(host, night):
    assert "按住 2 秒，开始揭晓" in desk(host, night)
    press(host, night, "begin")
    assert "亮出第三名" in desk(host, night)
    for _ in range(13):
        assert press(host, night, "ahead").status_code == 302
    assert "按住 2 秒，结束并公开" in desk(host, night)

    press(host, night, "end")

    assert "揭晓结束，结果已经公开" in desk(host, night)
    assert Release.objects.get().released_by == host.user


def test_another_console_watches_until_it_takes_over(host, night):
    second = Client()
    sign_in(second, make_operator(Role.HOST))
    press(host, night, "begin")

    refused = press(second, night, "ahead")

    assert refused.status_code == 409
    assert "本台只看不动" in desk(second, night)
    assert running_reveal(night.contest).step == 0

    assert "按住 2 秒，接过主持台" in desk(second, night)
    second.post(f"/host/{night.contest.slug}/take-over/")

    assert press(second, night, "ahead").status_code == 302
    assert running_reveal(night.contest).step == 1


def test_a_stop_without_a_reason_stops_nothing(host, night):
    press(host, night, "begin")

    answer = press(host, night, "stop", reason="  ")

    assert "请写明为什么中止" in answer.content.decode()
    assert running_reveal(night.contest) is not None


# The presenter's phone


def test_the_phone_reads_turns_and_hands_back(night):
    phone, address = make_presenter(night.contest)
    text = phone.get(address).content.decode()
    assert current_script(night.contest).code in text

    phone.post(f"{address}act/", {"act": "begin", "first": "1"})
    assert "下面揭晓第三名" in phone.get(address).content.decode()
    phone.post(f"{address}act/", {"act": "ahead", "seen": "0"})
    phone.post(f"{address}act/", {"act": "hand", "seen": "1"})

    assert running_reveal(night.contest).step == 1
    assert not running_reveal(night.contest).with_presenter
    assert "现在由主持台翻步" in phone.get(address).content.decode()


def test_without_the_pin_the_address_tells_nothing(night):
    _, address = make_presenter(night.contest)
    begin(night)
    stranger = Client()

    answers = [stranger.get(address), stranger.get(f"{address}state/"), stranger.post(f"{address}act/", {"act": "ahead", "seen": "0"})]  # fmt: skip

    assert [answer.status_code for answer in answers] == [200, 403, 403]
    assert "第三名" not in "".join(answer.content.decode() for answer in answers)
    assert running_reveal(night.contest).step == 0


def test_a_second_phone_takes_the_words_from_the_first(night):
    _, card = issue_presenter(by=make_user(), contest=night.contest, name="李明", now=now())  # fmt: skip
    address = f"/reveal/{card.token}/"
    first, second = Client(), Client()
    for phone in (first, second):
        phone.post(f"{address}sign-in/", {"pin": card.pin})

    assert [phone.get(f"{address}state/").status_code for phone in (first, second)] == [403, 200]  # fmt: skip


def test_five_wrong_pins_shut_the_card_even_for_the_right_one(night):
    _, card = issue_presenter(by=make_user(), contest=night.contest, name="李明", now=now())  # fmt: skip
    address = f"/reveal/{card.token}/"
    for _ in range(5):
        Client().post(f"{address}sign-in/", {"pin": "12345"})

    answer = Client().post(f"{address}sign-in/", {"pin": card.pin})

    assert "这张提词卡已停用" in answer.content.decode()


def test_a_new_card_shuts_the_one_before(night):
    phone, address = make_presenter(night.contest)
    make_presenter(night.contest)

    assert phone.get(address).status_code == 404
    assert Presenter.objects.in_force().count() == 1


# Its preparation


def test_two_copies_are_printed_with_the_code_and_that_is_on_the_record(client, night):
    sign_in(client, make_operator(Role.ADMINISTRATOR))
    kept = current_script(night.contest)

    page = client.post(f"/results/{night.contest.slug}/reveal/", {"act": "print"})

    text = page.content.decode()
    assert text.count(f'<dd class="num">{kept.code}</dd>') == 2
    assert all(text.count(f"<b>{p.short}</b>") == 2 for p in kept.script.places)
    assert TrailEntry.objects.filter(action="reveal.printed").count() == 1


def test_looking_at_the_page_of_preparation_shows_no_name(client, night):
    sign_in(client, make_operator(Role.ADMINISTRATOR))

    text = client.get(f"/results/{night.contest.slug}/reveal/").content.decode()

    names = [place.short for place in current_script(night.contest).script.places]
    assert [name for name in names if name in text] == []


def test_a_correction_before_the_reveal_makes_the_printed_script_void(night):
    """A newer result without its script is not revealed: ``standing_result`` decides."""
    contest = night.contest
    RevealScript.objects.create(
        contest=contest,
        publication=make_standing_result().computation.contest.publications.get(),
        document=current_script(contest).document,
        script_hash="0" * 64,
        made_at=now(),
    )

    with pytest.raises(RevealNotReady, match="还没有重写揭晓脚本"):
        begin(night)
