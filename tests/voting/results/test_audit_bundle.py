"""The bundle from which a result is worked out again, and when the verifier is asked."""

import json
import tempfile
import zipfile
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from showcase.contests.models import Contest
from site_cms.trail.append_only import rewriting_allowed
from site_cms.trail.models import TrailEntry
from tests.factories import RULES, make_user
from tests.factories.audits import (
    check_by_worker,
    correct,
    make_audited_computation,
    make_audited_contest,
    make_audited_publication,
    nobody_votes,
    sign_to_the_end,
)
from voting import verify
from voting.integrity import log_bundle
from voting.integrity.bundle_errors import HeadMissing
from voting.integrity.bundle_queries import kept_bundle
from voting.integrity.log_bundle import keep_bundle, keep_due_bundles, write_bundle
from voting.judging.models import ScoreSheet
from voting.log.models import Kind, LogEntry
from voting.log.services import append
from voting.polls.models import Ballot
from voting.results import audit_bundle
from voting.results.audit_bundle import check_due_results, check_result
from voting.results.audit_errors import VerifierBroken
from voting.results.models import Check, Computation
from voting.results.points_services import confirm_points, propose_deduction
from voting.results.revising_services import confirm_revision, propose_revision
from voting.results.tie_services import (
    confirm_tie_seed,
    propose_tie_seed,
    publish_tie_lists,
)

pytestmark = pytest.mark.django_db

RESULT = [
    "result/contest.json",
    "result/rules.json",
    "result/inputs.json",
    "result/outcome.json",
    "result/sheets.jsonl",
    "result/acts.jsonl",
    "result/draw.json",
    "result/trail.jsonl",
    "result/revisions.jsonl",
]


@pytest.fixture(autouse=True)
def folders(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path / "media"
    private = tmp_path / "private"
    private.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(private))
    audit_bundle._asked.clear()
    log_bundle._failed.clear()


def checked(computation: Computation) -> Check:
    """Checked as the worker does it: the lists come first, then a head over them."""
    with pytest.raises(HeadMissing):
        check_result(computation=computation, now=timezone.now())
    sign_to_the_end(computation.contest)
    return check_result(computation=computation, now=timezone.now())


def written(contest: Contest, path: Path) -> Path:
    write_bundle(contest=contest, path=path, now=timezone.now())
    return path


