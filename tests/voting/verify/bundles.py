"""A whole log, made without the site: honest unless a test has it lie.

Whoever has the key can sign anything. So a test can change what is said before it is
signed, and afterwards the files that are published.
"""

import json
import zipfile
from base64 import b64encode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from voting.rules.commitments import Pick, commitment, pick_salt
from voting.rules.merkle import leaf_hash, tree_root
from voting.rules.notes import Head, signed_note

ORIGIN = "vote.example.cn/log/linxi"
UNITS = {7: "县教育局", 9: "新集镇", 12: "县医院"}
MINUTE = "2026-06-01T12:00Z"

Ballot = dict[int, int]


def canonical(value) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def key_of(name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest())


def secret_of(number: int) -> bytes:
    """The receipt's secret of the ballot of this number."""
    return sha256(b"secret %d" % number).digest()


@dataclass
class LogBook:
    """What a log holds and has signed. ``picks`` are lines of openings by leaf hash."""

    origin: str = ORIGIN
    key: Ed25519PrivateKey = field(default_factory=lambda: key_of("log"))
    units: dict[int, str] = field(default_factory=lambda: dict(UNITS))
    form: str = "approval"
    practice: bool = False
    texts: list[str] = field(default_factory=list)
    behind: list[list[bytes]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    lists: dict[int, list[bytes]] = field(default_factory=dict)
    ballots: list[Ballot] = field(default_factory=list)
    picks: dict[bytes, str] = field(default_factory=dict)
    voided: list[int] = field(default_factory=list)
    withdrawn: list[int] = field(default_factory=list)
    batches: int = 0

    @property
    def public_key(self) -> bytes:
        return self.key.public_key().public_bytes_raw()

    @property
    def leaves(self) -> list[bytes]:
        return [
            leaf
            for text, behind in zip(self.texts, self.behind, strict=True)
            for leaf in [leaf_hash(text.encode()), *behind]
        ]

    def say(self, kind: str, *, behind: list[bytes] | None = None, **said) -> int:
        """Add a statement. Returns the number of its entry."""
        self.texts.append(canonical({"kind": kind, "at": MINUTE} | said))
        self.behind.append(behind or [])
        return len(self.texts)

    def open(self, **lies) -> int:
        facts = {
            "stage": "poll",
            "log": self.origin,
            "log_key": b64encode(self.public_key).decode(),
            "ballot": self.ballot,
        }
        return self.say("opened", **facts | lies)

    @property
    def ballot(self) -> dict:
        return {
            "contest": "2026 年红旗争夺赛",
            "practice": self.practice,
            "form": self.form,
            "entries": [
                {"number": number, "unit": unit} for number, unit in self.units.items()
            ],
        }

    def seal(self, ballots: list[Ballot], /, **lies) -> list[int]:
        """Add a batch. Returns the numbers of its ballots."""
        first = len(self.ballots)
        self.ballots += ballots
        leaves = []
        for number, ballot in enumerate(ballots, start=first):
            leaves += self.leaves_of(number, ballot)
        self.batches += 1
        said = {"batch": self.batches, "ballots": len(ballots), "picks": len(leaves)}
        if len(ballots) < 20:
            said["small"] = True
        self.say("ballots", behind=sorted(leaves), **said | lies)
        return list(range(first, len(self.ballots)))

    def leaves_of(self, number: int, ballot: Ballot | None = None) -> list[bytes]:
        leaves = []
        for entry, value in (ballot or self.ballots[number]).items():
            salt = pick_salt(secret_of(number), entry)
            leaf = leaf_hash(commitment(salt, Pick(entry, value)))
            text = urlsafe_b64encode(salt).rstrip(b"=").decode()
            self.picks[leaf] = f"{entry} {value} {text}"
            leaves.append(leaf)
        return leaves

    def act(self, kind: str, ballots: list[int]) -> int:
        """A void or a restoration, and right behind it the list of its leaves."""
        act = self.say(kind, ballots=len(ballots), reason="脚本")
        self.list_leaves(kind, [act], ballots)
        if kind == "void":
            self.voided += ballots
        else:
            self.voided = [each for each in self.voided if each not in ballots]
        return act

    def list_leaves(
        self, kind: str, acts: list[int], ballots: list[int], **lies
    ) -> int:
        leaves = sorted(leaf for each in ballots for leaf in self.leaves_of(each))
        said = {
            "list": kind,
            "acts": acts,
            "ballots": len(ballots),
            "leaves": len(leaves),
            "sha256": sha256(list_file(leaves)).hexdigest(),
        }
        if len(ballots) < 20:
            said["small"] = True
        number = self.say("leaves", **said | lies)
        self.lists[number] = leaves
        return number

    def withdraw(self, number: int) -> None:
        self.say("withdrawn", act="withdrawn", number=number)
        self.withdrawn.append(number)

    def close(self, **lies) -> int:
        sealed = {
            "batches": self.batches,
            "ballots": len(self.ballots),
            "picks": sum(map(len, self.ballots)),
        }
        return self.say("closed", **sealed | lies)

    def sign(self, *, key: Ed25519PrivateKey | None = None, **lies) -> str:
        """Sign a head of what the log holds now."""
        leaves = self.leaves
        head = Head(
            **{
                "origin": self.origin,
                "size": len(leaves),
                "root": tree_root(leaves),
                "ballots": len(self.ballots),
                "time": MINUTE,
            }
            | lies
        )
        key = key or self.key
        self.notes.append(
            signed_note(
                head.text,
                name=head.origin,
                public_key=key.public_key().public_bytes_raw(),
                signature=key.sign(head.text.encode()),
            )
        )
        return self.notes[-1]

    def totals(self) -> dict:
        values = (1,) if self.form == "approval" else (1, 2, 3, 4)
        counted = [
            ballot
            for number, ballot in enumerate(self.ballots)
            if number not in self.voided
        ]
        return {
            "counted": {
                f"{number:02d}": {
                    str(value): sum(ballot.get(number) == value for ballot in counted)
                    for value in values
                }
                for number in self.units
                if number not in self.withdrawn
            },
            "ballots": {
                "cast": len(self.ballots),
                "void": len(self.ballots) - len(counted),
                "counted": len(counted),
            },
            "withdrawn": sorted(self.withdrawn),
        }

    def files(self, *, opened: bool = True) -> dict[str, bytes]:
        """What is published, without SHA256SUMS."""
        first, entries = 0, []
        for number, (text, behind) in enumerate(
            zip(self.texts, self.behind, strict=True), start=1
        ):
            leaves = 1 + len(behind)
            entries.append(
                {"number": number, "first": first, "leaves": leaves, "text": text}
            )
            first += leaves
        picks = [leaf for behind in self.behind for leaf in behind]
        files = {
            "log.json": line(
                {
                    "format": "hongqi-log-1",
                    "origin": self.origin,
                    "public_key": b64encode(self.public_key).decode(),
                }
                | self.ballot
            ),
            "entries.jsonl": b"".join(map(line, entries)),
            "heads.txt": "---\n".join(self.notes).encode(),
            "README.txt": "怎样核对\n".encode(),
        }
        if opened:
            files["openings.txt"] = "".join(
                f"{self.picks[leaf]}\n" for leaf in picks
            ).encode()
            files["totals.json"] = line(self.totals())
        else:
            files["leaves.txt"] = list_file(picks)
        for number, leaves in self.lists.items():
            files[f"lists/{number}.txt"] = list_file(leaves)
        return files


def line(value) -> bytes:
    return canonical(value).encode() + b"\n"


def list_file(leaves: list[bytes]) -> bytes:
    return b"".join(b64encode(leaf) + b"\n" for leaf in leaves)


def with_sums(files: dict[str, bytes]) -> dict[str, bytes]:
    """The same files and, last, the hashes of them as they now are."""
    named = {name: files[name] for name in sorted(files) if name != "SHA256SUMS"}
    sums = "".join(
        f"{sha256(data).hexdigest()}  {name}\n" for name, data in named.items()
    )
    return named | {"SHA256SUMS": sums.encode()}


def write_folder(files: dict[str, bytes], folder: Path) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def write_zip(files: dict[str, bytes], path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = 0o644 << 16
            archive.writestr(info, data)
    return path


def some_ballots(count: int, *, start: int = 0) -> list[Ballot]:
    """Ballots of one to three entries, all ways alike."""
    ways = [{7: 1}, {7: 1, 9: 1}, {7: 1, 9: 1, 12: 1}, {9: 1, 12: 1}, {12: 1}]
    return [ways[(start + place) % len(ways)] for place in range(count)]


def honest(*, opened: bool = True) -> LogBook:
    """Three batches, a large void and its restoration in part, a small one at the close."""
    log = LogBook()
    log.say("rule_sheet", hash="0" * 64)
    log.open()
    log.sign()
    for start in (0, 25, 50):
        log.seal(some_ballots(25, start=start))
        log.sign()
    log.act("void", list(range(5, 30)))
    log.withdraw(9)
    log.sign()
    log.seal(some_ballots(30, start=75))
    if opened:
        log.close()
        small = log.say("void", ballots=2, reason="重复")
        log.list_leaves("void", [small], [80, 81])
        log.voided += [80, 81]
        log.act("restore", list(range(6, 29)))
    log.sign()
    return log


def honest_heads(*, size: int) -> str:
    """A head of this size that the log signed for somebody else: its other face."""
    log = honest()
    return log.sign(size=size, root=sha256(b"other").digest())
