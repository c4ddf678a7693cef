from datetime import timedelta

import pytest
from django.utils import timezone

from showcase.contests.models import Contest, Opening
from site_cms.accounts.groups import sync_groups
from site_cms.accounts.roles import Role
from site_cms.trail.models import TrailEntry
from tests.factories import (
    DAY,
    make_contest,
    make_deed,
    make_entry,
    make_operator,
    make_unit,
    make_user,
    sign_in,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client):
    sync_groups()
    user = make_operator(Role.ADMINISTRATOR)
    sign_in(client, user)
    return user


def typed(moment) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


def form_of(contest: Contest, **changed) -> dict:
    names = [
        "nomination_opens_at",
        "nomination_closes_at",
        "first_review_closes_at",
        "second_review_closes_at",
        "shortlisted_at",
        "poll_opens_at",
        "poll_closes_at",
        "night_opens_at",
        "notice_closes_at",
    ]
    times = {name: getattr(contest, name) for name in names}
    return {
        "name": contest.name,
        "slug": contest.slug,
        "county": contest.county,
        "approval_number": contest.approval_number,
        "finalists": contest.finalists,
        "flags": contest.flags,
        "practice_note": contest.practice_note,
        **{name: typed(moment) if moment else "" for name, moment in times.items()},
    } | changed


def new_contest(**fields) -> Contest:
    return Contest(
        **{"slug": "c2026", "name": "红旗争夺赛", "county": "临河县"} | fields
    )


def test_a_contest_is_created_through_its_service(client, administrator):
    response = client.post("/admin/contests/new/", form_of(new_contest()))

    assert response.status_code == 302
    entry = TrailEntry.objects.about(Contest.objects.get(slug="c2026")).get()
    assert (entry.by, entry.action) == (administrator, "contest.created")


def test_times_in_the_wrong_order_are_told_at_the_field(client, administrator):
    now = timezone.now()
    wrong = new_contest(
        nomination_opens_at=now, nomination_closes_at=now - DAY, poll_opens_at=now
    )

    response = client.post("/admin/contests/new/", form_of(wrong))

    errors = response.context["form"].errors
    assert errors == {"nomination_closes_at": ["必须晚于“自荐开始”。"]}
    assert typed(now - DAY) in response.text
    assert not Contest.objects.exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        pytest.param({"poll_opens_at": "明天"}, "poll_opens_at", id="no time"),
        pytest.param({"flags": "30"}, "__all__", id="more flags than finalists"),
        pytest.param({"practice": "on"}, "__all__", id="practice without its band"),
        pytest.param({"slug": "有汉字"}, "slug", id="an address that is none"),
        pytest.param({"slug": "help"}, "slug", id="an address of the site itself"),
        pytest.param({"finalists": "-1"}, "finalists", id="less than nobody"),
        pytest.param({"name": "\x00"}, "name", id="a character nobody types"),
    ],
)
def test_what_cannot_be_is_told_at_its_field(client, administrator, changed, field):
    response = client.post("/admin/contests/new/", form_of(new_contest(), **changed))

    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert not Contest.objects.exists()


def test_a_contest_stays_of_its_kind(client, administrator):
    contest = make_contest(practice=True, practice_note="演练")

    client.post(
        f"/admin/contests/edit/{contest.pk}/",
        form_of(contest, practice="", slug="other", name="新名字"),
    )

    contest.refresh_from_db()
    assert (contest.practice, contest.slug, contest.name) == (
        True,
        contest.slug,
        "新名字",
    )


def test_changed_times_are_one_line_of_the_trail(client, administrator):
    contest = make_contest()
    later = contest.poll_closes_at + DAY

    client.post(
        f"/admin/contests/edit/{contest.pk}/",
        form_of(contest, poll_closes_at=typed(later)),
    )

    contest.refresh_from_db()
    assert contest.poll_closes_at == later
    entry = TrailEntry.objects.about(contest).get()
    assert entry.sentence == "设定时间：民意测评截止"


def test_the_opening_of_an_open_poll_is_not_moved(client, administrator):
    contest = make_contest()
    Opening.objects.create(
        contest=contest,
        stage="poll",
        opened_at=contest.poll_opens_at,
        frozen={},
        frozen_hash="",
    )
    moved = contest.poll_opens_at - timedelta(hours=1)

    response = client.post(
        f"/admin/contests/edit/{contest.pk}/",
        form_of(contest, poll_opens_at=typed(moved), name="新名字"),
    )

    assert "这个阶段已经开放，开始时间不能再改。" in response.text
    contest.refresh_from_db()
    assert contest.name == "红旗争夺赛"


