"""The list of rehearsals, and the band on every screen and every sheet of one."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from showcase.contests.models import Contest
from site_cms.accounts.roles import Role
from tests.factories import (
    make_contest,
    make_operator,
    make_user,
    seated,
    sign_in,
)
from tests.factories.rehearsals import (
    make_drawn_night,
    make_rehearsal,
    make_undrawn_night,
    rehearsed,
)
from voting.judging import services
from voting.judging.queries import marking_is_open, night_of
from voting.judging.rehearsal_models import Rehearsal
from voting.judging.rehearsal_queries import contests_to_work_on
from voting.stage.models import Scene
from voting.stage.queries import public_show
from voting.stage.rules import Facts, snapshot
from voting.stage.services import make_show
from voting.stage.snapshots import snapshot_of

BAND = '<p class="rehearsal'
NOTE = "第 1 次演练，不计入任何成绩"


def client_of(*roles):
    client = Client()
    client.user = sign_in(client, make_operator(*roles))
    return client


def at(contest, path=""):
    return f"/rehearsals/{contest.slug}/{path}"


def text(response):
    return response.content.decode()


@pytest.mark.django_db
def test_an_administrator_makes_a_rehearsal_and_sees_it():
    night, admin = make_drawn_night(), client_of(Role.ADMINISTRATOR)

    response = admin.post(
        at(night.contest), {"number": 1, "order": "keep"}, follow=True
    )

    made = Rehearsal.objects.get()
    assert made.made_by == admin.user
    assert "第 1 次演练已经建好。席卡是新的" in text(response)
    assert f"/host/{made.contest.slug}/" in text(response)
    assert marking_is_open(night_of(made.contest), now=timezone.now())


@pytest.mark.django_db
def test_without_an_order_only_the_draw_is_offered():
    night, admin = make_undrawn_night(), client_of(Role.ADMINISTRATOR)

    shown = text(admin.get(at(night.contest)))
    refused = admin.post(at(night.contest), {"number": 1, "order": "keep"})

    assert "沿用已经抽出的顺序" not in shown
    assert "请从列出的里面选出场顺序怎么来。" in text(refused)
    assert not Rehearsal.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        pytest.param({"order": "keep"}, "这一页不是最新的", id="no number"),
        pytest.param({"number": 1}, "请选出场顺序怎么来。", id="no order"),
        pytest.param(
            {"number": 1, "order": "keep", "opens_at": "明天"},
            "时间没有读懂",
            id="no time",
        ),
        pytest.param(
            {"number": 1, "order": "keep", "opens_at": "9999-12-31T23:59"},
            "演练要在一年以内",
            id="far away",
        ),
        pytest.param({"number": 7, "order": "keep"}, "已经建好", id="old page"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(typed, sentence):
    night, admin = make_drawn_night(), client_of(Role.ADMINISTRATOR)

    response = admin.post(at(night.contest), typed)

    assert sentence in text(response)
    assert not Rehearsal.objects.exists()


@pytest.mark.django_db
def test_what_is_missing_stands_in_the_place_of_the_form():
    night = make_undrawn_night()
    night.contest.entries.update(shortlisted_at=None)

    page = text(client_of(Role.ADMINISTRATOR).get(at(night.contest)))

    assert "还没有入围的单位。" in page
    assert "建立演练</button>" not in page


@pytest.mark.django_db
def test_others_look_on_and_change_nothing():
    night, host = make_drawn_night(), client_of(Role.HOST)
    rehearsal = make_rehearsal(night.contest)

    page = text(host.get(at(night.contest)))
    made = host.post(at(night.contest), {"number": 2, "order": "keep"})
    hidden = host.post(at(rehearsal.contest, "act/"), {"act": "hide"})

    assert (made.status_code, hidden.status_code) == (200, 403)
    assert "收起这次演练" not in page
    assert Rehearsal.objects.count() == 1
    assert not Contest.objects.get(pk=rehearsal.contest_id).hidden


@pytest.mark.django_db
def test_an_administrator_hides_a_rehearsal_and_takes_it_back():
    rehearsal, admin = make_rehearsal(), client_of(Role.ADMINISTRATOR)
    own = at(rehearsal.contest, "act/")

    hidden = admin.post(own, {"act": "hide"}, follow=True)
    was_hidden = Contest.objects.get(pk=rehearsal.contest_id).hidden
    again = admin.post(own, {"act": "hide"}, follow=True)
    shown = admin.post(own, {"act": "show"}, follow=True)

    assert was_hidden
    assert "已经收起，每一份记录都还在" in text(hidden)
    assert "已经收起，没有再做一次" in text(again)
    assert "又能看到了" in text(shown)
    assert not Contest.objects.get(pk=rehearsal.contest_id).hidden


@pytest.mark.django_db
def test_a_real_contest_cannot_be_hidden_by_this_button():
    night, admin = make_drawn_night(), client_of(Role.ADMINISTRATOR)

    assert admin.post(at(night.contest, "act/"), {"act": "hide"}).status_code == 404
    assert not Contest.objects.get(pk=night.contest_id).hidden


@pytest.mark.django_db
def test_the_address_of_a_rehearsal_leads_to_the_list_of_its_contest():
    rehearsal = make_rehearsal()

    response = client_of(Role.ADMINISTRATOR).get(at(rehearsal.contest))

    assert response["Location"] == at(rehearsal.source)


@pytest.mark.django_db
def test_the_weight_is_shown_of_a_rehearsal_and_never_of_the_real_night():
    rehearsal, supervisor = make_rehearsal(), client_of(Role.SUPERVISOR)

    shown = text(supervisor.get(at(rehearsal.contest, "weight/") + "?votes=wide"))

    assert "还没有人打分：3 个单位的评委分都是编造的" in shown
    assert "换一种方法，红旗归谁会变吗（少数单位票数特别高）" in shown
    assert supervisor.get(at(rehearsal.source, "weight/")).status_code == 404


@pytest.mark.django_db
def test_one_that_is_put_away_is_no_longer_among_the_work():
    rehearsal = make_rehearsal()
    before = set(contests_to_work_on())

    services.hide_rehearsal(by=make_user(), rehearsal=rehearsal, now=timezone.now())

    assert before == {rehearsal.source, rehearsal.contest}
    assert set(contests_to_work_on()) == {rehearsal.source}


# The band


def screens(night):
    """Every screen of a night by name: (client, address)."""
    seat = night.seats.exclude(kind="observer").first()
    card = services.reissue_card(by=make_user(), seat=seat, now=timezone.now())
    slug, staff = (
        night.contest.slug,
        client_of(Role.HOST, Role.SUPERVISOR, Role.ADMINISTRATOR),
    )
    judge, judge_at = seated(night.seats.get(code="C01"))
    return {
        "card and PIN": (Client(), f"/judge/{card.token}/"),
        "judge": (judge, judge_at),
        "host": (staff, f"/host/{slug}/"),
        "supervisor": (staff, f"/supervise/{slug}/"),
        "draw": (staff, f"/draw/{slug}/desk/"),
        "recusals": (staff, f"/draw/{slug}/recusals/"),
        "run sheet": (staff, f"/host/{slug}/run-sheet/"),
        "tabulator": (client_of(Role.TABULATOR), f"/tabulate/{slug}/"),
        "big screen": (Client(), f"/screen/{make_show(night=night).token}/"),
    }


SCREENS = [
    "card and PIN", "judge", "host", "supervisor", "draw", "recusals", "run sheet",
    "tabulator", "big screen",
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("name", SCREENS)
def test_every_screen_of_a_rehearsal_carries_the_band_once(name):
    client, address = screens(rehearsed())[name]

    page = text(client.get(address))

    assert (page.count(BAND), NOTE in page) == (1, True)


@pytest.mark.django_db
def test_no_screen_of_a_real_night_carries_it():
    with_band = [
        name
        for name, (client, address) in screens(make_drawn_night()).items()
        if BAND in text(client.get(address))
    ]

    assert with_band == []


@pytest.mark.django_db
def test_telephones_are_told_too():
    page = text(Client().get(f"/live/{rehearsed().contest.slug}/"))

    assert f"<span>演练</span> {NOTE}" in page


@pytest.mark.django_db
def test_the_snapshot_says_that_it_is_a_rehearsal():
    night = rehearsed()
    make_show(night=night)

    assert f'"band":"{NOTE}"'.encode() in snapshot_of(public_show(night.contest))


@pytest.mark.parametrize("scene", Scene.values)
def test_no_scene_leaves_the_band_out(scene):
    facts = Facts(name="评议", county="临河县", scene=scene, band=NOTE)

    assert snapshot(facts)["band"] == NOTE


@pytest.mark.django_db
def test_a_judge_who_brings_the_old_card_is_told_that_the_rehearsal_is_over():
    night = rehearsed(now=timezone.now())
    client, address = seated(night.seats.get(code="C01"))
    services.hide_rehearsal(
        by=make_user(), rehearsal=night.contest.rehearsal, now=timezone.now()
    )

    page = text(client.get(address))

    assert f"{NOTE}（已经结束）" in page
    assert 'data-section="closed"' in page


def test_no_screen_can_leave_the_band_out():
    """base_night.html puts the band on; whoever moves it includes it, paper has marks of its own."""
    root = Path(__file__).resolve().parents[3] / "templates"
    assert "practice_band.html" in (root / "base_night.html").read_text("utf-8")
    folders = [root / "voting" / name for name in ("judging", "stage")]
    without = []
    for path in sorted(path for each in folders for path in each.rglob("*.html")):
        source = path.read_text(encoding="utf-8")
        is_page = "<!doctype" in source.lower() or "base_night.html" in source
        moved = re.search(r"{% block band %}", source) or "<!doctype" in source.lower()
        says_so = "practice_band.html" in source or "contest.practice %}" in source
        if is_page and moved and not says_so:
            without.append(path.relative_to(root).as_posix())
    assert without == []


@pytest.mark.django_db
def test_a_contest_without_a_night_has_no_rehearsals():
    admin = client_of(Role.ADMINISTRATOR)

    assert admin.get(at(make_contest())).status_code == 404
