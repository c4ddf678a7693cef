"""Wagtail's own search, made to find Chinese: in lists, choosers, the admin, everywhere.

What is stored and what is asked for pass through :mod:`site_cms.pages.search_text`, so
nothing that searches needs to know. After an update of that module: `manage.py rebuild_index`.
"""

from collections.abc import Iterable
from copy import copy
from functools import cache
from typing import Any

from wagtail.search.backends.database import SearchBackend as stock_backend
from wagtail.search.backends.database.fallback import DatabaseSearchBackend
from wagtail.search.index import AutocompleteField, RelatedFields, SearchField
from wagtail.search.query import (
    MATCH_NONE,
    And,
    Not,
    Or,
    Phrase,
    PlainText,
    SearchQuery,
)

from site_cms.pages.search_text import asked, indexed


def SearchBackend(params: dict[str, Any]) -> Any:
    """What suits the database, as Wagtail chooses it."""
    stock = stock_backend(params)
    if isinstance(stock, DatabaseSearchBackend):  # no index: it looks into the tables
        return stock
    return _chinese(type(stock))(params)


@cache
def _chinese(backend: type) -> type:
    index = type("ChineseIndex", (_ChineseIndex, backend.index_class), {})
    return type("ChineseBackend", (_ChineseQueries, backend), {"index_class": index})


class _ChineseQueries:
    def _search(self, compiler: type, query: Any, *args, **kwargs) -> Any:
        operator = kwargs.get("operator") or "and"
        return super()._search(compiler, _spelled(query, operator), *args, **kwargs)


def _spelled(query: SearchQuery | str | None, operator: str) -> Any:
    """The query in the terms of the index; an empty one means what it means to Wagtail."""
    match query:
        case str() if query:
            return _plain(query, operator)
        case PlainText():
            return _plain(query.query_string, query.operator)
        case Phrase():
            return _plain(query.query_string, "and")
        case And() | Or():
            return type(query)([_spelled(each, operator) for each in query.subqueries])
        case Not():
            return Not(_spelled(query.subquery, operator))
    return query


def _plain(text: str, operator: str) -> SearchQuery:
    terms = asked(text)
    return PlainText(" ".join(terms), operator=operator) if terms else MATCH_NONE


class _ChineseIndex:
    def add_items(self, model: type, objects: Iterable[Any]) -> None:
        super().add_items(model, [_Spelled(each) for each in objects])


class _Spelled:
    """An object as the indexer meets it: with fields that give its text in terms."""

    def __init__(self, real: Any) -> None:
        self.real = real
        self.pk = real.pk

    def get_search_fields(self) -> list[Any]:
        return [_spelling(field) for field in self.real.get_search_fields()]


def _spelling(field: Any) -> Any:
    def value_of(holder: Any) -> Any:
        value = field.get_value(holder.real if isinstance(holder, _Spelled) else holder)
        return _terms(value) if isinstance(field, _TEXTS) else value

    spelling = copy(field)
    spelling.get_value = value_of
    if isinstance(field, RelatedFields):
        spelling.fields = [_spelling(each) for each in field.fields]
    return spelling


_TEXTS = (SearchField, AutocompleteField)


def _terms(value: Any) -> Any:
    if isinstance(value, str):
        return indexed(value)
    if isinstance(value, list):
        return [_terms(each) for each in value]
    return value
