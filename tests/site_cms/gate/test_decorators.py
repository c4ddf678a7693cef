import pytest
from django.core.cache import caches
from django.http import HttpResponse
from django.views.generic import TemplateView
from django_ratelimit import ALL

from site_cms.gate.decorators import Usage, by_network, limited
from site_cms.gate.errors import GuardIsDown, TooManyRequests

ANSWER = b"done"
REDIS = "site_cms.gate.cache.OneRoundTripRedisCache"


def view(request):
    return HttpResponse(ANSWER)


def guarded(**options):
    defaults = {"burst": "2/10s", "sustained": "3/h", "when_down": "closed"}
    return limited(**defaults | options)(view)


@pytest.fixture
def midnight(monkeypatch):
    """Windows are aligned to the clock: the test moves it from one to the next."""

    class Clock:
        now = 1_800_000_000.0

        def time(self):
            return self.now

    clock = Clock()
    monkeypatch.setattr("django_ratelimit.core.time", clock)
    return clock


@pytest.fixture(params=["locmem", "redis"])
def counters(request, settings):
    if request.param == "redis":
        settings.CACHES = settings.CACHES | {
            "limits": {
                "BACKEND": REDIS,
                "LOCATION": request.getfixturevalue("redis_url"),
            }
        }
        caches["limits"].clear()
    return request.param


@pytest.fixture
def dead_redis(settings):
    settings.CACHES = settings.CACHES | {
        "limits": {"BACKEND": REDIS, "LOCATION": "redis://127.0.0.1:1/0"}
    }


def refused(ask):
    with pytest.raises(TooManyRequests) as caught:
        ask()
    return caught.value.retry_after


@pytest.mark.parametrize(
    "counters",
    ["locmem", pytest.param("redis", marks=pytest.mark.redis)],
    indirect=True,
)
def test_short_window_refuses_and_tells_when_to_come_again(rf, midnight, counters):
    limited_view = guarded()

    def ask(address="203.0.113.7"):
        return limited_view(rf.post("/", REMOTE_ADDR=address)).content

    assert [ask(), ask()] == [ANSWER, ANSWER]
    assert 1 <= refused(ask) <= 10
    assert ask("203.0.113.8") == ANSWER

    midnight.now += 11
    assert ask() == ANSWER


def test_long_window_counts_only_what_the_short_one_let_through(rf, midnight):
    limited_view = guarded()

    def ask():
        return limited_view(rf.post("/", REMOTE_ADDR="203.0.113.7")).content

    assert [ask(), ask()] == [ANSWER, ANSWER]
    for _ in range(20):
        refused(ask)
    midnight.now += 11
    assert ask() == ANSWER
    assert 11 < refused(ask) <= 3600


def test_two_views_do_not_share_a_counter(rf):
    def other(request):
        return HttpResponse(ANSWER)

    limited_other = limited(burst="2/h", sustained="3/d", when_down="closed")(other)
    limited_view = guarded(burst="2/h", sustained="3/d")
    for _ in range(2):
        limited_view(rf.post("/"))

    assert limited_other(rf.post("/")).content == ANSWER


class FirstPage(TemplateView):
    template_name = "errors/404.html"


class SecondPage(TemplateView):
    template_name = "errors/404.html"


def test_two_class_based_views_do_not_share_a_counter(rf):
    options = {"burst": "1/h", "sustained": "1/d", "when_down": "closed", "method": ALL}
    first, second = [limited(**options)(v.as_view()) for v in (FirstPage, SecondPage)]
    first(rf.get("/"))

    assert second(rf.get("/")).status_code == 200
    refused(lambda: first(rf.get("/")))


def test_reading_is_not_counted_unless_asked(rf):
    reading = guarded(burst="1/h", sustained="1/d")
    searching = guarded(burst="1/h", sustained="1/d", method=ALL)

    for _ in range(5):
        assert reading(rf.get("/")).content == ANSWER
    assert searching(rf.get("/")).content == ANSWER
    refused(lambda: searching(rf.get("/")))


