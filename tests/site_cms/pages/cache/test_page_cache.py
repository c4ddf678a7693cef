"""Each way in which a kept page could leak to somebody or tell what is over."""

import gzip
import threading
import time
from datetime import timedelta

import pytest
from django.db import transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory
from django.urls import get_resolver
from django.utils import timezone

from showcase.contests.models import Contest
from showcase.contests.services import change_contest, set_times
from showcase.units.models import Unit
from site_cms.accounts.roles import Role
from site_cms.freshness import queries as freshness
from site_cms.freshness.queries import believe_no_longer
from site_cms.freshness.services import site_changed
from site_cms.pages.cache.kept import Sharing, kept_page
from site_cms.pages.cache.memory import memory
from site_cms.pages.cache.middleware import PageCacheMiddleware, may_be_kept
from site_cms.pages.page_types import HelpPage, HomePage
from site_cms.pages.services import publish_help, publish_notice
from site_cms.trail.models import TrailEntry
from tests.factories import NOW, make_contest, make_operator, make_user, sign_in
from tests.site_factories import make_page, make_pages, make_showcase, make_site

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _pages_are_kept(settings, monkeypatch):
    """A second passes when a test says so, however slow the machine is."""
    settings.PAGE_CACHE_BYTES = 8 * 1024 * 1024
    monkeypatch.setattr(freshness, "SECONDS_BELIEVED", 3600)


def change_behind_its_back(words: str) -> None:
    """What the home page says, without anybody being told."""
    HomePage.objects.update(hero_title=words)


@pytest.fixture
def home():
    home = make_site()
    change_behind_its_back("第一版")
    return home


def shows(response) -> str:
    """Which version of the home page this is."""
    assert response.status_code == 200
    return next(word for word in ("第一版", "第二版") if word in response.text)


def a_second_passes() -> None:
    believe_no_longer()


# What is kept


def test_a_kept_page_asks_the_database_nothing(client, home, django_assert_num_queries):
    first = client.get("/")

    with django_assert_num_queries(0):
        second = client.get("/")

    assert second.content == first.content
    assert dict(second.items()) == dict(first.items())


def test_without_room_for_pages_none_is_kept(client, home, settings):
    settings.PAGE_CACHE_BYTES = 0

    assert shows(client.get("/")) == "第一版"
    change_behind_its_back("第二版")
    assert shows(client.get("/")) == "第二版"


def test_the_views_that_offer_their_pages_are_these():
    found = set()

    def collect(patterns, prefix: str) -> None:
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                collect(pattern.url_patterns, prefix + str(pattern.pattern))
            elif hasattr(pattern.callback, "offers_kept_pages"):
                found.add(prefix + str(pattern.pattern))

    collect(get_resolver().url_patterns, "/")

    assert found == {
        "/<slug:index>/<plate:plate>/",
        "/<slug:index>/<plate:plate>/poster/",
        "/draw/<slug:slug>/",
        "/draw/<slug:slug>/<slug:code>.txt",
        "/feed/notices/",
        "/ledger/",
        "/live/<slug:slug>/",
        "/log/<slug:slug>/",
        "/log/<slug:slug>/bundle/",
        "/log/<slug:slug>/checkpoint",
        "/log/<slug:slug>/consistency.json",
        "/log/<slug:slug>/entries.jsonl",
        "/log/<slug:slug>/head.json",
        "/log/<slug:slug>/heads.json",
        "/log/<slug:slug>/heads/",
        "/log/<slug:slug>/heads/<str:size>/",
        "/log/<slug:slug>/inclusion.json",
        "/log/<slug:slug>/key.json",
        "/log/<slug:slug>/leaves.txt",
        "/log/help/",
        "/results/",
        "/results/<slug:slug>.json",
        "/results/<slug:slug>.xlsx",
        "/results/<slug:slug>/",
        "/results/<slug:slug>/<str:plate>.json",
        "/results/<slug:slug>/<str:plate>/",
        "/results/<slug:slug>/inputs.json",
        "/results/<slug:slug>/notice/",
        "/results/<slug:slug>/outcome.json",
        "/results/<slug:slug>/rev/<int:number>/",
        "/results/<slug:slug>/rev/<int:number>/<str:part>.json",
        "/results/units/<slug:code>/",
        "/rules/<slug:slug>.json",
        "/rules/<slug:slug>/",
        "/sitemap.xml",
        "/vote/<slug:slug>/voids/",
    }


