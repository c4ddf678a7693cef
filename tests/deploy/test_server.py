"""nginx and Granian as a county runs them: the files of deploy/, on free ports."""

import http.client
import json
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from site_cms.security_headers import PUBLIC, written
from tests.deploy.county import DEPLOY, NAME, County
from tests.deploy.visitor import Visitor

pytestmark = [pytest.mark.nginx, pytest.mark.postgresql, pytest.mark.redis]

SANDBOX = "default-src 'none'; sandbox"
PLAYED = "default-src 'none'; media-src 'self'; sandbox"
IMMUTABLE = "public, max-age=31536000, immutable"


def stored(county: County, name: str, content: bytes) -> str:
    """A file as the site would have stored it. Its address."""
    path = Path(county.values["DATA"]) / "media" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return f"/media/{name}"


# --- Whose request is this? -----------------------------------------------------------


def lookups(visitor: Visitor, slug: str) -> set[int]:
    """More in ten seconds than one address may ask, each with another forged header."""
    return {
        visitor.get(
            f"/vote/{slug}/lookup/",
            X_Forwarded_For=f"203.0.113.{number}",
            X_Forwarded_Proto="https",
            X_Real_IP=f"203.0.113.{number}",
            Forwarded=f"for=203.0.113.{number}",
        ).status
        for number in range(65)
    }


def test_a_forged_address_is_no_way_around_a_limit_and_neighbours_are_told_apart(
    county,
):
    slug = county.seeded["poll"]
    with (
        county.visitor("127.0.0.3") as forger,
        county.visitor("127.0.0.4") as neighbour,
    ):
        statuses = lookups(forger, slug)
        beside = neighbour.get(f"/vote/{slug}/lookup/").status

    assert (statuses, beside) == ({200, 429}, 200)


def test_negative_control_without_nginx_a_forged_address_would_be_believed(county):
    with Visitor(int(county.ports[0]), NAME, tls=False) as inside:
        assert lookups(inside, county.seeded["poll"]) == {200}


def test_plain_http_leads_to_https_and_a_foreign_name_gets_no_answer(county):
    plain = int(county.values["HTTP_PORT"])
    with Visitor(plain, NAME, tls=False) as visitor:
        answer = visitor.get("/u/?order=3")
    stray = Visitor(plain, "elsewhere.test", tls=False)
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        stray.get("/")

    assert (answer.status, answer.headers["Location"]) == (
        301,
        f"https://{NAME}/u/?order=3",
    )


# --- Limits ---------------------------------------------------------------------------


def test_a_flood_at_the_door_is_refused_with_a_page_and_the_neighbour_is_let_in(county):
    with county.visitor("127.0.0.5") as flood, county.visitor("127.0.0.6") as neighbour:
        answers = [flood.get("/accounts/2fa/") for _ in range(80)]
        beside = neighbour.get("/accounts/login/").status

    refused = [answer for answer in answers if answer.status == 429]
    assert len(answers) - len(refused) >= 40
    assert {(each.headers["Retry-After"], "请稍等十秒" in each.text) for each in refused} == {("10", True)}  # fmt: skip
    assert beside == 200


def test_ordinary_reading_behind_one_address_is_never_refused(county):
    def reads(_) -> set[int]:
        with county.visitor("127.0.0.7") as reader:
            return {reader.get("/robots.txt").status for _ in range(75)}

    with ThreadPoolExecutor(4) as threads:
        assert set().union(*threads.map(reads, range(4))) == {200}


@pytest.mark.parametrize(
    ("path", "zone"),
    [
        ("/judge/token/state/", "hall"),
        ("/judge/token/sheets/", "hall"),
        ("/host/contest/desk/", "hall"),
        ("/supervise/contest/7/confirm/", "hall"),
        ("/screen/token/state/", "hall"),
        ("/live/contest/state/", "live"),
        ("/u/", "pages"),
    ],
)
def test_readers_behind_the_halls_address_do_not_use_up_the_rate_of_its_judges(
    path, zone
):
    text = (DEPLOY / "nginx/nginx.conf").read_text(encoding="utf-8")
    places = re.findall(r"location (?:~ )?(\S+) \{\s+limit_req zone=(\w+)", text)
    exact = [found for pattern, found in places if pattern[0] == "^" and re.search(pattern, path)]  # fmt: skip

    assert (exact or [dict(places)["/"]])[0] == zone