def names_in(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def read(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name).decode()


def rows(path: Path, name: str) -> list[dict]:
    return [json.loads(line) for line in read(path, name).splitlines()]


def says(path: Path) -> str:
    return verify.check_bundle(verify.source_at(path))["verdict"]


def test_the_verifier_agrees_with_what_the_site_worked_out(tmp_path):
    check = checked(make_audited_computation())

    assert (check.agrees, check.said) == (True, "一致 equal")
    assert len(check.bundle_sha256) == 64
    source = Path(verify.__file__).read_bytes()
    assert check.verifier_sha256 == verify.hashlib.sha256(source).hexdigest()


def test_what_it_was_checked_from_is_gone_and_was_never_where_the_web_server_looks(
    tmp_path,
):
    checked(make_audited_computation())

    assert list((tmp_path / "private").iterdir()) == []
    assert not (tmp_path / "media").exists()


def test_void_ballots_are_named_in_the_log_before_their_picks_are_opened():
    computation = make_audited_computation()
    listed = LogEntry.objects.of_contest(computation.contest_id).of_kind(Kind.LEAVES)
    assert not listed.exists()

    checked(computation)

    assert [entry.statement["ballots"] for entry in listed] == [3]


def test_a_ballot_that_was_changed_behind_the_site_is_found():
    computation = make_audited_computation()
    with rewriting_allowed(connection):
        last = Ballot.objects.order_by("-id").first()
        Ballot.objects.filter(pk=last.pk).update(choices=b"\x01\x00\x00")

    check = checked(computation)

    assert not check.agrees
    assert "和公开日志里封存的不一样" in check.said


def test_a_mark_that_was_changed_behind_the_site_is_found():
    contest = make_audited_contest()
    with rewriting_allowed(connection):
        sheet = ScoreSheet.objects.get(
            seat__code="A02", turn__entry__number=1, turn__round__night__contest=contest
        )
        marks = sheet.marks | {"results": "60.0"}
        ScoreSheet.objects.filter(pk=sheet.pk).update(marks=marks)
    computation = make_audited_computation(contest)

    check = checked(computation)

    assert not check.agrees
    assert check.said.startswith("result/")


def test_a_stored_result_that_the_rules_do_not_give_is_found():
    computation = make_audited_computation()
    outcome = computation.outcome
    outcome["ranking"][0]["total"]["exact"] = "4188/50"
    with rewriting_allowed(connection):
        Computation.objects.filter(pk=computation.pk).update(outcome=outcome)
    computation.refresh_from_db()

    check = checked(computation)

    assert not check.agrees
    assert check.said.startswith("result/outcome.json")


def test_a_verifier_that_gives_no_verdict_says_nothing_about_the_result(
    monkeypatch, tmp_path
):
    broken = tmp_path / "broken.py"
    broken.write_text("raise RuntimeError('no space left')\n")
    computation = make_audited_computation()
    with pytest.raises(HeadMissing):
        check_result(computation=computation, now=timezone.now())
    sign_to_the_end(computation.contest)
    monkeypatch.setattr(verify, "__file__", str(broken))

    with pytest.raises(VerifierBroken, match="no space left"):
        check_result(computation=computation, now=timezone.now())
    assert not Check.objects.exists()


def test_the_worker_checks_the_latest_computation_once():
    contest = make_audited_contest()
    old = make_audited_computation(contest)
    correct(contest.night, "A01", entry=2, results="50")
    new = make_audited_computation(contest)
    now = timezone.now()

    check_due_results(now=now)
    assert not Check.objects.exists()
    sign_to_the_end(contest)
    check_due_results(now=now + timedelta(seconds=10))
    assert not Check.objects.exists()
    for minutes in (1, 2):
        check_due_results(now=now + timedelta(minutes=minutes))

    assert [(each.computation, each.agrees) for each in Check.objects.all()] == [
        (new, True)
    ]
    assert old != new


def test_before_the_release_nobody_gets_anything_of_the_result(tmp_path):
    computation = make_audited_computation()
    contest = computation.contest

    assert [
        name
        for name in names_in(written(contest, tmp_path / "a.zip"))
        if name.startswith(("result/", "openings", "totals"))
    ] == []
    with pytest.raises(CommandError, match="结果还没有公布"):
        call_command("audit_bundle", contest.slug, str(tmp_path / "b.zip"))
    assert not (tmp_path / "b.zip").exists()


def test_after_the_release_everybody_gets_all_of_it(client, tmp_path):
    publication = make_audited_publication()
    contest = publication.contest
    kept = keep_bundle(contest=contest, now=timezone.now())

    assert [name for name in names_in(kept.path) if name.startswith("result/")] == (
        RESULT
    )
    assert says(kept.path) == "equal"
    assert rows(kept.path, "result/contest.json") == [
        {
            "format": "hongqi-audit-1",
            "contest": contest.name,
            "slug": contest.slug,
            "practice": False,
            "revision": 0,
            "reason": "",
            "proposed_by": str(publication.proposed_by),
            "confirmed_by": str(publication.confirmed_by),
            "published_at": f"{publication.published_at:%Y-%m-%dT%H:%M:%SZ}",
            "computed_at": f"{publication.computation.computed_at:%Y-%m-%dT%H:%M:%SZ}",
            "rules_hash": publication.computation.rule_sheet.rules_hash,
            "inputs_hash": publication.computation.inputs_hash,
            "outcome_hash": publication.computation.outcome_hash,
        }
    ]
    page = client.get(reverse("voting:log_bundle", args=[contest.slug]))
    assert f'href="{kept.address}"' in page.content.decode()
    assert "每个评委席位的每一版评分表" in page.content.decode()


def test_every_version_of_every_sheet_is_there_and_says_whether_it_counts(tmp_path):
    path = written(make_audited_publication().contest, tmp_path / "a.zip")

    told = [
        (row["entry"], row["seat"], row["version"], row["source"], row["counts"])
        for row in rows(path, "result/sheets.jsonl")
        if (row["entry"], row["seat"]) in {("02", "A01"), ("02", "C01"), ("03", "C03")}
    ]
    assert told == [
        ("02", "A01", 1, "device", False),
        ("02", "A01", 2, "correction", True),
        ("02", "C01", 1, "device", False),
        ("02", "C01", 2, "device", True),
    ]
    assert [
        {name: row[name] for name in ("act", "entry", "seat")}
        for row in rows(path, "result/acts.jsonl")
        if row["act"] != "locked"
    ] == [
        {"act": "absence", "entry": "02", "seat": "A03"},
        {"act": "recusal", "entry": "03", "seat": "C03"},
        {"act": "late", "entry": "01", "seat": "C02"},
    ]


def test_what_comes_after_a_result_does_not_change_what_it_was_made_of(tmp_path):
    publication = make_audited_publication()
    correct(publication.contest.night, "A01", entry=2, results="41")
    sign_to_the_end(publication.contest)

    path = written(publication.contest, tmp_path / "a.zip")

    assert says(path) == "equal"
    assert [
        (row["version"], row["counts"])
        for row in rows(path, "result/sheets.jsonl")
        if (row["entry"], row["seat"]) == ("02", "A01")
    ] == [(1, False), (2, True), (3, False)]


def test_a_correction_stands_beside_the_result_that_it_replaced(tmp_path):
    first = make_audited_publication()
    contest, now = first.contest, timezone.now()
    correct(contest.night, "A01", entry=2, results="41")
    sign_to_the_end(contest)
    second = make_audited_computation(contest)
    assert check_by_worker(second).agrees
    proposal = propose_revision(
        by=make_user(), computation=second, reason="评分表上的十位看错了。", now=now
    )
    confirm_revision(by=make_user(), proposal=proposal, now=now)
    sign_to_the_end(contest)

    path = written(contest, tmp_path / "a.zip")

    assert says(path) == "equal"
    [about] = rows(path, "result/contest.json")
    assert (about["revision"], about["reason"], about["outcome_hash"]) == (
        1,
        "评分表上的十位看错了。",
        second.outcome_hash,
    )
    [earlier] = rows(path, "result/revisions.jsonl")
    assert earlier["contest"]["outcome_hash"] == first.computation.outcome_hash
    assert [row["entry"] for row in earlier["ranking"]] == [
        row["entry"] for row in first.computation.outcome["ranking"]
    ]


def test_points_and_lots_are_opened_as_the_log_promised_them(tmp_path):
    rules = {name: RULES[name] for name in RULES if name != "votes"}
    contest = make_audited_contest(
        hold_poll=nobody_votes, document=rules | {"online_weight": "0"}
    )
    now = timezone.now()
    given = propose_deduction(
        by=make_user(),
        contest=contest,
        plate="01",
        points=Decimal("0.5"),
        reason="汇报超时。",
        evidence="计时记录",
        now=now,
    )
    confirm_points(by=make_user(), proposal=given, now=now)
    sign_to_the_end(contest)
    tied = make_audited_computation(contest)
    assert check_by_worker(tied).agrees
    lot = publish_tie_lists(by=make_user(), computation=tied, now=now)
    thrown = propose_tie_seed(
        by=make_user(), lot=lot, seed="2718281828459045", how="十面骰子", now=now
    )
    confirm_tie_seed(by=make_user(), proposal=thrown, typed="2718281828459045", now=now)
    sign_to_the_end(contest)
    make_audited_publication(make_audited_computation(contest))

    path = written(contest, tmp_path / "a.zip")

    assert says(path) == "equal"
    [draw] = rows(path, "result/draw.json")
    assert draw["lots"] == [
        {"list_hashes": lot.list_hashes, "seed": "2718281828459045"}
    ]
    acts = rows(path, "result/acts.jsonl")
    [deduction] = [act for act in acts if act["act"] == "deduction"]
    assert (deduction["entry"], deduction["points"]) == ("01", "0.5")
    kinds = LogEntry.objects.of_contest(contest.pk).filter(kind__in=["points", "tie"])
    promised = [entry.number for entry in kinds if "digest" in entry.statement]
    assert [act["number"] for act in acts if act["act"] == "promise"] == promised


def test_judges_are_seats_and_nobody_learns_why_one_was_away(tmp_path):
    contest = make_audited_publication().contest
    path = written(contest, tmp_path / "a.zip")

    told = "".join(read(path, name) for name in names_in(path) if name != "verify.py")
    assert set(contest.night.seats.values_list("name", flat=True)) == {"周某某"}
    for private in ("周某某", "亲属", "身体不适"):
        assert private not in told
    assert '"reason":"评委把十位写错了"' in told
    assert '"sentence":"A03 记为缺席（02 ' in told


def test_who_acted_stands_there_with_office_and_name(tmp_path):
    path = written(make_audited_publication().contest, tmp_path / "a.zip")

    told = {row["action"]: row for row in rows(path, "result/trail.jsonl")}
    assert set(told) == set(
        TrailEntry.objects.exclude(subject_type="showcase.Unit").values_list(
            "action", flat=True
        )
    )
    void = told["ballots.void.confirmed"]
    assert void["by"].startswith("监督员 ")
    assert void["decision"] == "同意"
    assert void["reason"] == "间隔几乎不变，都来自一个网段的新设备。"
    assert told["result.computed"]["decision"] is None
    assert {"sheet.correction.confirmed", "result.released"} <= told.keys()


def test_the_same_rows_give_the_same_bytes(tmp_path):
    contest = make_audited_publication().contest

    first, second = (written(contest, tmp_path / name) for name in ("a.zip", "b.zip"))

    assert first.read_bytes() == second.read_bytes()


def test_a_contest_without_a_poll_has_its_bundle_too(client, tmp_path):
    rules = {name: RULES[name] for name in RULES if name != "votes"}
    contest = make_audited_contest(
        hold_poll=nobody_votes, document=rules | {"online_weight": "0"}
    )
    correct(contest.night, "C02", entry=2, results="50.5")
    make_audited_publication(make_audited_computation(contest))
    kept = keep_bundle(contest=contest, now=timezone.now())

    assert says(kept.path) == "equal"
    assert read(kept.path, "leaves.txt") == ""
    page = client.get(reverse("voting:log_bundle", args=[contest.slug]))
    assert kept.sha256 in page.content.decode()
    assert "打开的每一个选择，以及哪些作废" not in page.content.decode()


def test_the_worker_packs_it_with_the_release_and_again_when_the_log_has_grown():
    contest = make_audited_publication().contest
    keep_due_bundles(now=timezone.now())
    first = kept_bundle(contest)
    assert first.result["revision"] == 0

    correct(contest.night, "A01", entry=2, results="41")
    sign_to_the_end(contest)
    keep_due_bundles(now=timezone.now() + timedelta(minutes=11))

    assert kept_bundle(contest).leaves > first.leaves


def test_a_release_that_is_not_signed_yet_is_followed_by_its_zip_within_a_minute():
    contest = make_audited_publication().contest
    append(contest=contest, kind="notice", statement={}, now=timezone.now())
    now = timezone.now()
    keep_due_bundles(now=now)
    assert kept_bundle(contest) is None

    sign_to_the_end(contest)
    keep_due_bundles(now=now + timedelta(minutes=1))

    assert kept_bundle(contest).result["revision"] == 0


def test_nothing_is_checked_where_nothing_was_computed_or_logged(tmp_path):
    contest = make_audited_contest()
    with pytest.raises(CommandError, match="还没有计算过结果"):
        said("audit_bundle", contest.slug, "--check")
    with pytest.raises(CommandError, match="请写明存到哪个文件"):
        said("audit_bundle", contest.slug)
    with pytest.raises(CommandError, match="没有网址名是"):
        said("audit_bundle", "nowhere", "--check")


def said(*words) -> str:
    out = StringIO()
    call_command(*map(str, words), stdout=out)
    return out.getvalue()


def test_the_command_checks_writes_and_keeps_as_often_as_it_is_called(tmp_path):
    contest = make_audited_publication().contest
    path = tmp_path / "a.zip"

    for _ in range(2):
        assert "一致 equal" in said("audit_bundle", contest.slug, "--check")
        assert "核对一致" in said("audit_bundle", contest.slug, path)
        assert "核对一致" in said("audit_bundle", contest.slug, "--keep")
    assert "没有写文件" in said("audit_bundle", contest.slug, "--dry-run")
    assert path.read_bytes() == kept_bundle(contest).path.read_bytes()
    assert Check.objects.count() == 1 + 2
