"""The difference of two texts as people read it. Standard library only."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Protocol

# A Chinese character, a word, a number, or one sign.
_TOKENS = re.compile(r"[0-9]+(?:[.,][0-9]+)*|[A-Za-z]+|\s+|.", re.DOTALL)
# Fewer unchanged tokens than this between two changes only make them hard to read.
_ISLAND = 2
# Comparing takes up to the product of both lengths.
_LARGEST = 4_000_000


@dataclass(frozen=True, slots=True)
class Piece:
    """``kind`` is same, removed or added."""

    kind: str
    text: str


class HasWords(Protocol):
    path: str
    label: str
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Change:
    """One part that reads differently now."""

    label: str
    kind: str
    before: str
    after: str
    path: str = ""
    pieces: tuple[Piece, ...] = field(default=())

    @classmethod
    def between(
        cls, label: str, before: str, after: str, *, kind: str = "text", path: str = ""
    ) -> "Change":
        return cls(label, kind, before, after, path, tuple(pieces(before, after)))


def pieces(before: str, after: str) -> list[Piece]:
    """What was taken out of a text and what was put in.

    >>> [(p.kind, p.text) for p in pieces("修路 17.8 公里", "修路 16 公里")]
    [('same', '修路 '), ('removed', '17.8'), ('added', '16'), ('same', ' 公里')]
    """
    old, new = _TOKENS.findall(before), _TOKENS.findall(after)
    if len(old) * len(new) > _LARGEST:
        return _without_empty([Piece("removed", before), Piece("added", after)])
    found: list[Piece] = []
    removed, added = "", ""
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, False).get_opcodes():
        is_edge = i1 == 0 or i2 == len(old)
        is_island = tag == "equal" and i2 - i1 < _ISLAND and not is_edge
        if tag != "equal" or is_island:
            removed += "".join(old[i1:i2])
            added += "".join(new[j1:j2])
            continue
        found += [Piece("removed", removed), Piece("added", added)]
        found.append(Piece("same", "".join(old[i1:i2])))
        removed, added = "", ""
    return _without_empty([*found, Piece("removed", removed), Piece("added", added)])


def changes(before: Iterable[HasWords], after: Iterable[HasWords]) -> list[Change]:
    """The parts that read differently, in the order of the new text; what went comes last.

    Parts are known by their path. A part that only moved elsewhere is no change.
    """
    old, new = {part.path: part for part in before}, {part.path: part for part in after}
    gone = [part for path, part in old.items() if path not in new and part.words]
    come = [part for path, part in new.items() if path not in old and part.words]
    moved = Counter(map(_content, gone)) & Counter(map(_content, come))
    gone, come = _left_over(gone, moved), _left_over(come, moved)
    come_paths = {part.path for part in come}
    found = []
    for path, part in new.items():
        if path in old and part.words != old[path].words:
            found.append(_change(part, old[path].words, part.words))
        elif path in come_paths:
            found.append(_change(part, "", part.words))
    return found + [_change(part, part.words, "") for part in gone]


def _content(part: HasWords) -> tuple[str, str]:
    return part.kind, part.words


def _left_over(parts: Sequence[HasWords], moved: Counter) -> list[HasWords]:
    left = Counter(moved)
    kept = []
    for part in parts:
        if left[_content(part)]:
            left[_content(part)] -= 1
        else:
            kept.append(part)
    return kept


def _change(part: HasWords, before: str, after: str) -> Change:
    return Change.between(part.label, before, after, kind=part.kind, path=part.path)


def _without_empty(found: list[Piece]) -> list[Piece]:
    return [piece for piece in found if piece.text]
