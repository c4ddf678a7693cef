import pytest

from site_cms.pages.search_text import asked, indexed

TEXT = "晾晒实事干货：县教育局修路 17.8 公里，ＷｅＣｈａｔ可看"


@pytest.mark.parametrize(
    "query",
    ["干货", "教育", "教育局", "晒实事", "路", "17", "wechat", "WeChat", "教育 公里"],
)
def test_every_term_of_a_query_stands_in_the_index_of_the_text(query):
    assert set(asked(query)) <= set(indexed(TEXT).split())


@pytest.mark.parametrize("query", ["卫生", "育修", "公理", "18"])
def test_what_the_text_does_not_say_is_not_in_its_index(query):
    assert not set(asked(query)) <= set(indexed(TEXT).split())


@pytest.mark.parametrize("query", ["", "   ", "？！…", "'\"*()", "\x00"])
def test_rubbish_asks_for_nothing(query):
    assert asked(query) == []


def test_a_query_of_any_length_asks_for_few_terms():
    assert len(asked("教育" * 10_000)) < 60
