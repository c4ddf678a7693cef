"""The zip of a log: what verify.py says of it, what is in it when, and where it stays."""

import json
import zipfile
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from showcase.contests.models import Contest, Entry
from site_cms.trail.append_only import rewriting_allowed
from tests.factories import HOUR, MINUTE, make_contest, open_poll
from tests.factories.bundles import (
    cast_some,
    close_poll,
    make_sealed_poll,
    open_in_log,
    sign,
)
from tests.factories.integrity import hold, make_group, restore, void
from tests.factories.numbers import next_number
from voting import verify
from voting.integrity import log_bundle
from voting.integrity.bundle_errors import (
    CountDiffers,
    HeadMissing,
    LogDiffers,
    LogNotComplete,
    NothingToBundle,
    NotPublicYet,
    OpeningsAreGone,
    VerifierRefuses,
)
from voting.integrity.bundle_queries import kept_bundle, kept_bundles
from voting.integrity.lists_services import list_waiting_leaves
from voting.integrity.log_bundle import keep_bundle, keep_due_bundles, write_bundle
from voting.log.models import LogEntry
from voting.log.services import append
from voting.polls.archive_services import archive_poll
from voting.polls.errors import BundleMissing
from voting.polls.models import Ballot, Poll
from voting.polls.rules import Form, day_in_shanghai
from voting.polls.services import cast_ballot
from voting.polls.voters.base import Voter

pytestmark = pytest.mark.django_db

NOW = timezone.now()


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    log_bundle._failed.clear()


@pytest.fixture
def public(settings):
    settings.OPENINGS_GATE = "tests.voting.integrity.gates_for_tests.always"


@pytest.fixture
def hidden(settings):
    settings.OPENINGS_GATE = "tests.voting.integrity.gates_for_tests.never"


def contest_of(poll) -> Contest:
    return Contest.objects.get(pk=poll.contest_id)


def written(poll, tmp_path, name="out.zip") -> Path:
    path = tmp_path / name
    write_bundle(contest=contest_of(poll), path=path, now=timezone.now())
    return path


def checked(path) -> dict:
    return verify.check_bundle(verify.source_at(path))


def read(path, name) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name).decode()


def ids_of(poll) -> list[int]:
    return list(
        Ballot.objects.of_poll(poll.id).order_by("id").values_list("id", flat=True)
    )


def test_what_is_exported_is_equal_for_the_second_implementation(public, tmp_path):
    poll = make_sealed_poll()

    found = checked(written(poll, tmp_path))

    assert found["ballots"] == {"cast": 45, "void": 0, "counted": 45}
    assert [row["given"] for row in found["totals"]] == [
        {"1": 27},
        {"1": 27},
        {"1": 27},
    ]
    assert found["contest"] == contest_of(poll).name
    assert found["heads"] == 2


def test_before_the_openings_are_public_there_are_only_hashes(hidden, tmp_path):
    poll = make_sealed_poll()

    path = written(poll, tmp_path)

    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == [
            "README.txt",
            "entries.jsonl",
            "heads.txt",
            "log.json",
            "leaves.txt",
            "verify.py",
            "SHA256SUMS",
        ]
    assert checked(path)["opened"] is False


def test_while_the_poll_runs_the_log_can_be_exported_as_far_as_it_is_signed(
    hidden, tmp_path
):
    poll = open_in_log()
    sign(poll)
    append(contest=contest_of(poll), kind="notice", statement={}, now=NOW)

    assert checked(written(poll, tmp_path))["entries"] == 1


