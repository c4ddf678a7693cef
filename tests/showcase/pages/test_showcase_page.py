from datetime import timedelta

import pytest
from django.utils import timezone

from showcase.contests.models import Opening
from showcase.ledger.queries import deeds_snapshot
from showcase.pages.models import ShowcaseIndexPage, ShowcasePage
from showcase.pages.services import publish_showcase_page
from site_cms.media.models import SiteRendition
from tests.factories import DAY, HOUR, make_contest, make_deed, make_entry, make_user
from tests.pictures import make_image
from tests.site_factories import FIGURES, make_draft, make_page, make_showcase

pytestmark = [pytest.mark.django_db, pytest.mark.looks]


def contest_voting_now(**fields):
    now = timezone.now()
    times = {"poll_opens_at": now - HOUR, "poll_closes_at": now + HOUR}
    return make_showcase(make_contest(**times | fields))


def open_stage_of_poll(contest, **frozen) -> Opening:
    return Opening.objects.create(
        contest=contest,
        stage="poll",
        opened_at=contest.poll_opens_at,
        frozen=frozen,
        frozen_hash="0" * 64,
    )


def full_body() -> list:
    return [
        ("paragraph", "<h2>我们办了什么</h2><p>修路。</p>"),
        FIGURES,
        (
            "before_after",
            {
                "before": make_image(title="泥路"),
                "before_when": "2025 年",
                "after": make_image(title="柏油路"),
                "after_when": "2026 年",
            },
        ),
        (
            "timeline",
            {
                "items": [{"when": "3 月", "title": "开工", "text": "", "done": True}]
                * 2
            },
        ),
        ("quote", {"text": "路好走了。", "who": "赵女士"}),
        ("deeds", {}),
        ("gallery", {"images": [make_image(title=f"照片 {n}") for n in range(3)]}),
    ]


def test_a_page_has_its_number_as_address_and_shows_what_the_unit_wrote(client):
    entry = make_entry(contest=contest_voting_now(), number=7)
    make_deed(unit=entry.unit, title="整修村道", target=10, done=4)
    make_page(entry, body=full_body())

    text = client.get("/u/07/").text

    for words in ("17.8", "修好的路", "2026 年，交通局台账", "路好走了。", "整修村道"):
        assert words in text
    assert text.index("修好的路") < text.index("我们办了什么")
    assert 'alt="泥路的说明"' in text
    assert "目标 10 公里，完成 4 公里。" in text


@pytest.mark.parametrize(
    "address", ["/u/7/", "/u/007/", "/u/99/", "/u/abc/", "/u/%00/"]
)
def test_there_is_no_other_address(client, address):
    make_page(make_entry(contest=contest_voting_now(), number=7))

    assert client.get(address).status_code in {301, 404}


def test_a_page_that_is_not_published_is_not_found(client):
    page = make_draft(make_entry(contest=contest_voting_now(), number=7))

    assert client.get("/u/07/").status_code == 404
    assert "/u/07/" not in client.get("/sitemap.xml").text
    publish_showcase_page(by=None, page=page, now=timezone.now())
    assert client.get("/u/07/").status_code == 200


def test_the_button_picks_the_unit_on_the_ballot_while_voting_is_open(client):
    contest = contest_voting_now(slug="linhe-2026")
    make_page(make_entry(contest=contest, number=7))
    shut = client.get("/u/07/").text
    open_stage_of_poll(contest)

    text = client.get("/u/07/").text

    assert 'href="/vote/linhe-2026/?pick=07"' in text
    assert "?pick=07" not in shut
    assert "民意测评即将开放" in shut


@pytest.mark.parametrize(
    ("opens", "closes", "said"),
    [
        pytest.param(DAY, 2 * DAY, "民意测评还没有开始", id="before"),
        pytest.param(-2 * DAY, -DAY, "民意测评已经截止", id="after"),
    ],
)
def test_the_page_says_why_one_cannot_vote_now(client, opens, closes, said):
    now = timezone.now()
    contest = contest_voting_now(
        second_review_closes_at=now - 3 * DAY,
        poll_opens_at=now + opens,
        poll_closes_at=now + closes,
    )
    make_page(make_entry(contest=contest, number=7))

    text = client.get("/u/07/").text

    assert said in text
    assert "?pick=07" not in text


