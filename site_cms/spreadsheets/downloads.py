"""Handing a spreadsheet to a browser, and keeping one between its preview and its confirmation."""

from dataclasses import asdict
from typing import Any

from django.core import signing
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from site_cms.spreadsheets.books import Book
from site_cms.spreadsheets.tables import Row, RowError, Table
from site_cms.spreadsheets.writing import XLSX

_SALT = "spreadsheet between preview and confirmation"
_BOOK_SALT = "book of sheets between preview and confirmation"


def as_download(data: bytes, *, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=XLSX)
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    response.headers["Cache-Control"] = "no-store"
    return response


def sealed(table: Table, fingerprint: str) -> str:
    """The table as text for a hidden field: it cannot be altered, and nothing is stored."""
    return signing.dumps([asdict(table), fingerprint], salt=_SALT, compress=True)


def unsealed(text: str) -> tuple[Table, str]:
    """What :func:`sealed` was given. Raises ``BadSignature`` for anything else."""
    table, fingerprint = signing.loads(text, salt=_SALT)
    return _table(table), fingerprint


def sealed_book(book: Book, fingerprint: str) -> str:
    """The same for several tables."""
    return signing.dumps([asdict(book), fingerprint], salt=_BOOK_SALT, compress=True)


def unsealed_book(text: str) -> tuple[Book, str]:
    book, fingerprint = signing.loads(text, salt=_BOOK_SALT)
    tables = {title: _table(table) for title, table in book["tables"].items()}
    return Book(tables, tuple(book["left_out"])), fingerprint


def _table(written: dict[str, Any]) -> Table:
    return Table(
        headings=tuple(written["headings"]),
        rows=tuple(Row(**row) for row in written["rows"]),
        unknown=tuple(written["unknown"]),
        errors=tuple(RowError(**error) for error in written["errors"]),
    )