def test_voids_and_restorations_and_who_left_are_in_it(public, tmp_path):
    poll = open_in_log()
    cast_some(poll, 70)
    close_poll(poll)
    ids = ids_of(poll)
    group = make_group(poll, ids=ids[:25])
    void(group)
    small = make_group(poll, ids=ids[30:33])
    void(small)
    contest = contest_of(poll)
    gone = contest.entries.get(number=2)
    Entry.objects.filter(pk=gone.pk).update(
        withdrawn_at=NOW, withdrawal_kind="withdrawn", withdrawal_notice="自愿退出。"
    )
    append(
        contest=contest,
        kind="withdrawn",
        statement={"act": "withdrawn", "number": 2},
        now=NOW,
    )
    restore(group)
    list_waiting_leaves(now=timezone.now())
    sign(poll)

    found = checked(written(poll, tmp_path))

    assert found["ballots"] == {"cast": 70, "void": 3, "counted": 67}
    assert found["lists"] == 3
    assert [row["given"] for row in found["totals"]] == [{"1": 39}, None, {"1": 41}]


def test_grades_are_exported_each_by_itself(public, tmp_path):
    poll = open_in_log(form=Form.GRADING.value, picks_max=3)
    for place in range(24):
        choices = bytes([1 + place % 4, 0, 4])
        _store(poll, choices)
    close_poll(poll)

    rows = checked(written(poll, tmp_path))["totals"]

    assert [row["given"] for row in rows] == [
        {"1": 6, "2": 6, "3": 6, "4": 6},
        {"1": 0, "2": 0, "3": 0, "4": 0},
        {"1": 0, "2": 0, "3": 0, "4": 24},
    ]


def test_the_same_log_gives_the_same_bytes(public, tmp_path):
    poll = make_sealed_poll()

    first, second = (written(poll, tmp_path, name) for name in ("a.zip", "b.zip"))

    assert first.read_bytes() == second.read_bytes()


def test_the_readme_and_the_verifier_come_with_it(public, tmp_path):
    path = written(make_sealed_poll(), tmp_path)

    assert "python3 verify.py 压缩包的文件名.zip" in read(path, "README.txt")
    assert read(path, "verify.py") == Path(verify.__file__).read_text(encoding="utf-8")


def test_nothing_of_persons_is_in_it(public, tmp_path):
    path = written(make_sealed_poll(), tmp_path)

    said = json.loads(read(path, "log.json"))
    assert set(said) == {
        *("format", "origin", "contest", "practice"),
        *("public_key", "entries", "form"),
    }
    assert {len(line.split()) for line in read(path, "openings.txt").splitlines()} == {
        3
    }


@pytest.mark.parametrize(
    ("made", "why"),
    [
        pytest.param(lambda: open_in_log(), HeadMissing, id="no head yet"),
        pytest.param(lambda: _unlogged(), NothingToBundle, id="not opened in the log"),
        pytest.param(lambda: _unclosed(), LogNotComplete, id="not closed in the log"),
        pytest.param(lambda: _unlisted(), LogNotComplete, id="a void without its list"),
        pytest.param(lambda: _unsigned(), HeadMissing, id="the end is not signed"),
    ],
)
def test_a_log_that_is_not_whole_is_not_exported(made, why, public, tmp_path):
    poll = made()

    with pytest.raises(why):
        written(poll, tmp_path)
    assert list(tmp_path.glob("*.zip")) == []
    assert list(tmp_path.glob(".draft*")) == []


def _store(poll, choices: bytes) -> None:
    number = next_number()
    cast_ballot(
        poll=poll,
        voter=Voter("device", f"voter-{number}"),
        request_key=UUID(int=number),
        choices=choices,
        today=day_in_shanghai(timezone.now()),
    )


def _unlogged():
    return open_poll()


def _unclosed():
    poll = open_in_log()
    cast_some(poll, 45)
    sign(poll)
    return poll


def _unlisted():
    poll = make_sealed_poll()
    void(make_group(poll, ids=ids_of(poll)[:3]))
    sign(poll)
    return poll


def _unsigned():
    poll = make_sealed_poll()
    append(contest=contest_of(poll), kind="notice", statement={}, now=NOW)
    return poll


