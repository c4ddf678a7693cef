import pytest

from voting.polls import pabulib
from voting.polls.pabulib import NotPabulib, Project, Vote

TEXT = """META
key;value
description;小区选树
vote_type;approval
max_length;2
PROJECTS
project_id;cost;votes;name
10;5;2;"银杏;两排"
20;5;1;国槐
VOTES
voter_id;vote;age
a;10,20;33
b;10,10;
c;;
"""


def test_the_three_sections_become_values():
    file = pabulib.read(TEXT)

    assert file.projects == [Project("10", "银杏;两排", 2), Project("20", "国槐", 1)]
    assert file.votes == [
        Vote("a", ("10", "20")),
        Vote("b", ("10", "10")),
        Vote("c", ()),
    ]
    assert (file.picks_min, file.picks_max) == (1, 2)


def test_a_ballot_that_names_an_item_again_says_how_often():
    assert Vote("x", ("1", "2", "1", "1", "2")).repeated == {"1": 2, "2": 1}
    assert Vote("x", ("1", "2")).repeated == {}


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_line_ends_and_a_byte_order_mark_make_no_difference(ends):
    assert pabulib.read("\ufeff" + TEXT.replace("\n", ends)) == pabulib.read(TEXT)


def test_without_a_limit_the_longest_ballot_is_the_limit():
    assert pabulib.read(TEXT.replace("max_length;2\n", "")).picks_max == 2


def test_what_is_written_reads_as_it_was():
    file = pabulib.read(TEXT)

    lines = pabulib.write(meta=file.meta, projects=file.projects, votes=file.votes)

    assert pabulib.read("".join(lines)) == file


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("", "没有 META、PROJECTS、VOTES", id="empty"),
        pytest.param("hello\n", "不是 Pabulib 格式", id="another text"),
        pytest.param(TEXT.split("VOTES")[0], "没有 VOTES", id="cut off"),
        pytest.param(TEXT.replace("approval", "ordinal"), "“ordinal”", id="ranked"),
        pytest.param(TEXT.replace("a;10,20", "a;10,77"), "第 12 行", id="unknown item"),
        pytest.param(TEXT.replace("20;5;1", "10;5;1"), "编号相同", id="one id twice"),
        pytest.param(
            TEXT.replace("voter_id;vote", "voter;v"), "第 11 行", id="columns"
        ),
        pytest.param(TEXT.replace('两排"', "两排"), "引号", id="open quotation mark"),
        pytest.param("META\nPROJECTS\nVOTES\n", "不是 Pabulib 格式", id="no tables"),
    ],
)
def test_what_cannot_be_read_is_named(text, sentence):
    with pytest.raises(NotPabulib) as refusal:
        pabulib.read(text)

    assert sentence in refusal.value.message