@pytest.mark.parametrize(
    ("address", "key"),
    [
        pytest.param("203.0.113.9", "203.0.113.9", id="IPv4: each by itself"),
        pytest.param("2001:db8:1:2:3:4:5:6", "2001:db8:1", id="IPv6: a /48"),
        pytest.param("2001:db8:1::6", "2001:db8:1", id="zeros after the /48"),
        pytest.param("2001:db8::6", "2001:db8:0", id="third group is zero"),
        pytest.param("2001:db8:0:1::", "2001:db8:0", id="the same, written out"),
        pytest.param("2001::6", "2001:0:0", id="second and third are zero"),
        pytest.param("2001::2:3:4:5:6:7", "2001:0:2", id="only the second is zero"),
        pytest.param("::1", ":0:0", id="the machine itself"),
    ],
)
def test_addresses_of_one_network_are_counted_together(address, key):
    text = (DEPLOY / "nginx/nginx.conf").read_text(encoding="utf-8")
    table = re.search(r"map \$remote_addr \$network \{(.*?)\n    \}", text, re.S)[1]
    for pattern, value in re.findall(r'"~(.+)" "?([^";]+)"?;', table):
        if found := re.match(pattern.replace("(?<", "(?P<"), address):
            counted = re.sub(r"\$(\w+)", lambda name: found[name[1]], value)
            break
    else:
        counted = address

    assert counted == key


@pytest.mark.parametrize(
    ("path", "megabytes", "says"),
    [
        pytest.param("/vote/x/cast/", 11, "100", id="a form"),
        pytest.param("/vote/x/cast/", 13, "413", id="more than a form"),
        pytest.param("/admin/documents/multiple/add/", 21, "100", id="a document"),
        pytest.param(
            "/admin/documents/multiple/add/", 23, "413", id="too large for one"
        ),
        pytest.param("/admin/videos/new/", 61, "100", id="a film"),
        pytest.param("/admin/videos/new/", 63, "413", id="too large for a film"),
    ],
)
def test_a_body_is_refused_by_its_announced_size(county, path, megabytes, says):
    line = county.visitor().says_of_body(path, megabytes * 1024 * 1024)

    assert line.split()[1] == says


# --- Files ----------------------------------------------------------------------------


def test_a_picture_is_shown_and_never_run(county):
    address = stored(county, "images/a.width-400.webp", b"RIFF")
    with county.visitor() as visitor:
        answer = visitor.get(address)

    names = ("Content-Type", "Content-Security-Policy", "X-Content-Type-Options", "Cache-Control")  # fmt: skip
    assert [answer.status, *(answer.headers[name] for name in names)] == [
        200,
        "image/webp",
        SANDBOX,
        "nosniff",
        IMMUTABLE,
    ]
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_a_film_is_sent_in_the_parts_that_a_player_asks_for(county):
    address = stored(county, "videos/film.mp4", bytes(range(256)))
    with county.visitor() as visitor:
        answer = visitor.get(address, Range="bytes=10-19")

    assert (answer.status, answer.body) == (206, bytes(range(10, 20)))
    assert answer.headers["Content-Range"] == "bytes 10-19/256"
    assert answer.headers["Content-Type"] == "video/mp4"
    assert answer.headers["Content-Security-Policy"] == PLAYED
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "disguise",
    [
        pytest.param("/media/{}", id="as it is"),
        pytest.param("/media//{}", id="two slashes"),
        pytest.param("/media/images/../{}", id="a step back"),
        pytest.param("/%6dedia/{}", id="encoded"),
        pytest.param("/media/videos/../{}", id="from the films"),
    ],
)
@pytest.mark.parametrize(
    "name", ["original_images/o.jpg", "documents/d.pdf", "wagtail_uploads/u.jpg"]
)
def test_originals_and_documents_are_nobodys(county, name, disguise):
    stored(county, name, b"secret")
    with county.visitor() as visitor:
        answer = visitor.get(disguise.format(name))

    assert (answer.status, b"secret" in answer.body) == (404, False)


def test_static_files_with_a_hash_are_kept_for_ever_and_sent_compressed(county):
    manifest = Path(county.values["DATA"]) / "static" / "staticfiles.json"
    hashed = json.loads(manifest.read_text())["paths"]["site_cms/css/base.css"]
    with county.visitor() as visitor:
        kept = visitor.get(f"/static/{hashed}", Accept_Encoding="gzip")
        plain = visitor.get("/static/site_cms/css/base.css")

    assert (kept.status, kept.headers["Cache-Control"]) == (200, IMMUTABLE)
    assert kept.headers["Content-Encoding"] == "gzip"
    assert kept.headers["X-Content-Type-Options"] == "nosniff"
    assert kept.headers["Content-Security-Policy"] == written(PUBLIC)
    assert plain.headers["Cache-Control"] == "public, max-age=3600"


# --- One second of the night ----------------------------------------------------------


def test_a_hall_full_of_phones_asks_the_site_once_a_second(county):
    path = f"/live/{county.seeded['night']}/state/"
    seen = []
    with county.visitor() as phone:
        began = time.monotonic()
        for number in range(40):
            phone.cookies["visitor"] = str(number)
            seen.append(phone.get(f"{path}?{number}", Accept_Encoding="gzip"))
        seconds = time.monotonic() - began
        tag = seen[-1].headers["ETag"]
        unchanged = phone.get(path, If_None_Match=tag, Accept_Encoding="gzip")

    asked = [each for each in seen if each.headers["X-Cache"] not in {"HIT", "STALE", "UPDATING"}]  # fmt: skip
    assert {each.status for each in seen} == {200}
    assert len(asked) <= 2 + seconds
    assert unchanged.status == 304