def test_a_ballot_that_was_changed_after_it_was_sealed_is_not_covered_up(
    public, tmp_path
):
    poll = make_sealed_poll()
    with rewriting_allowed(connection):
        Ballot.objects.filter(id=ids_of(poll)[0]).update(choices=b"\x00\x00\x01")

    with pytest.raises(LogDiffers):
        written(poll, tmp_path)


def test_a_ballot_that_was_deleted_after_it_was_sealed_is_not_covered_up(
    public, tmp_path
):
    poll = make_sealed_poll()
    with rewriting_allowed(connection):
        Ballot.objects.filter(id=ids_of(poll)[0]).delete()

    with pytest.raises(LogDiffers):
        written(poll, tmp_path)


def test_a_void_that_is_not_in_the_log_makes_another_count(public, tmp_path):
    poll = make_sealed_poll()
    before = LogEntry.objects.count()
    group = make_group(poll, ids=ids_of(poll)[:3])
    hold(group)
    sign(poll)
    assert LogEntry.objects.count() == before + 1

    with pytest.raises(CountDiffers):
        written(poll, tmp_path)


def test_what_the_verifier_refuses_is_not_given_out(public, tmp_path, monkeypatch):
    poll = make_sealed_poll()
    monkeypatch.setattr(log_bundle, "_about", lambda plan: {"format": "other"})

    with pytest.raises(VerifierRefuses, match=r"log\.json 第 1 行"):
        written(poll, tmp_path)
    assert list(tmp_path.glob("*.zip")) == []


def test_an_older_file_stays_when_a_new_one_is_not_made(public, tmp_path, monkeypatch):
    poll = make_sealed_poll()
    path = written(poll, tmp_path)
    before = path.read_bytes()
    monkeypatch.setattr(log_bundle, "_about", lambda plan: {})

    with pytest.raises(VerifierRefuses):
        written(poll, tmp_path)
    assert path.read_bytes() == before


# ---------------------------------------------------------------- what is kept


def test_the_kept_zip_is_named_by_what_it_holds(public):
    poll = make_sealed_poll()

    kept = keep_bundle(contest=contest_of(poll), now=timezone.now())

    assert kept == kept_bundle(contest_of(poll))
    assert kept.is_whole
    assert checked(kept.path)["verdict"] == "equal"
    assert kept.path.name == f"{contest_of(poll).slug}-{kept.leaves}-{kept.sha256}.zip"
    assert oct(kept.path.stat().st_mode)[-3:] == "644"


def test_nothing_is_kept_before_the_openings_are_public(hidden):
    poll = make_sealed_poll()

    with pytest.raises(NotPublicYet):
        keep_bundle(contest=contest_of(poll), now=timezone.now())
    keep_due_bundles(now=timezone.now())

    assert kept_bundle(contest_of(poll)) is None


def test_the_worker_makes_it_once_and_again_when_the_log_has_grown(public):
    poll = make_sealed_poll()
    contest = contest_of(poll)
    keep_due_bundles(now=timezone.now())
    first = kept_bundle(contest)
    keep_due_bundles(now=timezone.now() + 20 * MINUTE)
    assert kept_bundles(contest) == [first]

    append(contest=contest, kind="notice", statement={}, now=NOW)
    sign(poll)
    keep_due_bundles(now=timezone.now() + 9 * MINUTE)
    assert kept_bundles(contest) == [first]
    keep_due_bundles(now=timezone.now() + 11 * MINUTE)

    (second,) = kept_bundles(contest)
    assert second.leaves == first.leaves + 1


def test_the_worker_says_why_and_tries_again_later(public, caplog):
    poll = _unlisted()
    keep_due_bundles(now=timezone.now())
    keep_due_bundles(now=timezone.now())

    assert [record.msg for record in caplog.records] == ["log bundle is not made"]
    list_waiting_leaves(now=timezone.now())
    sign(poll)
    keep_due_bundles(now=timezone.now() + 11 * MINUTE)
    assert kept_bundle(contest_of(poll)).leaves


# ---------------------------------------------------------------- the archive


