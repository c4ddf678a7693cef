from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from showcase.contests.models import Contest, Opening
from tests.factories import HOUR, make_ballot, make_contest, open_poll
from tests.factories.standing import make_standing
from voting.polls import pabulib
from voting.polls.models import Ballot, Poll
from voting.polls.queries import forget_frozen_polls, totals

pytestmark = pytest.mark.django_db

FILE = """META
key;value
description;老小区改造意向
unit;测试市
vote_type;approval
date_begin;01.03.2024
date_end;05.03.2024
max_length;2
PROJECTS
project_id;cost;votes;name
107;1;3;加装电梯
23;1;2;改造下水管
9;1;0;外墙保温
VOTES
voter_id;vote;age
v1;107;41
v2;107,23;27
v3;23;60
v4;107,107;33
"""


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "small.pb"
    path.write_text(FILE.replace("107;1;3", "107;1;4"), encoding="utf-8")
    return path


def run(command: str, *args, **options) -> str:
    out = StringIO()
    call_command(command, *args, stdout=out, **options)
    return out.getvalue()


def counts(slug: str) -> dict[str, int]:
    poll = Poll.objects.get(contest__slug=slug)
    units = dict(poll.contest.entries.values_list("pk", "unit__name"))
    return {
        units[entry_id]: count
        for entry_id, count in totals(poll, now=timezone.now()).items()
    }


def test_a_contest_is_made_from_a_file_and_its_totals_are_right(path):
    run("import_ballots", path, contest="trees", create=True)

    contest = Contest.objects.get()
    assert (contest.practice, contest.hidden) == (True, True)
    assert timezone.localtime(contest.poll_opens_at).isoformat() == (
        "2024-03-01T00:00:00+08:00"
    )
    assert timezone.localtime(contest.poll_closes_at).isoformat() == (
        "2024-03-06T00:00:00+08:00"
    )
    assert counts("trees") == {"加装电梯": 3, "改造下水管": 2, "外墙保温": 0}


def test_ballots_that_name_an_item_twice_are_named_and_explain_the_difference(path):
    said = run("import_ballots", path, contest="trees", create=True)

    assert "选票 v4：107 多写 1 次，只计一次。" in said
    assert "项目 107：文件公布 4，计得 3，差 1，正好是重复写的。" in said
    assert "4 / 4" in said


def test_a_total_that_is_wrong_for_another_reason_is_an_error(path):
    path.write_text(FILE.replace("23;1;2", "23;1;7"), encoding="utf-8")

    with pytest.raises(CommandError, match="1 个项目的票数和文件公布的不一样"):
        run("import_ballots", path, contest="trees", create=True)


def test_the_same_file_again_adds_nothing(path):
    run("import_ballots", path, contest="trees", create=True)

    said = run("import_ballots", path, contest="trees", create=True)

    assert "新增 0 张，早已导入 4 张" in said
    assert Ballot.objects.count() == 4


def test_a_dry_run_stores_nothing(path):
    said = run("import_ballots", path, contest="trees", create=True, dry_run=True)

    assert "3 个项目，4 张选票，每张最多 2 个，1 张把同一个项目写了两次以上" in said
    assert (Contest.objects.count(), Ballot.objects.count()) == (0, 0)


def test_what_was_exported_imports_to_the_same_totals(path, tmp_path):
    run("import_ballots", path, contest="trees", create=True)
    copy = tmp_path / "copy.pb"

    run("export_ballots", "trees", copy)
    said = run("import_ballots", copy, contest="copy", create=True)

    assert "每个项目的票数都和文件公布的一样" in said
    assert counts("copy") == counts("trees")
    ballots = [
        sorted(
            bytes(choices)
            for choices in Ballot.objects.filter(poll__contest__slug=slug).values_list(
                "choices", flat=True
            )
        )
        for slug in ("trees", "copy")
    ]
    assert ballots[0] == ballots[1]


def test_an_export_leaves_out_what_does_not_count(path, tmp_path):
    run("import_ballots", path, contest="trees", create=True)
    held, void, *_ = Ballot.objects.order_by("id")
    make_standing("hold", [held])
    make_standing("void", [void])
    copy = tmp_path / "copy.pb"

    run("export_ballots", "trees", copy)

    file = pabulib.read(copy.read_text(encoding="utf-8"))
    assert (file.meta["num_votes"], len(file.votes)) == ("2", 2)
    assert {each.name: each.published for each in file.projects} == counts("trees")


