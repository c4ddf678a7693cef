from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from showcase.contests.services import set_times
from showcase.pages.models import ShowcasePage
from showcase.pages.posters import draw_missing_posters, drawn, poster_of
from showcase.pages.services import publish_showcase_page
from tests.factories import DAY, NOW, make_contest, make_entry, make_unit
from tests.pictures import make_image
from tests.site_factories import make_draft, make_page, make_pages, make_showcase

pytestmark = [pytest.mark.django_db, pytest.mark.looks]

RED = (179, 0, 14)
YELLOW = (255, 212, 0)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.POSTERS_DIR = tmp_path
    settings.PUBLIC_ORIGIN = "https://hongqi.example.cn"
    return tmp_path


def stored(folder) -> dict[str, int]:
    return {each.name: each.stat().st_mtime_ns for each in folder.rglob("*.jpg")}


def page_of(page: ShowcasePage) -> ShowcasePage:
    return ShowcasePage.objects.with_entry().get(pk=page.pk)


def as_picture(jpeg: bytes) -> Image.Image:
    return Image.open(BytesIO(jpeg)).convert("RGB")


def is_near(colour, wanted) -> bool:
    return all(abs(one - other) < 12 for one, other in zip(colour, wanted, strict=True))


def test_what_stands_on_it():
    contest = make_contest(
        slug="c", name="2026 年红旗争夺赛", poll_closes_at=NOW + 8 * DAY
    )
    unit = make_unit(name="县教育局", short_name="教育局")
    entry = make_entry(contest=make_showcase(contest), unit=unit, number=7)

    poster = poster_of(page_of(make_page(entry, one_line="放学后有人管")))

    assert (
        poster.plate,
        poster.name,
        poster.one_line,
        poster.contest,
        poster.deadline,
        poster.address,
        poster.band,
    ) == (
        "07",
        "教育局",
        "放学后有人管",
        "2026 年红旗争夺赛",
        "2026 年 6 月 9 日 20:00",
        "https://hongqi.example.cn/u/07/",
        "",
    )


@pytest.mark.parametrize(
    ("kind", "size", "most"),
    [("share", (1080, 1440), 400_000), ("poster", (2480, 3508), 2_500_000)],
)
@pytest.mark.parametrize(
    "written",
    [
        pytest.param({}, id="plain"),
        pytest.param({"one_line": "长" * 40}, id="long line"),
        pytest.param({"one_line": "x" * 40}, id="one long word"),
        pytest.param({"one_line": "“，。！？”" * 6}, id="punctuation"),
    ],
)
def test_both_formats_are_drawn_whatever_is_written(kind, size, most, written):
    unit = make_unit(name="单" * 60, short_name="单" * 20)
    entry = make_entry(contest=make_showcase(), unit=unit, number=112)
    page = make_page(entry, **written)

    jpeg = drawn(page_of(page), kind).jpeg

    assert as_picture(jpeg).size == size
    assert len(jpeg) <= most
    assert Image.open(BytesIO(jpeg)).info["dpi"] == (300, 300)


def test_a_page_without_a_photo_has_a_picture_too():
    page = page_of(make_page())
    page.cover = None

    assert as_picture(drawn(page, "share").jpeg).size == (1080, 1440)


def test_a_sample_bears_its_band():
    contest = make_contest(practice=True, practice_note="数据是编的。")
    sample = make_page(make_entry(contest=make_showcase(contest)))

    picture = as_picture(drawn(page_of(sample), "share").jpeg)

    assert poster_of(page_of(sample)).band == "示例：数据是编的。"
    assert is_near(picture.getpixel((1070, 10)), YELLOW)


def test_the_foot_is_red_and_the_code_can_be_read():
    picture = as_picture(drawn(page_of(make_page()), "share").jpeg)

    assert is_near(picture.getpixel((20, 1420)), RED)
    # A quiet zone of white, then the dark corner of the code's first square.
    code = picture.crop((770, 1150, 1020, 1400)).convert("1")
    assert code.getpixel((3, 3)) == 255
    assert code.getextrema() == (0, 255)


def test_a_citizen_draws_at_most_once_for_all(client, folder):
    make_page()

    first = client.get("/u/01/share.jpg")
    after_first = stored(folder)
    second = client.get("/u/01/share.jpg")

    assert first.content == second.content
    assert first.headers["Content-Type"] == "image/jpeg"
    assert first.headers["Cache-Control"] == "public, max-age=300"
    assert first.cookies == {}
    assert len(after_first) == 1
    assert stored(folder) == after_first


