"""A bundle with a result, made without the site: honest unless a test has it lie.

Two rounds of people could lie: who changes the files and mends every hash that can be mended
(:func:`mended`), and the site itself, which signs what is not so (``lie`` of :func:`audited`).
"""

import json
from collections.abc import Callable
from fractions import Fraction
from hashlib import sha256
from typing import Any

from tests.voting.verify.bundles import LogBook, canonical, line, some_ballots
from voting.rules import draw
from voting.rules.combining import Deduction
from voting.rules.engine import compute
from voting.rules.inputs import (
    Absence,
    Decision,
    Entry,
    Inputs,
    Recusal,
    Seat,
    Withdrawal,
)
from voting.rules.rule_sheet import (
    ExtraRule,
    Grade,
    PanelRule,
    RoundRule,
    RuleSheet,
    VotesRule,
)
from voting.rules.sheets import Criterion
from voting.rules.trimming import Trimming

UNITS = {7: "县教育局", 9: "新集镇", 12: "县医院", 13: "柳林镇"}
SEED = "31415926535897932384"
PEOPLE = ["张三", "李四"]
GRADES = ("满意", "基本满意", "不满意", "不了解")

Files = dict[str, bytes]


def salt(*parts: object) -> str:
    return sha256(repr(parts).encode()).hexdigest()


def rule_sheet(*, grades: bool = False, last: str = "open", **fields) -> RuleSheet:
    votes = VotesRule("share_of_top")
    if grades:
        values = (Fraction(100), Fraction(60), Fraction(0), None)
        votes = VotesRule(
            "as_is",
            form="grades",
            grades=tuple(
                Grade(f"g{place}", name, value)
                for place, (name, value) in enumerate(zip(GRADES, values, strict=True))
            ),
        )
    defaults = {
        "title": "2026 红旗争夺赛",
        "online_weight": Fraction("0.3"),
        "votes": votes,
        "panels": (
            PanelRule("A", "代表组", Fraction("0.6"), trimming=Trimming(1, 1)),
            PanelRule("B", "专家组", Fraction("0.4"), trimming=Trimming(0, 0)),
        ),
        "rounds": (
            RoundRule(
                "final",
                "现场评比",
                Fraction(1),
                (
                    Criterion("work", "实效", Fraction(60)),
                    Criterion("talk", "表达", Fraction(40)),
                ),
            ),
        ),
        "extras": (ExtraRule("bonus", "表彰加分", "added", full=Fraction(5)),),
        "rounding": {"total": 2},
        "ladder": ("total", "marks", last),
        "places": 2,
    }
    return RuleSheet(**defaults | fields)


SEATS = (
    *(Seat(f"A{number}", "A") for number in range(1, 5)),
    *(Seat(f"B{number}", "B") for number in range(1, 3)),
    Seat("P1", "A", "practice"),
)


