import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from showcase.contests.models import Contest
from site_cms.accounts.groups import sync_groups
from tests.factories import (
    HOUR,
    SECOND,
    make_contest,
    make_night,
    make_unit,
    make_user,
    open_poll,
)
from voting.judging.cards import Card
from voting.polls.voter_services import enter_code
from voting.sample.codes import add_codes
from voting.sample.people import (
    PEOPLE,
    SEATS_TO_TRY,
    add_people,
    keep_cards,
    keep_desk_logins,
)
from voting.sample.showcase import SLUG
from voting.stage.services import make_show


def test_a_build_that_fails_is_told_and_leaves_the_old_data(
    settings, monkeypatch, tmp_path
):
    settings.DATA_DIR = tmp_path
    old = tmp_path / "demo-poll"
    old.mkdir()
    (old / "hongqi.sqlite3").write_bytes(b"of last week")
    # Nothing can be made below a device, so the keys have nowhere to be.
    monkeypatch.setenv("KEYS_DIR", "/dev/null/keys")
    monkeypatch.delenv("SECRET_KEY", raising=False)

    with pytest.raises(CommandError, match="这一步没有完成：build_demo"):
        call_command("demo", prepare_only=True)

    assert (old / "hongqi.sqlite3").read_bytes() == b"of last week"


@pytest.mark.django_db
def test_a_second_build_leaves_the_database_as_it_is():
    contest = make_contest()
    out = StringIO()

    call_command("build_demo", stdout=out)

    assert "没有改动" in out.getvalue()
    assert type(contest).objects.count() == 1


@pytest.mark.django_db
def test_the_welcome_names_every_login_with_a_code_that_works_now(settings, capsys):
    settings.DEMO = True
    settings.PUBLIC_ORIGIN = "http://127.0.0.1:8000"
    make_show(night=make_night(slug=SLUG))
    sync_groups()
    add_people(now=timezone.now())
    cards = {seat: Card(f"LH7K{seat}2", "123456") for seat in SEATS_TO_TRY}
    keep_cards(cards)
    unit = make_unit(code="d07", short_name="县教育局")
    make_user(username="d07")
    keep_desk_logins({"07": unit}, now=timezone.now())

    call_command("demo_welcome")

    printed = capsys.readouterr().out
    lines = [line.split() for line in printed.splitlines()]
    codes = {words[0]: words[2] for words in lines if len(words) == 4}
    assert codes.pop("d07") == "－"
    assert codes.keys() == {username for username, *_ in PEOPLE}
    assert all(code.isdigit() and len(code) == 6 for code in codes.values())
    assert f"http://127.0.0.1:8000/vote/{SLUG}/" in printed
    for seat in SEATS_TO_TRY:
        assert f"/judge/{cards[seat].token}/  密码 123456" in printed


@pytest.mark.django_db
def test_the_welcome_prints_a_code_that_votes_while_the_poll_is_open(
    settings, tmp_path, capsys
):
    settings.DEMO, settings.DATA_DIR = True, tmp_path
    now = timezone.now()
    contest = make_contest(
        slug=SLUG, poll_opens_at=now - HOUR, poll_closes_at=now + HOUR
    )
    poll = open_poll(contest=contest, adapters=["device", "code"])
    add_codes(contest.poll, by=make_user(), now=now)
    (tmp_path / "demo-logins.json").write_text("{}")

    call_command("demo_welcome")
    open_ = re.search(r"纸质投票码\s+(\S+)（", capsys.readouterr().out)
    Contest.objects.update(poll_closes_at=now - SECOND)
    call_command("demo_welcome")

    assert enter_code(poll=poll, typed=open_[1]).adapter == "code"
    assert "纸质投票码" not in capsys.readouterr().out


@pytest.mark.django_db
def test_logins_are_printed_in_the_demo_only(settings, capsys):
    settings.DEMO = False

    with pytest.raises(CommandError, match="只有演示环境"):
        call_command("demo_welcome")

    assert capsys.readouterr().out == ""