def numbers_of(*pairs) -> dict[str, str]:
    return {f"number-{entry.pk}": str(number) for entry, number in pairs}


def test_the_shortlist_is_one_act_in_which_numbers_may_change_hands(
    client, administrator
):
    contest = make_contest()
    first, second = make_entry(contest=contest), make_entry(contest=contest)
    third = make_entry(contest=contest, number=None, shortlisted_at=None)

    response = client.post(
        f"/admin/contests/shortlist/{contest.pk}/",
        numbers_of((first, 2), (second, 1), (third, "")),
    )

    assert response.status_code == 302
    assert list(contest.entries.values_list("number", flat=True).order_by("pk")) == [
        2,
        1,
        None,
    ]
    assert TrailEntry.objects.about(contest).get().sentence == "确定 2 个入围单位"


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        pytest.param((7, 7), "7 号已经给了", id="one number twice"),
        pytest.param(("x", 2), "请填一个整数", id="no number"),
        pytest.param((0, 2), "不能小于 1", id="zero"),
        pytest.param(("", 2), "已经入围的单位不能没有编号", id="number taken away"),
    ],
)
def test_a_wrong_number_is_told_at_its_unit_and_nothing_is_lost(
    client, administrator, numbers, said
):
    contest = make_contest()
    first, second = make_entry(contest=contest), make_entry(contest=contest)

    response = client.post(
        f"/admin/contests/shortlist/{contest.pk}/",
        numbers_of((first, numbers[0]), (second, numbers[1])),
    )

    assert said in response.text
    assert f'value="{numbers[1]}"' in response.text
    assert list(contest.entries.values_list("number", flat=True).order_by("pk")) == [
        1,
        2,
    ]


def test_a_unit_enters_once(client, administrator):
    contest, unit = make_contest(), make_unit()
    entering = {"contest": contest.pk, "unit": unit.pk}

    assert client.post("/admin/entries/new/", entering).status_code == 302
    response = client.post("/admin/entries/new/", entering)

    assert "这个单位已经参评。" in response.text


@pytest.mark.parametrize("number", ["2", "x", "", "-1"])
def test_a_number_that_is_taken_or_none_is_refused(client, administrator, number):
    contest = make_contest()
    entry = make_entry(contest=contest)
    make_entry(contest=contest)

    response = client.post(f"/admin/entries/edit/{entry.pk}/", {"number": number})

    assert response.status_code == 200
    entry.refresh_from_db()
    assert entry.number == 1


@pytest.mark.parametrize(
    ("list_of", "make"),
    [
        ("contests", make_contest),
        ("entries", make_entry),
        ("units", make_unit),
        ("deeds", make_deed),
    ],
)
def test_nothing_is_deleted_here_not_even_by_a_superuser(client, list_of, make):
    sign_in(client, make_user(is_superuser=True))
    kept = make()

    client.post(f"/admin/{list_of}/delete/{kept.pk}/")

    kept.refresh_from_db()


@pytest.mark.parametrize(
    "address",
    [
        "/admin/contests/",
        "/admin/contests/new/",
        "/admin/entries/",
        "/admin/units/",
        "/admin/deeds/",
        "/admin/sectors/",
        "/admin/trail/",
    ],
)
def test_lists_are_for_administrators(client, address):
    sync_groups()
    make_entry()
    sign_in(client, make_operator(Role.HOST))
    assert client.get(address).status_code == 302

    sign_in(client, make_operator(Role.ADMINISTRATOR))
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("address", ["/admin/entries/", "/admin/deeds/"])
@pytest.mark.parametrize("count", [3, 15])
def test_lists_take_few_queries_for_any_number_of_rows(
    client, administrator, django_assert_max_num_queries, address, count
):
    for _ in range(count):
        make_deed(unit=make_entry().unit)
    client.get(address)

    with django_assert_max_num_queries(16):
        client.get(address)


def test_the_end_of_the_public_notice_is_planned_with_the_other_times(
    client, administrator
):
    contest = make_contest()
    closes_at = timezone.now() + 30 * DAY
    planned = form_of(contest) | {"notice_closes_at": typed(closes_at)}

    client.post(f"/admin/contests/edit/{contest.pk}/", planned)

    contest.refresh_from_db()
    assert typed(contest.notice_closes_at) == typed(closes_at)