class Audit:
    """One contest on its way through the log, and the files that tell its result."""

    def __init__(self, sheet: RuleSheet, *, with_poll: bool = True) -> None:
        self.rules = sheet
        form = "grading" if sheet.votes and sheet.votes.form == "grades" else "approval"
        self.log = LogBook(units=dict(UNITS), form=form)
        self.with_poll = with_poll
        self.sheets: dict[tuple[str, str, int], dict[str, Any]] = {}
        self.acts: list[dict[str, Any]] = []
        self.draws: list[dict[str, Any]] = []
        self.lots: list[dict[str, Any]] = []
        self.absent: dict[str, list[str]] = {}
        self.standing: dict[str, dict[str, int]] = {}
        self.gone: list[Withdrawal] = []
        self.extras: dict[str, dict[str, Fraction]] = {}
        self.deductions: list[Deduction] = []
        self.decisions: list[Decision] = []
        self.revisions: list[dict[str, Any]] = []
        self.agreed: dict[str, Any] | None = None
        self.log.say("rule_sheet", title=sheet.title, hash=sheet.hash(), by=PEOPLE)

    # What happens, in the order of a real contest

    def vote(self, ballots: int = 40) -> None:
        self.log.open()
        given = some_ballots(ballots)
        if self.log.form == "grading":
            given = [{7: 1 + n % 4, 9: 1, 12: 2 + n % 2, 13: 3} for n in range(ballots)]
        self.log.seal(given)
        self.log.close()

    def void(self, ballots: list[int]) -> None:
        self.log.act("void", ballots)

    def withdraw(self, number: int) -> None:
        self.log.withdraw(number)
        self.gone.append(Withdrawal(f"{number:02d}", "申请退出"))
        self.act("withdrawal", entry=f"{number:02d}", reason="申请退出")

    def draw_order(self, *, seed: str = SEED, **lies) -> None:
        title = "现场评比 出场顺序"
        pairs = [(f"{number:02d}", unit) for number, unit in UNITS.items()]
        listed = draw.list_text(title, pairs)
        facts = {"round": "final", "list_hash": draw.list_hash(listed)}
        self.log.say("draw", act="list", list=listed, recusals=[["B2", 9]], **facts)
        order = [int(lot.number) for lot in draw.draw(title, pairs, seed)]
        said = facts | {"seed": seed, "order": order} | lies
        self.log.say("draw", act="drawn", by=PEOPLE, **said)
        self.draws.append(said | {"title": title, "listed": listed})

    def lock(self, entry: str, marks: dict[str, tuple[str, str]], absent=()) -> None:
        """The sheets of one entry, each of its seats in its first version."""
        self.absent[entry] = sorted(absent)
        for seat, given in marks.items():
            self._add_sheet(entry, seat, 1, given)
        for seat in absent:
            facts = {"round": "final", "entry": entry, "seat": seat}
            self.act("absence", **facts, reason="生病", at=None, withdrawn=None)
        self.standing[entry] = dict.fromkeys(marks, 1)
        self._promise("sheet", entry, 0)

    def correct(self, entry: str, seat: str, given: tuple[str, str]) -> None:
        version = self.standing[entry][seat] + 1
        self._add_sheet(entry, seat, version, given)
        self.sheets[entry, seat, version - 1]["counts"] = False
        self.standing[entry][seat] = version
        done = sum(act["entry"] == entry for act in self._locked())
        self._promise("corrected", entry, done, seat=seat)

    def give(self, code: str, points: dict[str, str | None], reason="县级表彰") -> None:
        """Points from elsewhere, or with an empty code a deduction."""
        document = {
            "code": code,
            "points": points,
            "reason": reason,
            "evidence": "文件",
        }
        self._promised("points", document, act="given", by=PEOPLE, entries=len(points))
        for plate, text in points.items():
            if not code:
                self.deductions.append(Deduction(plate, Fraction(text), reason))
                self.act("deduction", entry=plate, points=text, reason=reason)
            else:
                self.extras.setdefault(code, {})[plate] = Fraction(text)
                self.act("extra", code=code, entry=plate, points=text)

    def take_back(self, plate: str) -> None:
        """The last deduction of an entry."""
        document = {"code": "", "points": {plate: None}, "reason": "查无此事"}
        self._promised("points", document, act="given", by=PEOPLE, entries=1)
        self.deductions.pop()
        self.acts.remove([a for a in self.acts if a["act"] == "deduction"][-1])

    def throw_lots(self, *, seed: str = SEED) -> None:
        """For the equals that there are by now."""
        ties = compute(self.rules, self.inputs).ties
        hashes = [tie.list_hash for tie in ties]
        listed = self._promised("tie", hashes, act="list", lists=len(hashes))
        self.log.say("tie", act="drawn", seed=seed, how="骰子", list=listed, by=PEOPLE)
        self.lots.append({"list_hashes": hashes, "seed": seed})

    def decide(self, *order: str) -> None:
        decision = Decision(order, tuple(PEOPLE), "实事更多")
        document = {"order": list(order), "by": PEOPLE, "reason": decision.reason}
        self._promised("tie", document, act="decided", by=PEOPLE)
        self.decisions.append(decision)

    def agree(self, *, reason: str = "", **lies) -> None:
        """Two people let the result stand that there is now."""
        if self.agreed:
            self.revisions.append(self._revision())
        contest = self.contest(reason=reason)
        people = {"proposed_by": PEOPLE[0], "confirmed_by": PEOPLE[1]}
        self.agreed = contest | people | {"published_at": "2026-06-02T12:00:00Z"}
        self._outcome = self.outcome
        said = {name: contest[name] for name in contest if name.endswith("_hash")}
        if self.revisions:
            said |= {"revision": len(self.revisions), "reason": reason}
        self.log.say("result", **said | {"by": PEOPLE} | lies)

    def finish(self, act: str, **lies) -> None:
        """The result is made final, or opened again."""
        said = {name: self.agreed[name] for name in ("revision", "outcome_hash")}
        self.log.say("final", act=act, by=PEOPLE, **said | lies)

    # What is told

    def act(self, kind: str, **facts) -> None:
        self.acts.append({"act": kind} | facts)

    @property
    def inputs(self) -> Inputs:
        counts, grades = {}, {}
        if self.with_poll and self.rules.votes:
            counted = self.log.totals()["counted"]
            if self.log.form == "approval":
                counts = {plate: given["1"] for plate, given in counted.items()}
            else:
                grades = {
                    plate: {f"g{int(value) - 1}": n for value, n in given.items()}
                    for plate, given in counted.items()
                }
        marks: dict[str, dict[str, dict[str, Fraction]]] = {}
        for (entry, seat, _), sheet in self.sheets.items():
            if sheet["counts"]:
                marks.setdefault(entry, {})[seat] = {
                    code: Fraction(mark) for code, mark in sheet["marks"].items()
                }
        return Inputs(
            entries=tuple(Entry(f"{n:02d}", n, unit) for n, unit in UNITS.items()),
            seats=SEATS,
            marks={"final": marks},
            recusals=(Recusal("B2", "09"),),
            absences=tuple(
                Absence(seat, entry, "final")
                for entry, seats in self.absent.items()
                for seat in seats
            ),
            votes=counts,
            grades=grades,
            extras=self.extras,
            deductions=tuple(self.deductions),
            withdrawals=tuple(self.gone),
            decisions=tuple(self.decisions),
            lot_seeds={
                each: lot["seed"]
                for lot in reversed(self.lots)
                for each in lot["list_hashes"]
            },
        )

    @property
    def outcome(self) -> dict[str, Any]:
        return compute(self.rules, self.inputs).to_json()

    def contest(self, *, reason: str = "") -> dict[str, Any]:
        outcome = self.outcome
        return {
            "format": "hongqi-audit-1",
            "contest": "2026 年红旗争夺赛",
            "slug": "2026",
            "practice": False,
            "revision": len(self.revisions),
            "reason": reason,
            "proposed_by": None,
            "confirmed_by": None,
            "published_at": None,
            "computed_at": "2026-06-02T11:59:00Z",
            "rules_hash": self.rules.hash(),
            "inputs_hash": self.inputs.hash(),
            "outcome_hash": sha256(canonical(outcome).encode()).hexdigest(),
        }

    def files(self, *, opened: bool = True) -> Files:
        """What is published, without SHA256SUMS. What was agreed on stays as it was then."""
        self.log.sign()
        files = self.log.files(opened=opened)
        if not self.with_poll:
            ballot = {"form": None, "entries": []}
            files["log.json"] = line(json.loads(files["log.json"]) | ballot)
        told = {
            "contest.json": self.agreed or self.contest(),
            "rules.json": self.rules.to_json(),
            "inputs.json": self.inputs.to_json(),
            "outcome.json": self.outcome,
            "draw.json": {
                "draws": self.draws,
                "lots": self.lots,
                "decisions": self.inputs.to_json()["decisions"],
            },
        }
        listed = {
            "sheets.jsonl": [self.sheets[key] for key in sorted(self.sheets)],
            "acts.jsonl": [*self.acts, {"act": "recusal", "entry": "09", "seat": "B2"}],
            "trail.jsonl": [_TRAIL],
            "revisions.jsonl": self.revisions,
        }
        return (
            files
            | {f"result/{name}": line(value) for name, value in told.items()}
            | {
                f"result/{name}": b"".join(map(line, values))
                for name, values in listed.items()
            }
        )

    def _add_sheet(self, entry, seat, version, given) -> None:
        self.sheets[entry, seat, version] = {
            "round": "final",
            "entry": entry,
            "seat": seat,
            "version": version,
            "marks": dict(zip(("work", "talk"), given, strict=True)),
            "source": "device",
            "received": "2026-06-02T11:00:00Z",
            "counts": True,
            "reason": "",
            "log": None,
        }

    def _locked(self) -> list[dict[str, Any]]:
        return [act for act in self.acts if act["act"] == "locked"]

    def _promise(self, kind: str, entry: str, corrections: int, **facts) -> None:
        official = {seat.code for seat in SEATS if seat.kind == "official"}
        standing = sorted(
            [seat, version]
            for seat, version in self.standing[entry].items()
            if seat in official
        )
        text = canonical(
            {
                "round": "final",
                "entry": int(entry),
                "sheets": [
                    [*each, self.sheets[entry, *each]["marks"]] for each in standing
                ],
                "absent": self.absent[entry],
            }
        )
        secret = salt(entry, corrections)
        digest = sha256(bytes.fromhex(secret) + text.encode()).hexdigest()
        said = {"entry": int(entry), "corrections": corrections, "digest": digest}
        number = self.log.say(kind, round="现场评比", by=PEOPLE, **said | facts)
        for each in standing:
            sheet = self.sheets[entry, *each]
            sheet["log"] = sheet["log"] or {"number": number, "salt": secret}
        self.act(
            "locked",
            number=number,
            round="final",
            entry=entry,
            corrections=corrections,
            salt=secret,
            sheets=standing,
            absent=self.absent[entry],
        )

    def _promised(self, kind: str, document: object, **said) -> int:
        text, secret = canonical(document), salt(kind, document)
        digest = sha256(bytes.fromhex(secret) + text.encode()).hexdigest()
        number = self.log.say(kind, digest=digest, **said)
        self.act("promise", number=number, salt=secret, document=text)
        return number

    def _revision(self) -> dict[str, Any]:
        rows = [
            {"entry": row["entry"], "rank": row["rank"], "total": row["total"]["exact"]}
            for row in self._outcome["ranking"]
        ]
        return {"contest": self.agreed, "ranking": rows}


