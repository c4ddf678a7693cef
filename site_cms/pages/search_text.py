"""Chinese text for a search index that only knows words with spaces between them.

A run of Chinese characters is indexed as its characters and its neighbouring pairs, and
looked for as pairs: any one, two or more characters of a text are found, in SQLite and
in PostgreSQL alike, without a dictionary.
"""

import re
import unicodedata

_RUNS = re.compile(
    r"(?P<han>[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+)|(?P<word>[0-9a-z]+)"
)
_LONGEST_QUERY = 60


def _runs(text: str) -> list[tuple[str, bool]]:
    """The runs of a text that can be looked for, and whether each is Chinese."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return [(run.group(), run.lastgroup == "han") for run in _RUNS.finditer(plain)]


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]


def indexed(text: str) -> str:
    """What the index stores for ``text``.

    >>> indexed("修路 17.8 公里")
    '修 路 修路 17 8 公 里 公里'
    """
    terms: list[str] = []
    for run, is_chinese in _runs(text):
        terms += [*run, *_pairs(run)] if is_chinese else [run]
    return " ".join(terms)


def asked(query: str) -> list[str]:
    """The terms that must all be found for ``query``; none when nothing can be looked for.

    >>> asked("教育局 A4"), asked("路"), asked("？*' OR")
    (['教育', '育局', 'a4'], ['路'], ['or'])
    """
    terms: list[str] = []
    for run, is_chinese in _runs(query[:_LONGEST_QUERY]):
        terms += _pairs(run) if is_chinese and len(run) > 1 else [run]
    return terms