def test_the_live_page_is_one_for_everybody_and_one_for_large_letters(county):
    path = f"/live/{county.seeded['night']}/"
    with county.visitor() as first, county.visitor() as second:
        first.cookies["__Host-session"] = "somebody"
        pages = [first.get(path), second.get(path)]
        second.cookies["font"] = "large"
        large = second.get(path)
        asked_for = first.get(f"{path}?font=large")

    assert [page.headers["Set-Cookie"] for page in pages] == [None, None]
    assert pages[0].body == pages[1].body != large.body
    assert pages[1].headers["X-Cache"] in {"HIT", "STALE", "EXPIRED"}
    assert asked_for.headers["X-Cache"] == "BYPASS"
    assert first.cookies["font"] == "large"


# --- What is written down -------------------------------------------------------------


def test_no_log_says_what_opens_a_receipt_a_card_or_a_screen(county):
    secrets = [
        "s3cretreceipt",
        "s3cretobjection",
        "s3cretcard",
        "s3cretcue",
        "s3cretquery",
        county.seeded["screen"],
    ]
    paths = [
        f"/vote/{county.seeded['poll']}/receipt/ABCDEFGHJK/s3cretreceipt/",
        f"/vote/{county.seeded['poll']}/receipt/ABCDEFGHJK/s3cretreceipt/proof/",
        "/results/spring/objections/s3cretobjection/",
        "/judge/s3cretcard/",
        "/judge/s3cretcard/state/",
        "/reveal/s3cretcue/",
        f"/screen/{county.seeded['screen']}/state/",
        "/vote/?code=s3cretquery&state=s3cretquery",
    ]
    with county.visitor("127.0.0.8") as visitor:
        for path in paths:
            visitor.get(path)
            # What comes of following a link on that page, to something that is not there.
            visitor.get("/static/missing.css", Referer=f"https://{NAME}{path}")
            visitor.send("POST", path, "x" * 10)
    written = {
        log.name: log.read_text(encoding="utf-8")
        for log in (county.folder / "logs").iterdir()
    }

    assert [(name, each) for name, text in written.items() for each in secrets if each in text] == []  # fmt: skip
    lines = [json.loads(line) for line in written["access.log"].splitlines()]
    mine = {line["path"] for line in lines if line["address"] == "127.0.0.8"}
    assert mine == {
        f"/vote/{county.seeded['poll']}/receipt/-",
        "/results/spring/objections/-",
        "/judge/-",
        "/reveal/-",
        "/screen/-",
        "/vote/",
        "/static/missing.css",
    }


# --- Restarts -------------------------------------------------------------------------


def ballots(county: County) -> int:
    return int(county.sql("SELECT count(*) FROM voting_ballot"))


def test_restarting_both_services_in_turn_costs_no_voter_anything(county):
    """Each votes from an address of its own, once, and nobody is told to try again."""
    before, slug = ballots(county), county.seeded["poll"]
    restarted = threading.Event()
    receipts: list[str] = []
    numbers = iter(range(10_000))

    def vote_until_restarted(_) -> None:
        while not restarted.is_set():
            number = next(numbers)
            with county.visitor(f"127.0.{1 + number // 200}.{1 + number % 200}") as one:
                receipts.append(one.cast(slug, one.fill_in(slug, "01", "02")))

    with ThreadPoolExecutor(3) as threads:
        voting = [threads.submit(vote_until_restarted, each) for each in range(3)]
        try:
            for port in county.ports:
                county.stop_web(port)
                county.start_web(port)
        finally:
            restarted.set()
        for each in voting:
            each.result()
    with county.visitor() as visitor:
        shown = [visitor.get(receipt).status for receipt in receipts[-20:]]

    assert "" not in receipts
    assert len(set(receipts)) == len(receipts) > 10
    assert ballots(county) - before == len(receipts)
    assert set(shown) == {200}


def test_while_nothing_answers_the_page_says_what_to_do_and_the_wall_stays(county):
    live = f"/live/{county.seeded['night']}/state/"
    with county.visitor("127.0.0.9") as visitor:
        shown = visitor.get(live).body
        for port in county.ports:
            county.stop_web(port)
        try:
            answer = visitor.get("/u/")
            still = visitor.get(live)
        finally:
            for port in county.ports:
                county.start_web(port)
        time.sleep(2.1)
        back = visitor.get("/health/ready").status

    assert (answer.status, answer.headers["Retry-After"]) == (502, "10")
    assert "同一张选票只计一次" in answer.text
    assert (still.status, still.body) == (200, shown)
    assert back == 200


def test_the_worker_does_a_round_with_the_web_role(county):
    unit = county.unit("hongqi-worker.service")

    said = county.run_beside([*unit.commands[0], "--once"], unit)

    assert "postgres://hongqi_web@" in unit.environment["DATABASE_URL"]
    assert said == ""