def test_a_page_that_is_not_there_is_not_kept(client, home):
    assert client.get("/later/").status_code == 404

    publish_help(by=None, title="后来", slug="later", now=NOW)

    assert client.get("/later/").status_code == 200


# Font, contrast, cookies


def test_each_font_and_contrast_has_its_own_page(client, home):
    modes = [
        {"font": font, "contrast": contrast}
        for font in ("normal", "large")
        for contrast in ("normal", "high")
    ]

    drawn = [Client().get("/", mode).content for mode in modes]
    kept = []
    for mode in modes:
        visitor = Client()
        visitor.cookies.load(mode)
        kept.append(visitor.get("/").content)

    assert kept == drawn
    assert len(set(drawn)) == 4


def test_choosing_a_font_by_address_is_remembered_though_the_page_was_kept(home):
    Client().get("/", {"font": "large"})
    kept = Client().get("/", {"font": "large"})
    after = Client(headers={"cookie": "font=large"}).get("/")

    assert kept.cookies["font"].value == "large"
    assert (after.content, after.cookies) == (kept.content, {})


def test_an_unknown_font_is_the_normal_page(client, home):
    assert client.get("/", {"font": "huge"}).content == Client().get("/").content


def test_the_order_that_a_visitor_is_given_is_not_another_visitors(client):
    make_page()
    one, other = Client(), Client()
    one.cookies["order"], other.cookies["order"] = "3", "b"

    led = [visitor.get("/u/").headers["Location"] for visitor in (one, other, one)]

    assert led == ["/u/?order=3", "/u/?order=b", "/u/?order=3"]


# Queries and hosts


def test_a_question_that_the_page_does_not_look_at_is_the_same_page(
    client, home, django_assert_num_queries
):
    client.get("/")

    with django_assert_num_queries(0):
        client.get("/", {"utm_source": "wechat"})


def test_nothing_of_a_stray_question_stays_in_a_kept_page(client, home):
    first = client.get("/", {"evil": "<poison>", "page": "poison", "order": "poison"})
    second = client.get("/")

    assert first.content == second.content
    assert b"poison" not in second.content


def test_the_list_of_units_is_kept_by_what_it_was_asked_for(
    client, django_assert_num_queries
):
    contest = make_showcase()
    make_pages(contest, 3)
    by_number = client.get("/u/", {"order": "3", "q": "02", "stray": "1"})
    everything = client.get("/u/", {"order": "3"})

    with django_assert_num_queries(0):
        again = [
            client.get("/u/?q=02&order=3"),
            client.get("/u/?order=3&other=2"),
            client.get("/u/?order=7&order=3"),
        ]

    assert [page.content for page in again] == [
        by_number.content,
        everything.content,
        everything.content,
    ]
    assert by_number.content != everything.content


def test_a_host_that_somebody_made_up_reaches_nobody_else(home):
    Client(headers={"host": "evil.example"}).get("/u/")
    Client(headers={"host": "evil.example"}).get("/")

    assert b"evil.example" not in Client().get("/").content


def test_pages_of_two_hosts_are_two_pages(home):
    Client(headers={"host": "one.example"}).get("/")
    change_behind_its_back("第二版")

    assert shows(Client(headers={"host": "two.example"}).get("/")) == "第二版"
    assert shows(Client(headers={"host": "one.example"}).get("/")) == "第一版"


