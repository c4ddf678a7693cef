"""The draw: its list first, a seed that two people read, an order that anybody can redo."""

import re
import shutil
import subprocess
import sys
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from showcase.contests.models import Contest, Entry
from site_cms.accounts.roles import Role
from site_cms.trail.errors import AlreadyDecided, ReasonMissing, SamePerson
from site_cms.trail.models import Proposal, TrailEntry
from tests.factories import (
    HOUR,
    NOW,
    RULES,
    SEED,
    draw_order,
    make_contest,
    make_entry,
    make_night,
    make_operator,
    make_rule_sheet,
    make_seat,
    make_user,
    open_night,
    sign_in,
)
from tests.voting.polls.test_views import text_of
from voting.judging import services
from voting.judging.draw_models import DrawList
from voting.judging.errors import JudgingError
from voting.judging.models import Draw, Recusal, Turn
from voting.log.models import LogEntry
from voting.office.queries import jobs_of
from voting.rules import draw
from voting.stage.models import Scene
from voting.stage.queries import facts_of, show_at
from voting.stage.rules import snapshot
from voting.stage.services import make_show, show_scene

pytestmark = pytest.mark.django_db

HOW = "十面骰子掷 20 次，各单位代表在场。"


def undrawn(*, entries: int = 3):
    """A night with seats and units, before its draw."""
    night = make_night(entries=0, opened=False)
    for _ in range(entries):
        make_entry(contest=night.contest)
    return night


def listed(night, *, by=None, recusals=None) -> DrawList:
    count = Recusal.objects.filter(seat__night=night).count()
    return services.publish_list(
        by=by or make_user(),
        round_=night.rounds.get(),
        recusals=count if recusals is None else recusals,
        now=NOW,
    )


def seeded(published, *, by=None, seed=SEED) -> Proposal:
    return services.propose_seed(
        by=by or make_user(), published=published, seed=seed, how=HOW, now=NOW
    )


def confirmed(proposal, *, by=None, typed=SEED) -> Draw:
    return services.confirm_seed(
        by=by or make_user(), proposal=proposal, typed=typed, now=NOW
    )


def order() -> list[int]:
    return list(Turn.objects.in_order().values_list("entry__number", flat=True))


def recuse(night, seat, entry) -> Recusal:
    return services.record_recusal(
        by=None, seat=seat, entry=entry, reason="曾在该单位任职", now=NOW
    )


# The list


def test_a_published_list_has_its_hash_its_trail_and_a_line_in_the_log():
    night, by = undrawn(), make_user()
    recuse(night, night.seats.get(code="A01"), night.contest.entries.get(number=2))

    published = listed(night, by=by)

    entries = [(e.plate, e.unit.name) for e in night.contest.entries.all()]
    text = draw.list_text(f"{night.contest} {night.rounds.get()} 出场顺序", entries)
    said = LogEntry.objects.get()
    assert (published.listed, published.list_hash) == (text, draw.list_hash(text))
    assert published.recusals == [["A01", 2]]
    assert TrailEntry.objects.about(published).get().by == by
    assert (said.kind, published.list_hash in said.text) == ("draw", True)
    assert "任职" not in said.text


@pytest.mark.parametrize(
    ("frozen_at", "document", "said"),
    [
        pytest.param(None, RULES, "还没有冻结", id="a draft"),
        pytest.param(
            NOW,
            RULES | {"panels": RULES["panels"][::-1]},
            "规则不一样",
            id="another panel",
        ),
    ],
)
def test_a_round_that_the_rules_may_still_change_is_not_drawn(
    frozen_at, document, said
):
    contest = make_contest()
    make_entry(contest=contest)
    night = services.set_up_night(
        by=make_user(), contest=contest, document=RULES, now=NOW
    )
    make_rule_sheet(contest=contest, document=document, frozen_at=frozen_at)

    with pytest.raises(JudgingError, match=said):
        listed(night)

    assert not DrawList.objects.exists()


def test_a_list_waits_for_the_recusal_of_a_judge_who_works_at_a_unit():
    night = undrawn()
    entry = night.contest.entries.get(number=3)
    seat = make_seat(night=night, code="A09", organisation=entry.unit.name)

    with pytest.raises(JudgingError, match="A09"):
        listed(night)
    recuse(night, seat, entry)

    assert listed(night).recusals == [["A09", 3]]


