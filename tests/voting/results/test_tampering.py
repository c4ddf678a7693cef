"""Whatever is changed in an audit bundle is refused, and where it was changed is said.

A forger may leave the checksums as they are, make them anew, or have everything worked out
again by the site's own engine. What no forger has is the key of the log.
"""

import json
import re
import tempfile
import zipfile
from base64 import b64decode, b64encode, urlsafe_b64decode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.utils import timezone

from tests.factories import RULES, make_user
from tests.factories.audits import (
    check_by_worker,
    make_audited_computation,
    make_audited_contest,
    make_audited_publication,
    nobody_votes,
    sign_to_the_end,
)
from tests.voting.verify.bundles import with_sums, write_folder
from voting.integrity.bundle_queries import plan_bundle
from voting.integrity.log_bundle import write_bundle, write_unchecked
from voting.results.audit_bundle import files_of
from voting.results.models import Computation
from voting.results.services import compute_result
from voting.results.tie_services import confirm_tie_decision, propose_tie_decision
from voting.rules import exact
from voting.rules.commitments import Pick, commitment
from voting.rules.engine import compute
from voting.rules.inputs import Inputs
from voting.rules.merkle import leaf_hash
from voting.rules.rule_sheet import RuleSheet
from voting.verify import Refused, check_bundle, source_at

pytestmark = pytest.mark.django_db

Files = dict[str, bytes]

CONTEST, RULES_FILE = "result/contest.json", "result/rules.json"
INPUTS, OUTCOME = "result/inputs.json", "result/outcome.json"
SHEETS, ACTS, DRAW = "result/sheets.jsonl", "result/acts.jsonl", "result/draw.json"
# The list of void picks: its entry in the log gives it its name.
VOID = "lists/*.txt"
# Before two people agree there is nobody to be named, and nothing to be refused.
NOWHERE = ("", "")


def rows(files: Files, name: str) -> list[dict]:
    return [json.loads(line) for line in files[name].splitlines()]


def put(files: Files, name: str, *values: object) -> None:
    lines = (f"{exact.canonical(value)}\n" for value in values)
    files[name] = "".join(lines).encode()


def one(files: Files, name: str) -> dict:
    [value] = rows(files, name)
    return value


def line_of(files: Files, name: str, **wanted: object) -> int:
    """The number of the first line with these values."""
    return next(
        number
        for number, row in enumerate(rows(files, name), start=1)
        if all(row.get(key) == value for key, value in wanted.items())
    )


def hash_anew(files: Files) -> None:
    """What was changed in rules, inputs and outcome is named by its new hash."""
    about = one(files, CONTEST)
    for name, file in (("rules", RULES_FILE), ("inputs", INPUTS), ("outcome", OUTCOME)):
        about[f"{name}_hash"] = exact.digest(one(files, file))
    put(files, CONTEST, about)


def work_out_anew(files: Files) -> None:
    """The site's own engine gives the outcome of the forged rules and inputs."""
    rules = RuleSheet.from_json(one(files, RULES_FILE))
    inputs = Inputs.from_json(one(files, INPUTS))
    put(files, OUTCOME, compute(rules, inputs).to_json())
    hash_anew(files)


def change_mark(files: Files) -> None:
    """What A02 gave to 01 becomes all that could be given."""
    sheets = rows(files, SHEETS)
    number = line_of(files, SHEETS, entry="01", seat="A02")
    sheets[number - 1]["marks"]["results"] = "60.0"
    put(files, SHEETS, *sheets)


def change_mark_everywhere(files: Files) -> None:
    change_mark(files)
    inputs = one(files, INPUTS)
    inputs["marks"]["final"]["01"]["A02"]["results"] = "60"
    put(files, INPUTS, inputs)


def change_version(files: Files) -> None:
    """What C01 sent to 01 first counts, and not what it sent in its place."""
    sheets = rows(files, SHEETS)
    number = line_of(files, SHEETS, entry="01", seat="C01")
    sheets[number - 1]["counts"], sheets[number]["counts"] = True, False
    put(files, SHEETS, *sheets)