def final(poll) -> Poll:
    Contest.objects.filter(pk=poll.contest_id).update(finalised_at=NOW)
    return Poll.objects.select_related("contest").get(pk=poll.id)


def archive(poll) -> None:
    archive_poll(by=None, poll=final(poll), now=timezone.now())


def test_no_poll_is_archived_before_its_picks_are_kept(public):
    poll = make_sealed_poll()

    with pytest.raises(BundleMissing, match="log_bundle"):
        archive(poll)
    assert Ballot.objects.count() == 45
    keep_bundle(contest=contest_of(poll), now=timezone.now())
    archive(poll)
    assert Ballot.objects.count() == 0


def test_no_poll_is_archived_with_a_spoilt_zip(public):
    poll = make_sealed_poll()
    kept = keep_bundle(contest=contest_of(poll), now=timezone.now())
    kept.path.write_bytes(kept.path.read_bytes()[:-1])

    with pytest.raises(BundleMissing, match="SHA-256"):
        archive(poll)
    assert Ballot.objects.count() == 45


def test_a_rehearsal_may_be_archived_without(public):
    now = timezone.now()
    contest = make_contest(
        practice=True,
        practice_note="演练",
        poll_opens_at=now - HOUR,
        poll_closes_at=now + HOUR,
    )
    poll = make_sealed_poll(ballots=2, contest=contest)

    archive(poll)

    assert Ballot.objects.count() == 0


def test_after_the_archive_the_openings_come_from_the_kept_zip(public, tmp_path):
    poll = make_sealed_poll()
    contest = contest_of(poll)
    before = keep_bundle(contest=contest, now=timezone.now())
    openings = read(before.path, "openings.txt")
    archive(poll)
    append(contest=contest, kind="result", statement={}, now=NOW)
    sign(poll)

    after = keep_bundle(contest=contest, now=timezone.now())

    assert after.leaves == before.leaves + 1
    assert read(after.path, "openings.txt") == openings
    assert checked(after.path)["ballots"]["counted"] == 45


def test_after_the_archive_without_a_kept_zip_nothing_can_be_opened(public, tmp_path):
    poll = make_sealed_poll()
    kept = keep_bundle(contest=contest_of(poll), now=timezone.now())
    archive(poll)
    kept.path.unlink()

    with pytest.raises(OpeningsAreGone):
        written(poll, tmp_path)


# ---------------------------------------------------------------- the command


def run(*words) -> str:
    out = StringIO()
    call_command("log_bundle", *map(str, words), stdout=out)
    return out.getvalue()


def test_the_command_writes_where_it_is_told(public, tmp_path):
    poll = make_sealed_poll()
    slug = contest_of(poll).slug
    path = tmp_path / "out.zip"

    assert "81 项选择，选票公开" in run(slug, "--dry-run")
    assert not path.exists()
    said = run(slug, path)
    assert "81 / 81 项选择" in said
    assert "verify.py 核对一致" in said
    assert "已写好" in run(slug, "--keep")
    assert kept_bundle(contest_of(poll)).path.read_bytes() == path.read_bytes()


def test_the_command_says_why_it_refuses(public, tmp_path):
    poll = _unlogged()
    slug = contest_of(poll).slug

    for words, why in [
        ([slug, tmp_path / "out.zip"], "还没有民意测评的开放"),
        ([slug, "--dry-run"], "还没有民意测评的开放"),
        ([slug, "--keep"], "还没有民意测评的开放"),
        (["nowhere", tmp_path / "out.zip"], "没有网址名是"),
        ([slug], "请写明存到哪个文件"),
        ([slug, tmp_path / "out.zip", "--keep"], "请写明存到哪个文件"),
    ]:
        with pytest.raises(CommandError, match=why):
            run(*words)
    good = contest_of(make_sealed_poll()).slug
    with pytest.raises(CommandError, match="写不了文件"):
        run(good, tmp_path / "nowhere" / "out.zip")