def test_whoever_publishes_has_seen_all_recusals():
    night = undrawn()
    recuse(night, night.seats.get(code="A01"), night.contest.entries.get(number=1))

    with pytest.raises(JudgingError, match="回避登记现在是 1 项"):
        listed(night, recusals=0)

    assert DrawList.objects.count() == 0


def test_a_list_can_be_replaced_until_its_seed_was_read():
    night = undrawn()
    first = listed(night)
    make_entry(contest=night.contest)
    second = listed(night)
    seeded(second)

    with pytest.raises(JudgingError, match="名单已经换过"):
        seeded(first)
    with pytest.raises(JudgingError, match="种子已经读出来"):
        listed(night)

    assert [each.number for each in DrawList.objects.all()] == [1, 2]


# The seed


def test_nothing_is_drawn_until_a_second_person_has_read_the_seed():
    seeded(listed(undrawn()))

    assert Draw.objects.count() == Turn.objects.count() == 0


def test_two_people_read_the_same_seed_and_the_order_follows():
    night, host, supervisor = undrawn(entries=5), make_user(), make_user()
    published = listed(night)

    drawn = confirmed(seeded(published, by=host), by=supervisor)

    title, entries = draw.read_list(published.listed)
    said = LogEntry.objects.order_by("-number").first()
    assert order() == [int(lot.number) for lot in draw.draw(title, entries, SEED)]
    assert (drawn.listed, drawn.list_hash) == (published.listed, published.list_hash)
    assert said.kind == "draw"
    assert f'"seed":"{SEED}"' in said.text
    assert f'"order":{order()}'.replace(" ", "") in said.text
    assert f'"by":["{host}","{supervisor}"]' in said.text


def test_the_proposer_cannot_be_the_second_person():
    host = make_user()

    with pytest.raises(SamePerson):
        confirmed(seeded(listed(undrawn()), by=host), by=host)

    assert Draw.objects.count() == 0


def test_another_seed_than_the_host_typed_draws_nothing_and_says_so():
    proposal = seeded(listed(undrawn()))

    with pytest.raises(JudgingError, match="不一样"):
        confirmed(proposal, typed=SEED[:-1] + "0")

    assert Draw.objects.count() == 0
    assert confirmed(proposal).seed == SEED


def test_a_seed_that_was_refused_is_typed_again():
    published = listed(undrawn())
    proposal = seeded(published, seed="12345678")

    with pytest.raises(ReasonMissing):
        services.reject_seed(by=make_user(), proposal=proposal, remark=" ", now=NOW)
    services.reject_seed(by=make_user(), proposal=proposal, remark="键错了", now=NOW)
    with pytest.raises(AlreadyDecided):
        confirmed(proposal, typed="12345678")

    assert confirmed(seeded(published)).seed == SEED


def test_a_seed_is_typed_once_at_a_time():
    published = listed(undrawn())
    seeded(published)

    with pytest.raises(JudgingError, match="已经有人键入"):
        seeded(published)


@pytest.mark.parametrize(
    "seed", ["1234567", "1234 5678", "１２３４５６７８", "a" * 201]
)
def test_a_bad_seed_is_refused(seed):
    with pytest.raises(JudgingError, match="8 到 200"):
        seeded(listed(undrawn()), seed=seed)


def test_a_draw_is_never_done_again():
    night = undrawn()
    published = listed(night)
    confirmed(seeded(published))
    before = order()

    for again in (lambda: listed(night), lambda: seeded(published, seed="87654321")):
        with pytest.raises(JudgingError, match="已经抽过签"):
            again()

    assert order() == before


def test_an_entry_that_left_after_the_list_keeps_its_line_and_is_skipped():
    night = undrawn()
    published = listed(night)
    Entry.objects.filter(number=2).update(withdrawn_at=NOW, withdrawal_notice="退出。")

    confirmed(seeded(published))

    assert sorted(order()) == [1, 2, 3]
    Contest.objects.update(night_opens_at=NOW)
    open_night(night_again(night))
    called = [
        services.call_turn(by=make_user(), night=night, now=NOW + HOUR).entry.number
    ]
    assert called[0] == next(number for number in order() if number != 2)