def change_version_everywhere(files: Files) -> None:
    change_version(files)
    inputs = one(files, INPUTS)
    inputs["marks"]["final"]["01"]["C01"]["presentation"] = "20"
    put(files, INPUTS, inputs)


def drop_correction(files: Files) -> None:
    """As if A01 had never been corrected for 02: its second version and its act are gone."""
    sheets = rows(files, SHEETS)
    number = line_of(files, SHEETS, entry="02", seat="A01", version=2)
    del sheets[number - 1]
    sheets[number - 2]["counts"] = True
    put(files, SHEETS, *sheets)
    put(files, ACTS, *[row for row in rows(files, ACTS) if not row.get("corrections")])


def drop_correction_everywhere(files: Files) -> None:
    drop_correction(files)
    inputs = one(files, INPUTS)
    inputs["marks"]["final"]["02"]["A01"]["results"] = "23"
    put(files, INPUTS, inputs)


def change_weight(files: Files) -> None:
    rules = one(files, RULES_FILE)
    rules["panels"][0]["weight"], rules["panels"][1]["weight"] = "0.4", "0.6"
    put(files, RULES_FILE, rules)


def void_list(files: Files) -> str:
    return next(name for name in files if name.startswith("lists/"))


def change_void(files: Files) -> None:
    """One void pick less."""
    name = void_list(files)
    files[name] = b"".join(files[name].splitlines(keepends=True)[1:])


def change_pick(files: Files) -> None:
    """A pick that counts is another entry's; its leaf stands where its new hash belongs."""
    void = set(files[void_list(files)].decode().split())
    lines = files["openings.txt"].decode().splitlines()
    place = next(
        place for place, line in enumerate(lines) if leaf_text(line) not in void
    )
    number, rest = lines[place].split(" ", 1)
    lines[place] = f"{3 if number != '3' else 1} {rest}"
    lines.sort(key=lambda line: b64decode(leaf_text(line)))
    files["openings.txt"] = "".join(f"{line}\n" for line in lines).encode()


def leaf_text(line: str) -> str:
    """The leaf of an opened pick as lists name it."""
    number, value, salt = line.split()
    pick = Pick(int(number), int(value))
    leaf = leaf_hash(commitment(urlsafe_b64decode(f"{salt}="), pick))
    return b64encode(leaf).decode()


def change_votes(files: Files) -> None:
    """One vote more for 01, in the totals and in the inputs."""
    totals, inputs = one(files, "totals.json"), one(files, INPUTS)
    totals["counted"]["01"]["1"] += 1
    inputs["votes"]["01"] += 1
    put(files, "totals.json", totals)
    put(files, INPUTS, inputs)


def change_votes_of_inputs(files: Files) -> None:
    inputs = one(files, INPUTS)
    inputs["votes"]["01"] += 1
    put(files, INPUTS, inputs)


def change_rank(files: Files) -> None:
    outcome = one(files, OUTCOME)
    outcome["ranking"][1]["rank"] = 1
    put(files, OUTCOME, outcome)


def change_last_digit(files: Files) -> None:
    """Of the exact value behind the first score: the shown one stays as it is."""
    outcome = one(files, OUTCOME)
    total = outcome["ranking"][0]["total_exact"]
    above, below = total["exact"].split("/")
    total["exact"] = f"{int(above) * 1000003 + 1}/{int(below) * 1000003}"
    put(files, OUTCOME, outcome)


def change_seed(files: Files) -> None:
    draw = one(files, DRAW)
    draw["draws"][0]["seed"] = draw["draws"][0]["seed"][:-1] + "5"
    put(files, DRAW, draw)


def change_order(files: Files) -> None:
    draw = one(files, DRAW)
    draw["draws"][0]["order"].reverse()
    put(files, DRAW, draw)