_TRAIL = {
    "at": "2026-06-01T12:00:00Z",
    "by": "监督员 李四",
    "action": "turn.locked",
    "sentence": "锁定",
    "reason": None,
    "decision": None,
}


def audited(lie: Callable[[Audit], None] | None = None, **fields) -> Audit:
    """A whole contest up to its result: 07 and 12 are equal, 13 left during the poll."""
    audit = Audit(rule_sheet(**fields))
    audit.vote()
    audit.void([3, 5])
    audit.withdraw(13)
    audit.draw_order()
    equal = {
        "A1": ("50", "30"),
        "A2": ("51.5", "32"),
        "A3": ("55", "38"),
        "A4": ("54", "37.5"),
        "B1": ("52", "33"),
    }
    audit.lock("07", equal | {"P1": ("10", "10")}, absent=["B2"])
    audit.lock("09", {"A1": ("58", "37"), "A3": ("57.0", "39"), "A4": ("57", "36")})
    audit.lock("12", equal | {"B2": ("52", "33")})
    audit.correct("09", "A3", ("57.5", "39"))
    audit.give("bonus", {"07": "0.5", "12": "0.5"})
    audit.give("", {"09": "0.25"}, reason="超时")
    if lie:
        lie(audit)
    return audit


def document(files: Files, name: str) -> Any:
    """One file of the result: an object, or for .jsonl the list of its lines."""
    data = files[f"result/{name}"].decode()
    if name.endswith(".jsonl"):
        return [json.loads(each) for each in data.splitlines()]
    return json.loads(data)


def changed(files: Files, name: str, change: Callable[[Any], Any]) -> Files:
    """The files with one of the result changed in place."""
    value = document(files, name)
    change(value)
    data = b"".join(map(line, value)) if name.endswith(".jsonl") else line(value)
    return files | {f"result/{name}": data}


def mended(files: Files, *, computed: bool = False) -> Files:
    """Every hash that a forger can mend; ``computed``: the ranking made anew as well."""
    hashes = {}
    if computed:
        outcome = compute(
            RuleSheet.from_json(document(files, "rules.json")),
            Inputs.from_json(document(files, "inputs.json")),
        )
        files = files | {"result/outcome.json": line(outcome.to_json())}
    for name in ("rules", "inputs"):
        data = files[f"result/{name}.json"][:-1]
        hashes[f"{name}_hash"] = sha256(data).hexdigest()
    own = {
        "rule_sheet_hash": hashes["rules_hash"],
        "inputs_hash": hashes["inputs_hash"],
    }
    files = changed(files, "outcome.json", lambda value: value.update(own))
    hashes["outcome_hash"] = sha256(files["result/outcome.json"][:-1]).hexdigest()
    return changed(files, "contest.json", lambda value: value.update(hashes))