def test_a_withdrawn_unit_says_so_and_cannot_be_picked(client):
    contest = contest_voting_now()
    entry = make_entry(contest=contest, number=7)
    make_page(entry)
    open_stage_of_poll(contest)
    entry.withdrawn_at = timezone.now()
    entry.withdrawal_notice = "单位申请退出，经两人确认。"
    entry.save()

    text = client.get("/u/07/").text

    assert "单位申请退出，经两人确认。" in text
    assert "?pick=07" not in text


def test_deeds_are_live_until_the_poll_opens_and_its_snapshot_afterwards(client):
    contest = contest_voting_now()
    entry = make_entry(contest=contest, number=7)
    deed = make_deed(unit=entry.unit, target=10, done=4)
    make_page(entry, body=[("deeds", {})])
    open_stage_of_poll(contest, deeds=deeds_snapshot(contest))
    deed.done = 9
    deed.save()
    make_deed(unit=entry.unit, title="后来的实事")

    text = client.get("/u/07/").text

    assert "完成 4 公里" in text
    assert "民意测评开放时的情况" in text
    assert "后来的实事" not in text


def test_the_page_says_who_wrote_it_and_since_when_it_is_frozen(client):
    contest = contest_voting_now()
    make_page(make_entry(contest=contest, number=7))
    before = client.get("/u/07/").text
    open_stage_of_poll(contest)

    after = client.get("/u/07/").text

    assert "审核发布。民意测评开放时冻结" in before
    assert "起冻结。之后的更正会在这里注明日期" in after


def test_a_sample_is_loud_and_not_for_search_engines(client):
    contest = contest_voting_now(practice=True, practice_note="这是示例数据")
    make_page(make_entry(contest=contest, number=7))

    text = client.get("/u/07/").text

    assert "这是示例数据" in text
    assert '<meta name="robots" content="noindex">' in text


def test_publishing_makes_every_picture_that_the_page_and_its_card_show(client):
    page = make_page(
        make_entry(contest=contest_voting_now(), number=7), body=full_body()
    )
    made = set(SiteRendition.objects.values_list("pk", flat=True))

    client.get(page.url)
    client.get("/u/?order=0")

    assert set(SiteRendition.objects.values_list("pk", flat=True)) == made


def test_a_card_picture_is_small():
    make_page(make_entry(contest=contest_voting_now(), number=7))

    card = SiteRendition.objects.get(filter_spec__startswith="fill-400x250")

    assert (card.width, card.height) == (400, 250)
    assert card.file.name.endswith(".webp")


@pytest.mark.parametrize("deeds", [1, 20])
def test_a_page_takes_few_queries_whatever_it_holds(
    client, django_assert_max_num_queries, deeds
):
    contest = contest_voting_now()
    entry = make_entry(contest=contest, number=7)
    for _ in range(deeds):
        make_deed(unit=entry.unit)
    make_page(entry, body=full_body(), sectors=["交通", "教育"])
    open_stage_of_poll(contest, deeds=deeds_snapshot(contest))
    client.get("/u/07/")

    with django_assert_max_num_queries(12):
        client.get("/u/07/")


@pytest.mark.parametrize(
    ("page_type", "below"),
    [(ShowcaseIndexPage, ["showcase.ShowcasePage"]), (ShowcasePage, [])],
)
def test_pages_are_made_by_services_and_stand_where_they_belong(page_type, below):
    assert page_type.is_creatable is False
    assert page_type.subpage_types == below


def test_a_contest_that_begins_tomorrow_counts_the_time(client):
    tomorrow = timezone.now() + timedelta(hours=25, minutes=1)
    make_showcase(
        make_contest(
            second_review_closes_at=timezone.now() - DAY,
            poll_opens_at=tomorrow,
            poll_closes_at=tomorrow + DAY,
        )
    )

    assert "<b>1</b> 天 <b>1</b> 小时" in client.get("/").text


def test_an_editor_cannot_change_a_frozen_page(client):
    contest = contest_voting_now()
    page = make_page(make_entry(contest=contest, number=7))
    open_stage_of_poll(contest)
    client.force_login(make_user(is_superuser=True))

    page = ShowcasePage.objects.get(pk=page.pk)

    rights = page.permissions_for_user(make_user(is_superuser=True))
    assert not any(
        [
            rights.can_publish(),
            rights.can_unpublish(),
            rights.can_delete(),
            rights.can_move(),
        ]
    )