def change_decision(files: Files) -> None:
    draw = one(files, DRAW)
    draw["decisions"][0]["order"].reverse()
    put(files, DRAW, draw)


def change_decision_everywhere(files: Files) -> None:
    change_decision(files)
    inputs = one(files, INPUTS)
    inputs["decisions"][0]["order"].reverse()
    put(files, INPUTS, inputs)


def forget_absence(files: Files) -> None:
    """A judge who was away shall simply not have been asked."""
    put(files, ACTS, *[row for row in rows(files, ACTS) if row["act"] != "absence"])


def forget_absence_everywhere(files: Files) -> None:
    forget_absence(files)
    acts = rows(files, ACTS)
    for act in acts:
        if act["act"] == "locked":
            act["absent"] = []
    put(files, ACTS, *acts)
    put(files, INPUTS, one(files, INPUTS) | {"absences": []})


def change_signatory(files: Files) -> None:
    put(files, CONTEST, one(files, CONTEST) | {"confirmed_by": "另一个人"})


def log_line(files: Files, kind: str) -> int:
    return next(
        number
        for number, row in enumerate(rows(files, "entries.jsonl"), start=1)
        if json.loads(row["text"])["kind"] == kind
    )


def change_log(files: Files) -> None:
    """Somebody else froze the rules."""
    entries = rows(files, "entries.jsonl")
    entry = entries[log_line(files, "rule_sheet") - 1]
    said = json.loads(entry["text"]) | {"by": ["另一个人"]}
    entry["text"] = exact.canonical(said)
    put(files, "entries.jsonl", *entries)


def rewrite_rules_in_log(files: Files) -> None:
    """The weights, and the hash of the rules where they were frozen."""
    change_weight(files)
    entries = rows(files, "entries.jsonl")
    entry = entries[log_line(files, "rule_sheet") - 1]
    said = json.loads(entry["text"]) | {"hash": exact.digest(one(files, RULES_FILE))}
    entry["text"] = exact.canonical(said)
    put(files, "entries.jsonl", *entries)


def drop(name: str) -> Callable[[Files], None]:
    def forge(files: Files) -> None:
        del files[name]

    return forge


def drop_void_list(files: Files) -> None:
    del files[void_list(files)]


def add(name: str) -> Callable[[Files], None]:
    def forge(files: Files) -> None:
        files[name] = b"{}\n"

    return forge


@dataclass(frozen=True)
class Forgery:
    """``change`` is the least that is changed, ``everything`` all that has to go with it.

    File and reason of each refusal: ``left``, the checksums stay as they were; ``mended``, they
    are made anew; ``fitted``, everything else is made to fit as well, in a bundle that nobody
    has agreed on yet; ``agreed``, the same in the one that everybody gets, where the log names
    what two people agreed on. ``place`` is the line of ``mended``.
    """

    what: str
    change: Callable[[Files], None]
    left: tuple[str, str]
    mended: tuple[str, str]
    fitted: tuple[str, str]
    agreed: tuple[str, str] = (CONTEST, "revision-log")
    everything: Callable[[Files], None] | None = None
    fit: Callable[[Files], None] = hash_anew
    place: Callable[[Files], int] | None = None
    tied: bool = False