def test_an_export_overwrites_no_file(path):
    run("import_ballots", path, contest="trees", create=True)

    with pytest.raises(CommandError, match="没有覆盖它"):
        run("export_ballots", "trees", path)


def test_an_export_tells_nothing_about_voters(path, tmp_path):
    run("import_ballots", path, contest="trees", create=True)
    run("export_ballots", "trees", tmp_path / "out.pb")

    text = (tmp_path / "out.pb").read_text(encoding="utf-8")
    assert [line.split(";")[0] for line in text.splitlines()[-4:]] == list("1234")


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(
            lambda slug, path: run("import_ballots", path, contest=slug), id="in"
        ),
        pytest.param(lambda slug, path: run("export_ballots", slug, path), id="out"),
    ],
)
def test_a_real_contest_refuses_both_ways(command, path):
    poll = open_poll()
    make_ballot(poll=poll)
    slug = Contest.objects.get(pk=poll.contest_id).slug

    with pytest.raises(CommandError, match="只有演练活动"):
        command(slug, path)

    assert Ballot.objects.count() == 1


def test_an_open_practice_poll_is_not_exported(tmp_path):
    now = timezone.now()
    poll = open_poll(
        contest=make_contest(
            practice=True,
            practice_note="演练",
            poll_opens_at=now - HOUR,
            poll_closes_at=now + HOUR,
        )
    )
    slug = Contest.objects.get(pk=poll.contest_id).slug

    for command in (["export_ballots", slug, tmp_path / "x.pb"], ["recount", slug]):
        with pytest.raises(CommandError, match="截止以前不公布票数"):
            run(*command)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(b"\xff\xfe\x00", "不是 UTF-8", id="not text"),
        pytest.param(b"hello", "不是 Pabulib", id="another format"),
        pytest.param(None, "读不到文件", id="no file"),
    ],
)
def test_a_file_that_cannot_be_read_gets_a_sentence(tmp_path, content, sentence):
    path = tmp_path / "x.pb"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(CommandError, match=sentence):
        run("import_ballots", path, contest="trees", create=True)

    assert Contest.objects.count() == 0


def test_a_file_about_something_else_is_refused(path):
    run("import_ballots", path, contest="trees", create=True)
    path.write_text(FILE.replace("外墙保温", "足球场"), encoding="utf-8")

    with pytest.raises(CommandError, match="活动里没有“足球场”"):
        run("import_ballots", path, contest="trees")

    assert Ballot.objects.count() == 4


def test_without_create_an_unknown_contest_is_refused(path):
    with pytest.raises(CommandError, match="没有网址名是“trees”的活动"):
        run("import_ballots", path, contest="trees")


@pytest.mark.parametrize("name", ["很长的名字" * 30, "同名"])
def test_names_that_are_too_long_or_alike_are_told_apart(path, name):
    text = FILE.replace("加装电梯", name).replace("改造下水管", name)
    path.write_text(text.replace("107;1;3", "107;1;4"), encoding="utf-8")

    run("import_ballots", path, contest="trees", create=True)
    forget_frozen_polls()
    said = run("import_ballots", path, contest="trees")

    assert "早已导入 4 张" in said
    assert sorted(counts("trees").values()) == [0, 2, 3]


def test_more_entries_than_a_ballot_holds_are_refused_and_nothing_stays(path):
    projects = "".join(f"{number};1;0;项目{number}\n" for number in range(201))
    head, _ = FILE.split("107;1;3")
    path.write_text(head + projects + "VOTES\nvoter_id;vote\nv1;0\n", encoding="utf-8")

    with pytest.raises(CommandError, match="入围单位有 201 个，选票最多放 200 个"):
        run("import_ballots", path, contest="trees", create=True)

    assert (Contest.objects.count(), Opening.objects.count()) == (0, 0)


def test_a_recount_prints_every_entry(path):
    run("import_ballots", path, contest="trees", create=True)

    assert [line.split() for line in run("recount", "trees").splitlines()] == [
        ["01", "3", "加装电梯"],
        ["02", "2", "改造下水管"],
        ["03", "0", "外墙保温"],
        ["共", "4", "张选票，和累计票数一致。"],
    ]