def night_again(night):
    night.refresh_from_db()
    night.contest.refresh_from_db()
    return night


@pytest.mark.parametrize("change", ["an entry came back", "a recusal was added"])
def test_a_list_that_no_longer_holds_is_not_drawn(change):
    night = undrawn()
    published = listed(night)
    proposal = seeded(published)
    if change == "an entry came back":
        make_entry(contest=night.contest)
    else:
        recuse(night, night.seats.get(code="A01"), night.contest.entries.get(number=1))

    with pytest.raises(JudgingError, match="请重新公布名单"):
        confirmed(proposal)

    assert Draw.objects.count() == 0


def test_a_recusal_is_taken_back_before_the_draw_only_and_with_a_reason():
    night = undrawn()
    entry = night.contest.entries.get(number=1)
    first, second = (
        recuse(night, night.seats.get(code=code), entry) for code in ("A01", "A02")
    )

    with pytest.raises(ReasonMissing):
        services.take_back_recusal(by=None, recusal=first, reason=" ", now=NOW)
    services.take_back_recusal(by=None, recusal=first, reason="登记错了", now=NOW)
    draw_order(night.rounds.get())
    with pytest.raises(JudgingError, match="抽签之前"):
        services.take_back_recusal(by=None, recusal=second, reason="x", now=NOW)

    assert Recusal.objects.get() == second


# The desk


def inside(role) -> tuple[Client, object]:
    client = Client()
    return client, sign_in(client, make_operator(role))


def desk(night) -> str:
    return reverse("voting:draw_desk", args=[night.contest.slug])


def test_host_and_supervisor_draw_on_two_devices():
    night = undrawn()
    host, _ = inside(Role.HOST)
    supervisor, user = inside(Role.SUPERVISOR)

    host.post(desk(night), {"recusals": "0", "complete": "on", "act": "publish"})
    host.post(desk(night), {"seed": "31415 92653 58979 32384", "how": HOW})
    proposal = Proposal.objects.get()
    waiting = jobs_of(user, Contest.objects.get(), now=timezone.now())
    asked = supervisor.get(desk(night))
    done = supervisor.post(
        desk(night),
        {"proposal": proposal.pk, "agree": "yes", "typed": SEED},
        follow=True,
    )

    assert [job.waiting for job in waiting if "抽签" in job.name] == ["等您确认"]
    assert SEED not in asked.content.decode()
    assert "31415" not in asked.content.decode()
    assert "出场顺序已经抽出" in text_of(done)
    assert Draw.objects.get().seed == SEED


def test_the_host_is_not_asked_for_the_second_reading():
    night = undrawn()
    published = listed(night)
    host, user = inside(Role.HOST)
    proposal = seeded(published, by=user)

    page = host.get(desk(night))
    host.post(desk(night), {"proposal": proposal.pk, "agree": "yes", "typed": SEED})

    assert page.context["form"] is None
    assert SEED not in page.content.decode()
    assert Draw.objects.count() == 0


def test_a_wrong_reading_is_explained_and_kept():
    night = undrawn()
    proposal = seeded(listed(night))
    supervisor, _ = inside(Role.SUPERVISOR)

    page = supervisor.post(
        desk(night), {"proposal": proposal.pk, "agree": "yes", "typed": "87654321"}
    )

    assert "不一样，没有抽签" in text_of(page)
    assert page.context["form"]["typed"].value() == "87654321"


def test_a_refusal_needs_a_reason_and_no_seed():
    night = undrawn()
    proposal = seeded(listed(night))
    supervisor, _ = inside(Role.SUPERVISOR)

    silent = supervisor.post(desk(night), {"proposal": proposal.pk, "agree": "no"})
    supervisor.post(
        desk(night), {"proposal": proposal.pk, "agree": "no", "remark": "键错了"}
    )

    assert "请写明为什么不同意" in text_of(silent)
    proposal.refresh_from_db()
    assert proposal.decision.remark == "键错了"


def test_the_host_cannot_publish_without_having_looked_at_the_recusals():
    night = undrawn()
    host, _ = inside(Role.HOST)

    page = host.post(desk(night), {"recusals": "0", "act": "publish"})

    assert "请先核对回避和名单" in text_of(page)
    assert DrawList.objects.count() == 0