FORGERIES = [
    Forgery(
        "a mark",
        change_mark,
        left=(SHEETS, "sums"),
        mended=(ACTS, "sheets-differ"),
        place=lambda files: line_of(files, ACTS, act="locked", entry="01"),
        everything=change_mark_everywhere,
        fit=work_out_anew,
        fitted=(ACTS, "sheets-differ"),
    ),
    Forgery(
        "which version of a sheet counts",
        change_version,
        left=(SHEETS, "sums"),
        mended=(SHEETS, "sheet-counts"),
        place=lambda files: line_of(files, SHEETS, entry="01", seat="C01"),
        everything=change_version_everywhere,
        fit=work_out_anew,
        fitted=(SHEETS, "sheet-counts"),
    ),
    Forgery(
        "a correction that never was",
        drop_correction,
        left=(ACTS, "sums"),
        mended=(ACTS, "promise-not-opened"),
        everything=drop_correction_everywhere,
        fit=work_out_anew,
        fitted=(ACTS, "promise-not-opened"),
    ),
    Forgery(
        "a judge who was away",
        forget_absence,
        left=(ACTS, "sums"),
        mended=(ACTS, "absence"),
        everything=forget_absence_everywhere,
        fit=work_out_anew,
        fitted=(ACTS, "sheets-differ"),
    ),
    Forgery(
        "a weight",
        change_weight,
        left=(RULES_FILE, "sums"),
        mended=(RULES_FILE, "hash"),
        fit=work_out_anew,
        fitted=(RULES_FILE, "rules-not-frozen"),
        agreed=(RULES_FILE, "rules-not-frozen"),
    ),
    Forgery(
        "a weight, in the log too",
        rewrite_rules_in_log,
        left=("entries.jsonl", "sums"),
        mended=(RULES_FILE, "hash"),
        fit=work_out_anew,
        fitted=("heads.txt", "root"),
    ),
    Forgery(
        "a void",
        change_void,
        left=(VOID, "sums"),
        mended=(VOID, "list-hash"),
        fitted=(VOID, "list-hash"),
        agreed=(VOID, "list-hash"),
    ),
    Forgery(
        "a whole list of voids",
        drop_void_list,
        left=(VOID, "listed-missing"),
        mended=(VOID, "list-missing"),
        fitted=(VOID, "list-missing"),
        agreed=(VOID, "list-missing"),
    ),
    Forgery(
        "a pick",
        change_pick,
        left=("openings.txt", "sums"),
        mended=("heads.txt", "root"),
        fitted=("heads.txt", "root"),
        agreed=("heads.txt", "root"),
    ),
    Forgery(
        "votes in the totals and in the result",
        change_votes,
        left=(INPUTS, "sums"),
        mended=(INPUTS, "hash"),
        fit=work_out_anew,
        fitted=("totals.json", "totals"),
    ),
    Forgery(
        "votes in the result alone",
        change_votes_of_inputs,
        left=(INPUTS, "sums"),
        mended=(INPUTS, "hash"),
        fit=work_out_anew,
        fitted=(INPUTS, "votes"),
    ),
    Forgery(
        "a rank",
        change_rank,
        left=(OUTCOME, "sums"),
        mended=(OUTCOME, "hash"),
        fitted=(OUTCOME, "figure"),
    ),
    Forgery(
        "the last digit of a score",
        change_last_digit,
        left=(OUTCOME, "sums"),
        mended=(OUTCOME, "hash"),
        fitted=(OUTCOME, "figure"),
    ),
    Forgery(
        "the seed of the draw",
        change_seed,
        left=(DRAW, "sums"),
        mended=(DRAW, "draw-log"),
        fitted=(DRAW, "draw-log"),
        agreed=(DRAW, "draw-log"),
    ),
    Forgery(
        "the order that was drawn",
        change_order,
        left=(DRAW, "sums"),
        mended=(DRAW, "draw-log"),
        fitted=(DRAW, "draw-log"),
        agreed=(DRAW, "draw-log"),
    ),
    Forgery(
        "a decision on equals",
        change_decision,
        left=(DRAW, "sums"),
        mended=(DRAW, "decision"),
        everything=change_decision_everywhere,
        fit=work_out_anew,
        fitted=(INPUTS, "decision"),
        tied=True,
    ),
    Forgery(
        "an entry of the log",
        change_log,
        left=("entries.jsonl", "sums"),
        mended=("heads.txt", "root"),
        fitted=("heads.txt", "root"),
        agreed=("heads.txt", "root"),
    ),
    Forgery(
        "who agreed",
        change_signatory,
        left=(CONTEST, "sums"),
        mended=(CONTEST, "revision-log"),
        fitted=NOWHERE,
    ),
    Forgery(
        "no marks at all",
        drop(SHEETS),
        left=(SHEETS, "listed-missing"),
        mended=(SHEETS, "missing"),
        fitted=(SHEETS, "missing"),
        agreed=(SHEETS, "missing"),
    ),
    Forgery(
        "no log at all",
        drop("entries.jsonl"),
        left=("entries.jsonl", "listed-missing"),
        mended=("entries.jsonl", "missing"),
        fitted=("entries.jsonl", "missing"),
        agreed=("entries.jsonl", "missing"),
    ),
    Forgery(
        "a file too many",
        add("result/more.json"),
        left=("result/more.json", "unlisted"),
        mended=("result/more.json", "extra"),
        fitted=("result/more.json", "extra"),
        agreed=("result/more.json", "extra"),
    ),
]


