"""Database and caches that need no other process: embedded and test profiles."""

from pathlib import Path


def sqlite(path: Path, *, synchronous: str = "FULL") -> dict:
    """SQLite in WAL whose transactions take the write lock when they begin.

    One that asked for it in the middle would be refused when another had written
    meanwhile, and a lawful vote with it.
    """
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                f"PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; "
                "PRAGMA foreign_keys=ON; PRAGMA cache_size=-32000;"
            ),
        },
    }


_LOCAL = "django.core.cache.backends.locmem.LocMemCache"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "site_cms_cache",
    },
    # Pages load the renditions they show with one query. Wagtail would otherwise write
    # each into `default`, which is a table.
    "renditions": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
    # One process: the tier inside it (site_cms.pages.cache) is all there is.
    "pages": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
    "limits": {
        "BACKEND": _LOCAL,
        "LOCATION": "limits",
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    },
}