def test_own_key_counts_by_it(rf):
    by_phone = guarded(
        burst="1/h", sustained="2/d", key=lambda group, request: request.POST["phone"]
    )

    assert by_phone(rf.post("/", {"phone": "1"})).content == ANSWER
    assert by_phone(rf.post("/", {"phone": "2"})).content == ANSWER
    refused(lambda: by_phone(rf.post("/", {"phone": "1"})))


def test_request_that_was_counted_is_not_marked(rf):
    request = rf.post("/")

    guarded()(request)

    assert request.unthrottled is False


def test_open_view_passes_marked_and_logged_when_redis_is_down(rf, dead_redis, caplog):
    request = rf.post("/")

    assert guarded(when_down="open")(request).content == ANSWER
    assert request.unthrottled is True
    assert [(r.message, r.view, r.policy) for r in caplog.records] == [
        ("requests are not counted", f"{__name__}.view", "open")
    ]


def test_closed_view_refuses_in_words_when_redis_is_down(rf, dead_redis):
    with pytest.raises(GuardIsDown) as caught:
        guarded()(rf.post("/"))

    assert (caught.value.retry_after, caught.value.sentence) == (
        30,
        "系统的一个部件正在恢复，这一步暂时不能办理，什么都没有改变。",
    )


@pytest.mark.parametrize("peer", ["", "::ffff:1.2.3.4", "rubbish", "1.2.3.4, 5.6.7.8"])
def test_strange_address_is_counted_and_never_an_error(rf, peer):
    assert guarded()(rf.post("/", REMOTE_ADDR=peer)).content == ANSWER


def test_mapped_address_shares_the_bucket_of_its_own_ipv4_only(rf):
    limited_view = guarded(burst="1/h", sustained="2/d")

    limited_view(rf.post("/", REMOTE_ADDR="::ffff:1.2.3.4"))

    refused(lambda: limited_view(rf.post("/", REMOTE_ADDR="1.2.3.4")))
    assert limited_view(rf.post("/", REMOTE_ADDR="::ffff:8.8.8.8")).content == ANSWER


def usage_of(request):
    return {name: (each.count, each.limit) for name, each in request.usage.items()}


def test_below_its_ceiling_a_request_passes_and_tells_what_was_counted(rf, midnight):
    crowded = guarded(ceiling=3)
    requests = [rf.post("/", REMOTE_ADDR="203.0.113.7") for _ in range(7)]

    answers = [crowded(request).content for request in requests[:6]]

    assert answers == [ANSWER] * 6
    assert usage_of(requests[0]) == {"burst": (1, 2), "sustained": (1, 3)}
    assert usage_of(requests[5]) == {"burst": (6, 2), "sustained": (6, 3)}
    assert requests[5].usage["burst"].pressure == 3.0
    assert 1 <= refused(lambda: crowded(requests[6])) <= 10


def test_watched_window_counts_by_its_own_key_and_never_refuses(rf, midnight):
    watching = guarded(
        burst="9/10s", sustained="9/h", watched={"network": (by_network, "1/10s")}
    )
    last = rf.post("/", REMOTE_ADDR="203.0.113.9")

    watching(rf.post("/", REMOTE_ADDR="203.0.113.7"))
    watching(rf.post("/", REMOTE_ADDR="203.0.114.7"))

    assert watching(last).content == ANSWER
    assert usage_of(last) == {"burst": (1, 9), "sustained": (1, 9), "network": (2, 1)}


def test_what_is_not_counted_has_no_usage(rf, dead_redis):
    reading, lost = rf.get("/"), rf.post("/")

    guarded()(reading)
    guarded(when_down="open")(lost)

    assert (reading.usage, lost.usage) == ({}, {})


def test_pressure_is_one_at_the_limit():
    assert Usage(count=60, limit=60, seconds_left=5).pressure == 1.0