def test_a_host_that_is_not_ours_gets_no_page(client, home, settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    client.get("/")

    assert Client(headers={"host": "evil.example"}).get("/").status_code == 400


def test_pages_over_http_and_https_are_two_pages(client, home):
    client.get("/")
    change_behind_its_back("第二版")

    assert shows(client.get("/", secure=True)) == "第二版"


def test_a_very_long_question_takes_no_place(client):
    make_page()
    client.get("/u/", {"order": "3", "sector": "长" * 400})

    assert memory.bytes_used == 0


# Who


def test_an_editor_is_neither_shown_kept_pages_nor_are_theirs_kept(client, home):
    sign_in(client, make_operator(Role.ADMINISTRATOR))
    Client().get("/")
    change_behind_its_back("第二版")

    editors = client.get("/")

    assert shows(editors) == "第二版"
    assert editors.headers["Cache-Control"] == "private, no-cache"
    assert shows(Client().get("/")) == "第一版"


def test_what_an_editor_saw_first_is_not_kept_for_others(client, home):
    sign_in(client, make_user())
    client.get("/")
    change_behind_its_back("第二版")

    assert shows(Client().get("/")) == "第二版"


def test_a_preview_is_neither_kept_nor_taken_from_what_is_kept(client, home):
    sign_in(client, make_operator(Role.ADMINISTRATOR, is_superuser=True))
    visitor = Client()
    visitor.get("/")
    draft = HomePage.objects.get()
    draft.hero_title = "第二版"

    request = RequestFactory().get("/")
    previewed = draft.make_preview_request(request, "")

    assert shows(previewed) == "第二版"
    assert shows(visitor.get("/")) == "第一版"


def response_with(**headers: str) -> HttpResponse:
    response = HttpResponse("page", headers=headers)
    response.sharing = Sharing(())
    return response


def with_cookie() -> HttpResponse:
    response = response_with()
    response.set_cookie("device", "1")
    return response


def streamed() -> StreamingHttpResponse:
    response = StreamingHttpResponse(["page"])
    response.sharing = Sharing(())
    return response


def framed() -> HttpResponse:
    response = response_with()
    response.content_security = {"frame-ancestors": "'self'"}
    return response


def not_found() -> HttpResponse:
    response = response_with()
    response.status_code = 404
    return response


@pytest.mark.parametrize(
    ("response", "kept"),
    [
        pytest.param(response_with(), True, id="a plain page"),
        pytest.param(HttpResponse("page"), False, id="one that does not offer itself"),
        pytest.param(with_cookie(), False, id="a cookie"),
        pytest.param(
            response_with(**{"Cache-Control": "private"}), False, id="private"
        ),
        pytest.param(
            response_with(**{"Cache-Control": "max-age=9, No-Store"}),
            False,
            id="not to be stored",
        ),
        pytest.param(response_with(Vary="Cookie"), True, id="differs by cookie"),
        pytest.param(response_with(Vary="User-Agent"), False, id="differs by browser"),
        pytest.param(response_with(Vary="*"), False, id="differs by anything"),
        pytest.param(
            response_with(**{"Content-Encoding": "br"}), False, id="already compressed"
        ),
        pytest.param(streamed(), False, id="streamed"),
        pytest.param(framed(), False, id="a policy of its own"),
        pytest.param(not_found(), False, id="not found"),
    ],
)
def test_what_looks_like_one_visitors_own_is_not_kept(response, kept):
    assert may_be_kept(RequestFactory().get("/"), response) is kept


def test_a_page_with_a_token_is_not_kept():
    request = RequestFactory().get("/")
    get_token(request)

    assert not may_be_kept(request, response_with())


def test_a_page_that_was_drawn_as_a_preview_is_not_kept():
    request = RequestFactory().get("/")
    request.is_preview = True

    assert not may_be_kept(request, response_with())


def test_a_page_that_wrote_a_session_is_not_kept(client):
    request = RequestFactory().get("/")
    request.session = client.session
    request.session["seen"] = 1

    assert not may_be_kept(request, response_with())


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"cookie": "sessionid=unknown"}, id="a session"),
        pytest.param({"cookie": "messages=waiting"}, id="a message"),
        pytest.param({"authorization": "Basic eA=="}, id="a password"),
    ],
)
def test_whoever_brings_something_personal_gets_a_page_of_their_own(home, headers):
    Client().get("/")
    change_behind_its_back("第二版")

    assert shows(Client(headers=headers).get("/")) == "第二版"
    assert shows(Client().get("/")) == "第一版"