def test_recusals_are_recorded_and_taken_back_on_their_page():
    night = undrawn()
    host, _ = inside(Role.HOST)
    seat, entry = night.seats.get(code="A01"), night.contest.entries.get(number=1)
    address = reverse("voting:recusals", args=[night.contest.slug])
    typed = {"seat": seat.pk, "entry": entry.pk, "reason": "曾在该单位任职"}

    host.post(address, typed)
    again = host.post(address, typed)
    shown = host.get(address)
    host.post(address, {"recusal": Recusal.objects.get().pk, "reason": "登记错了"})

    assert "已经登记回避这个单位" in text_of(again)
    assert "曾在该单位任职" in text_of(shown)
    assert Recusal.objects.count() == 0


@pytest.mark.parametrize("page", ["draw_desk", "recusals"])
def test_nobody_else_gets_to_the_desks(page):
    night = undrawn()
    tabulator, _ = inside(Role.TABULATOR)

    answer = tabulator.get(reverse(f"voting:{page}", args=[night.contest.slug]))

    assert answer.status_code == 403


# What everybody sees


def public(night) -> str:
    return Client().get(reverse("voting:draw", args=[night.contest.slug]))


def test_the_public_page_says_what_is_known_at_each_step():
    night = undrawn()
    nothing = text_of(public(night))
    published = listed(night)
    list_only = text_of(public(night))
    proposal = seeded(published)
    waiting = public(night).content.decode()
    confirmed(proposal)
    drawn = text_of(public(night))

    assert "抽签名单还没有公布" in nothing
    assert published.list_hash in list_only
    assert SEED not in waiting
    assert "顺序已经抽出" in drawn
    assert HOW in drawn


def test_the_list_is_served_as_the_very_bytes_that_were_hashed():
    night = undrawn()
    published = listed(night)

    answer = Client().get(
        reverse("voting:draw_list", args=[night.contest.slug, published.round.code])
    )

    assert draw.list_hash(answer.content.decode()) == published.list_hash


def test_a_hidden_contest_shows_no_draw():
    night = undrawn()
    listed(night)
    Contest.objects.update(hidden=True)

    assert public(night).status_code == 404


@pytest.mark.parametrize(
    ("language", "command"),
    [("sh", ["sh", "-c"]), ("python", [sys.executable, "-c"])],
)
def test_what_the_page_prints_redoes_the_draw(tmp_path, language, command):
    if language == "sh" and shutil.which("sha256sum") is None:
        pytest.skip("sha256sum is not installed")
    night = undrawn(entries=12)
    draw_order(night.rounds.get())
    page = public(night).content.decode()
    address = re.search(r'href="([^"]+\.txt)"', page)[1]
    (tmp_path / "list.txt").write_bytes(Client().get(address).content)
    printed = unescape(
        re.search(rf'data-by="{language}">(.*?)</pre>', page, re.DOTALL)[1]
    )

    done = subprocess.run(
        [*command, printed], cwd=tmp_path, capture_output=True, text=True, check=True
    )

    first, *lines = done.stdout.splitlines()
    assert first == DrawList.objects.get().list_hash
    assert [int(re.search(r" (\d{2})(?: |$)", line)[1]) for line in lines] == order()


def test_the_wall_shows_the_list_and_then_the_order_and_no_seed_before_its_time():
    night = undrawn()
    show = make_show(night=night)
    with pytest.raises(JudgingError, match="还没有公布抽签名单"):
        show_scene(by=make_user(), night=night, scene=Scene.DRAW, now=NOW)
    published = listed(night)
    show_scene(by=make_user(), night=night, scene=Scene.DRAW, now=NOW)
    proposal = seeded(published)

    before = snapshot(facts_of(show_at(show.token)))["draw"]
    confirmed(proposal)
    after = snapshot(facts_of(show_at(show.token)))["draw"]

    assert (before["seed"], before["waits"]) == ("", True)
    assert [line["plate"] for line in before["lines"]] == ["01", "02", "03"]
    assert [line["n"] for line in before["lines"]] == [""] * 3
    assert after["seed"] == SEED
    assert [int(line["plate"]) for line in after["lines"]] == order()
