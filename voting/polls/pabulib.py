"""The Pabulib format (.pb): approval ballots as text, for exchange with other programs.

Three sections, META, PROJECTS and VOTES, each a table with a header row and ";" between
the cells. Text in, values out; nothing here knows the database.
"""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from voting.polls.errors import PollError

SECTIONS = ("META", "PROJECTS", "VOTES")


class NotPabulib(PollError):
    message = "这个文件不是 Pabulib 格式（.pb），没有读。"


@dataclass(frozen=True, slots=True)
class Project:
    """An item to vote for. ``published`` is what the file says it got, if it says so."""

    id: str
    name: str
    published: int | None = None


@dataclass(frozen=True, slots=True)
class Vote:
    """One ballot as the file has it: perhaps with an item more than once."""

    voter: str
    items: tuple[str, ...]

    @property
    def repeated(self) -> dict[str, int]:
        """How many times too often each item stands in it."""
        return {item: n - 1 for item, n in Counter(self.items).items() if n > 1}


@dataclass(frozen=True, slots=True)
class File:
    meta: dict[str, str]
    projects: list[Project]
    votes: list[Vote] = field(default_factory=list)

    @property
    def picks_max(self) -> int:
        given = self.meta.get("max_length", "")
        longest = max((len(set(vote.items)) for vote in self.votes), default=1)
        return int(given) if given.isdecimal() else longest

    @property
    def picks_min(self) -> int:
        given = self.meta.get("min_length", "")
        return max(1, int(given)) if given.isdecimal() else 1


def read(text: str) -> File:
    """The three sections of a file, or :class:`NotPabulib` with the line that is wrong."""
    sections = _sections(text.removeprefix("\ufeff"))
    meta = {
        row["key"]: row["value"] for _, row in _rows(sections["META"], "key", "value")
    }
    kind = meta.get("vote_type", "")
    if kind not in {"approval", "choose-1"}:
        raise NotPabulib(
            f"这个文件里的选票是“{kind or '没有写明'}”，只能导入 approval（选出认可的）。"
        )
    projects = [
        Project(
            row["project_id"].strip(),
            (row.get("name") or row["project_id"]).strip(),
            int(row["votes"]) if (row.get("votes") or "").isdecimal() else None,
        )
        for _, row in _rows(sections["PROJECTS"], "project_id")
    ]
    known = {project.id for project in projects}
    if len(known) < len(projects):
        raise NotPabulib("PROJECTS 里有两个项目的编号相同，没有读。")
    votes = []
    for line, row in _rows(sections["VOTES"], "voter_id", "vote"):
        items = tuple(item.strip() for item in row["vote"].split(",") if item.strip())
        unknown = [item for item in items if item not in known]
        if unknown:
            raise NotPabulib(
                f"第 {line} 行的选票选了没有的项目“{unknown[0][:20]}”，没有读。"
            )
        votes.append(Vote(row["voter_id"], items))
    return File(meta, projects, votes)


def write(
    *, meta: dict[str, str], projects: Iterable[Project], votes: Iterable[Vote]
) -> Iterator[str]:
    """The lines of a file."""
    yield "META\n"
    yield from _table(["key", "value"], meta.items())
    yield "PROJECTS\n"
    yield from _table(
        ["project_id", "cost", "votes", "name"],
        (
            (
                each.id,
                "0",
                "" if each.published is None else str(each.published),
                each.name,
            )
            for each in projects
        ),
    )
    yield "VOTES\n"
    yield from _table(
        ["voter_id", "vote"], ((vote.voter, ",".join(vote.items)) for vote in votes)
    )


def _sections(text: str) -> dict[str, list[tuple[int, str]]]:
    """The numbered lines below each heading."""
    sections: dict[str, list[tuple[int, str]]] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() in SECTIONS and line.strip() not in sections:
            lines = sections[line.strip()] = []
        elif line.strip():
            if not sections:
                raise NotPabulib
            lines.append((number, line))
    missing = [name for name in SECTIONS if name not in sections]
    if missing:
        raise NotPabulib(f"文件里没有 {'、'.join(missing)} 这一部分，没有读。")
    return sections


def _rows(
    lines: list[tuple[int, str]], *wanted: str
) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows with the numbers of their lines. A cell that is missing reads as empty."""
    if not lines:
        raise NotPabulib
    try:
        header, *rest = list(csv.reader((line for _, line in lines), delimiter=";"))
    except csv.Error as error:
        raise NotPabulib from error
    missing = [name for name in wanted if name not in header]
    if missing:
        raise NotPabulib(
            f"第 {lines[0][0]} 行没有 {'、'.join(missing)} 这一列，没有读。"
        )
    if len(rest) != len(lines) - 1:
        raise NotPabulib("有一行的引号没有成对，没有读。")
    for (number, _), cells in zip(lines[1:], rest, strict=True):
        cells += [""] * (len(header) - len(cells))
        yield number, dict(zip(header, cells, strict=False))


def _table(header: list[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    yield ";".join(header) + "\n"
    for row in rows:
        yield ";".join(_cell(value) for value in row) + "\n"


def _cell(value: str) -> str:
    if any(sign in value for sign in ';"\n\r'):
        return '"' + value.replace('"', '""') + '"'
    return value