def test_citizens_with_cookies_of_the_poll_share_the_page(
    home, django_assert_num_queries
):
    Client().get("/")

    with django_assert_num_queries(0):
        Client(headers={"cookie": "csrftoken=x; device=y; order=3"}).get("/")


def test_a_form_that_is_sent_is_never_answered_from_here(client, home):
    client.get("/")
    change_behind_its_back("第二版")

    assert shows(client.post("/")) == "第二版"


# When


def test_a_publication_is_seen_within_a_second(client, home):
    client.get("/")
    publish_notice(
        by=None, title="新公告", slug="new", published_on=NOW.date(), now=NOW
    )

    assert "新公告" not in client.get("/").text
    a_second_passes()
    assert "新公告" in client.get("/").text


@pytest.mark.django_db(transaction=True)
def test_the_process_that_published_shows_it_at_once(client, home):
    client.get("/")
    publish_notice(
        by=None, title="新公告", slug="new", published_on=NOW.date(), now=NOW
    )

    assert "新公告" in client.get("/").text


def test_a_page_that_was_taken_off_is_gone(client, home):
    page = publish_help(by=None, title="说明", slug="about", now=NOW)
    a_second_passes()
    assert client.get("/about/").status_code == 200

    HelpPage.objects.get(pk=page.pk).unpublish()
    a_second_passes()

    assert client.get("/about/").status_code == 404


def test_a_contest_that_is_hidden_again_is_gone(client):
    page = make_page()
    contest, plate = page.entry.contest, page.entry.plate
    assert client.get(f"/u/{plate}/").status_code == 200

    change_contest(by=None, contest=contest, now=NOW, hidden=True)
    a_second_passes()

    assert [
        client.get(address).status_code for address in (f"/u/{plate}/", "/u/?order=3")
    ] == [404, 404]


def test_nobody_is_shown_a_contest_beyond_its_next_moment(client, home):
    closes = timezone.now() + timedelta(seconds=3)
    contest = make_contest(poll_opens_at=NOW, poll_closes_at=closes)
    before = client.get("/").text

    while timezone.now() < closes:
        time.sleep(0.05)

    assert "民意测评已经截止" not in before
    assert "民意测评已经截止" in client.get("/").text
    assert contest.poll_closes_at == closes


def test_times_that_were_set_anew_count(client, home):
    contest = make_contest(poll_opens_at=None, poll_closes_at=None)
    client.get("/")
    soon = timezone.now() + timedelta(seconds=1)

    set_times(by=None, contest=contest, now=timezone.now(), nomination_opens_at=soon)
    a_second_passes()
    client.get("/")
    while timezone.now() < soon:
        time.sleep(0.05)

    assert "单位自荐进行中" in client.get("/").text


def test_an_act_that_is_taken_back_changes_nothing(
    client, home, django_assert_num_queries
):
    client.get("/")
    with transaction.atomic():
        publish_notice(
            by=None, title="新公告", slug="new", published_on=NOW.date(), now=NOW
        )
        transaction.set_rollback(True)
    a_second_passes()

    with django_assert_num_queries(1):
        assert "新公告" not in client.get("/").text
    assert not TrailEntry.objects.filter(action="page.published").exists()


def drawing(text: str, during=lambda: None):
    """The rest of the site, as the cache sees it, with something that happens meanwhile."""

    def get_response(request):
        response = HttpResponse(text)
        response.sharing = Sharing(())
        during()
        return response

    return PageCacheMiddleware(get_response)


def test_what_was_drawn_before_a_change_is_not_shown_after_it():
    def change() -> None:
        site_changed()
        a_second_passes()

    drawing("old", during=change)(RequestFactory().get("/"))

    assert drawing("new")(RequestFactory().get("/")).content == b"new"


def test_a_page_that_took_longer_than_it_may_live_is_not_kept(settings):
    @kept_page(lifetime=timedelta(milliseconds=20))
    def view(request):
        time.sleep(0.03)
        return HttpResponse("old")

    PageCacheMiddleware(view)(RequestFactory().get("/"))

    assert memory.bytes_used == 0


