"""Handing a spreadsheet to a browser, and keeping one between its preview and its confirmation."""

from dataclasses import asdict

from django.core import signing
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from site_cms.spreadsheets.tables import Row, RowError, Table
from site_cms.spreadsheets.writing import XLSX

_SALT = "spreadsheet between preview and confirmation"


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
    return (
        Table(
            headings=tuple(table["headings"]),
            rows=tuple(Row(**row) for row in table["rows"]),
            unknown=tuple(table["unknown"]),
            errors=tuple(RowError(**error) for error in table["errors"]),
        ),
        fingerprint,
    )