def test_whoever_has_it_is_not_sent_it_again(client):
    make_page()
    etag = client.get("/u/01/share.jpg").headers["ETag"]

    again = client.get("/u/01/share.jpg", headers={"if-none-match": etag})

    assert (again.status_code, again.content) == (304, b"")


def test_the_worker_draws_ahead_and_then_rests(client, folder):
    make_pages(make_showcase(), 2)

    assert draw_missing_posters(now=NOW) == 4
    ahead = stored(folder)
    assert draw_missing_posters(now=NOW) == 0
    client.get("/u/01/share.jpg")
    client.get("/u/02/poster.jpg")
    assert stored(folder) == ahead


def test_the_worker_takes_a_few_at_a_time():
    make_pages(make_showcase(), 4)

    assert [draw_missing_posters(now=NOW) for _ in range(3)] == [6, 2, 0]


def test_the_worker_leaves_out_what_nobody_is_shown():
    contest = make_showcase()
    make_draft(make_entry(contest=contest))
    make_page(make_entry(contest=contest, number=None, shortlisted_at=None))
    gone = make_page(make_entry(contest=contest))
    gone.entry.withdrawn_at, gone.entry.withdrawal_notice = NOW, "退出。"
    gone.entry.save()

    assert draw_missing_posters(now=NOW) == 0


def test_another_deadline_is_another_picture_and_the_old_one_goes(client, folder):
    page = make_page()
    before = client.get("/u/01/share.jpg")
    old = stored(folder)

    contest = page.entry.contest
    set_times(
        by=None,
        contest=contest,
        now=NOW,
        poll_closes_at=contest.poll_closes_at + timedelta(days=1),
    )
    after = client.get("/u/01/share.jpg")

    assert before.headers["ETag"] != after.headers["ETag"]
    assert before.content != after.content
    assert len(stored(folder)) == 1
    assert stored(folder).keys().isdisjoint(old)


def test_a_new_publication_is_another_picture(client):
    page = make_page()
    before = client.get("/u/01/share.jpg").headers["ETag"]
    page.one_line = "新的一句话"
    page.save_revision()
    draft = client.get("/u/01/share.jpg").headers["ETag"]

    publish_showcase_page(by=None, page=page, now=NOW)

    assert draft == before
    assert client.get("/u/01/share.jpg").headers["ETag"] != before


def test_another_middle_of_the_photo_is_another_picture():
    cover = make_image()
    page = make_page(cover=cover)
    before = drawn(page_of(page), "share").key
    cover.focal_point_x, cover.focal_point_y = 100, 100
    cover.focal_point_width = cover.focal_point_height = 20
    cover.save()

    assert drawn(page_of(page), "share").key != before


def test_it_is_handed_out_under_a_chinese_name(client):
    unit = make_unit(short_name="教育局")
    make_page(make_entry(contest=make_showcase(), unit=unit, number=7))

    header = client.get("/u/07/poster.jpg?download").headers["Content-Disposition"]

    assert header == (
        "attachment; filename*=UTF-8''07%20%E5%8F%B7%20%E6%95%99%E8%82%B2%E5%B1%80"
        "%20%E6%B5%B7%E6%8A%A5%20A4.jpg"
    )


def test_the_poster_page_invites_and_promises_nothing(client):
    make_page()

    text = client.get("/u/01/poster/").text

    assert '<img class="poster__picture" src="/u/01/share.jpg"' in text
    assert 'href="/u/01/share.jpg?download"' in text
    assert 'href="/u/01/poster.jpg?download"' in text
    assert "没有奖励，也不用关注" in text or "民意测评已经截止" in text
    assert '<meta name="robots" content="noindex">' in text


@pytest.mark.parametrize("rest", ["share.jpg", "poster.jpg", "poster/"])
@pytest.mark.parametrize("plate", ["1", "001", "99", "x", "٠١"])
def test_there_is_no_picture_at_any_other_address(client, plate, rest):
    make_page()

    assert client.get(f"/u/{plate}/{rest}").status_code == 404
    assert client.get(f"/notices/01/{rest}").status_code == 404


def test_the_page_names_its_picture_for_other_programs(client):
    make_page()

    text = client.get("/u/01/").text

    for label in (
        '<meta property="og:image" content="https://hongqi.example.cn/u/01/share.jpg">',
        '<meta property="og:url" content="https://hongqi.example.cn/u/01/">',
        '<link rel="canonical" href="https://hongqi.example.cn/u/01/">',
    ):
        assert label in text
    # The first picture of the page is what WeChat shows beside a link to it.
    first = text[text.index("<img") :].partition(">")[0]
    assert 'width="300" height="300"' in first
    assert "fill-300x300" in first