def test_while_the_database_does_not_answer_kept_pages_are_shown(
    client, home, settings, monkeypatch
):
    client.get("/")

    def broken() -> int:
        raise freshness.DatabaseError

    monkeypatch.setattr(freshness, "_stored_version", broken)
    a_second_passes()
    change_behind_its_back("第二版")

    assert shows(client.get("/")) == "第一版"


def test_a_hundred_misses_at_once_draw_the_page_once(settings):
    settings.PAGE_CACHE_NEXT_CHANGE = []
    freshness.site_version()
    drawn = []
    site = drawing("page", during=lambda: (drawn.append(1), time.sleep(0.1)))
    seen = []
    threads = [
        threading.Thread(
            target=lambda: seen.append(site(RequestFactory().get("/")).content)
        )
        for _ in range(100)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(drawn), seen) == (1, [b"page"] * 100)


# What browsers are told


def test_a_browser_asks_again_each_time_and_is_told_when_nothing_has_changed(
    client, home
):
    first = client.get("/")
    second = client.get("/", headers={"if-none-match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == "no-cache"
    assert first.headers["Vary"] == "Accept-Encoding, Cookie"
    assert (second.status_code, second.content) == (304, b"")
    assert second.headers["ETag"] == first.headers["ETag"]


def test_a_page_that_has_changed_has_another_tag(client, home):
    tag = client.get("/").headers["ETag"]
    change_behind_its_back("第二版")
    site_changed()
    a_second_passes()

    assert shows(client.get("/", headers={"if-none-match": tag})) == "第二版"


def test_compressed_and_plain_are_the_same_page(client, home):
    plain = client.get("/")
    packed = client.get("/", headers={"accept-encoding": "gzip"})
    tag = packed.headers["ETag"]

    assert gzip.decompress(packed.content) == plain.content
    assert packed.headers["Content-Encoding"] == "gzip"
    assert [page.headers["Content-Length"] for page in (plain, packed)] == [
        str(len(plain.content)),
        str(len(packed.content)),
    ]
    assert (
        client.get(
            "/", headers={"accept-encoding": "gzip", "if-none-match": tag}
        ).status_code
        == 304
    )


@pytest.mark.parametrize("kept", [False, True])
def test_the_head_of_a_page_is_that_of_the_page(client, home, kept):
    if kept:
        client.get("/")
    head = client.head("/")
    page = client.get("/")

    assert head.content == b""
    assert dict(head.items()) == dict(page.items())


def test_asking_for_the_head_keeps_nothing(client, home):
    client.head("/")

    assert memory.bytes_used == 0


def test_a_kept_page_carries_no_cookie_and_no_token(client, home):
    for response in (client.get("/"), client.get("/")):
        assert response.cookies == {}
        assert b"csrfmiddlewaretoken" not in response.content
        assert "Set-Cookie" not in response.headers


def test_security_headers_stand_on_kept_pages_too(client, home):
    client.get("/")

    assert "default-src 'none'" in client.get("/").headers["Content-Security-Policy"]


def test_kept_pages_of_units_are_drawn_anew_after_an_act(client):
    page = make_page()
    address = f"/u/{page.entry.plate}/"
    first = client.get(address).text
    Unit.objects.update(population_served=71_000)
    kept = client.get(address).text
    site_changed()
    a_second_passes()

    assert ("服务 2 万人" in first, kept == first) == (True, True)
    assert "服务 7.1 万人" in client.get(address).text
    assert Contest.objects.count() == 1


def test_the_pages_of_a_list_of_notices_are_not_one_page(client, home):
    for number in range(25):
        publish_notice(
            by=None,
            title=f"公告 {number}",
            slug=f"n{number}",
            published_on=NOW.date(),
            now=NOW,
        )
    a_second_passes()

    shown = [client.get("/notices/", {"page": number}).text for number in (1, 2, 1)]

    assert "公告 24" in shown[0]
    assert "公告 0" in shown[1]
    assert shown[2] == shown[0] != shown[1]