@pytest.fixture
def folder(tmp_path, monkeypatch, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path / "bundle"


def before_and_after(computation: Computation, folder: Path) -> tuple[Files, Files]:
    """The bundle that the worker checks, and the one that everybody gets."""
    assert check_by_worker(computation).agrees
    now, contest = timezone.now(), computation.contest
    plan = plan_bundle(contest, now=now, is_opened=True)
    private, public = folder.with_name("before.zip"), folder.with_name("after.zip")
    write_unchecked(plan, private, beside=files_of(plan, computation), now=now)
    make_audited_publication(computation)
    write_bundle(contest=contest, path=public, now=timezone.now())
    return read(private), read(public)


def read(path: Path) -> Files:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def tied_computation() -> Computation:
    """02 and 03 are equal, and named people put 03 first."""
    rules = {name: RULES[name] for name in RULES if name != "votes"}
    rules |= {"online_weight": "0", "ladder": ["total", "marks", "open"]}
    contest = make_audited_contest(hold_poll=nobody_votes, document=rules)
    now = timezone.now()
    first = make_audited_computation(contest)
    assert check_by_worker(first).agrees
    proposal = propose_tie_decision(
        by=make_user(),
        computation=first,
        order=["03", "02"],
        decided_by=["组委会主任"],
        reason="03 号服务的群众更多。",
        now=now,
    )
    confirm_tie_decision(by=make_user(), proposal=proposal, now=now)
    sign_to_the_end(contest)
    return compute_result(by=make_user(), contest=contest, now=now)


def refusal(files: Files, folder: Path) -> Refused | None:
    """Why the verifier refuses; None where everything is equal."""
    for path in sorted(folder.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    try:
        check_bundle(source_at(write_folder(files, folder)))
    except Refused as refused:
        return refused
    return None


def told(refused: Refused | None) -> tuple[str, str]:
    if refused is None:
        return NOWHERE
    return re.sub(r"^lists/[0-9]+", "lists/*", refused.file), refused.check


def forged(files: Files, *changes: Callable[[Files], None]) -> Files:
    copy = dict(files)
    for change in changes:
        change(copy)
    return copy


def test_whatever_is_changed_is_refused_with_its_place_and_reason(folder):
    voted = before_and_after(make_audited_computation(), folder)
    tied = before_and_after(tied_computation(), folder)
    assert [refusal(files, folder) for files in (*voted, *tied)] == [None] * 4

    found, lines = {}, {}
    for forgery in FORGERIES:
        before, after = tied if forgery.tied else voted
        whole = (forgery.everything or forgery.change, forgery.fit, hash_anew)
        mended = refusal(with_sums(forged(after, forgery.change)), folder)
        found[forgery.what] = (
            told(refusal(forged(after, forgery.change), folder)),
            told(mended),
            told(refusal(with_sums(forged(before, *whole)), folder)),
            told(refusal(with_sums(forged(after, *whole)), folder)),
        )
        if forgery.place:
            lines[forgery.what] = mended.line - forgery.place(after)

    assert found == {
        forgery.what: (forgery.left, forgery.mended, forgery.fitted, forgery.agreed)
        for forgery in FORGERIES
    }
    assert set(lines.values()) == {0}
