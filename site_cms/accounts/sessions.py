"""Sessions in the database. Named in SESSION_ENGINE."""

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    """A key such as we never give out is none: PostgreSQL fails at a NUL, which a cookie may hold."""

    def __init__(self, session_key: str | None = None) -> None:
        is_possible = session_key and session_key.isascii() and session_key.isalnum()
        super().__init__(session_key if is_possible else None)
