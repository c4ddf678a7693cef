"""One process with threads, SQLite beside it: the demo, a small county, development."""

import secrets

from site_cms.settings.base import *  # noqa: F403
from site_cms.settings.base import DATA_DIR, KEYS_DIR
from site_cms.settings.environment import env
from site_cms.settings.inprocess import CACHES, sqlite  # noqa: F401

DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["*"])


def _secret_key() -> str:
    """The key given, or one made at the first start and kept beside the poll keys."""
    given = env.str("SECRET_KEY", default="")
    if given:
        return given
    kept = KEYS_DIR / "secret-key"
    if not kept.exists():
        KEYS_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(50), encoding="ascii")
    return kept.read_text(encoding="ascii")


SECRET_KEY = _secret_key()

DATA_DIR.mkdir(parents=True, exist_ok=True)
DATABASES = {"default": sqlite(DATA_DIR / "hongqi.sqlite3") | {"CONN_MAX_AGE": None}}

# E003: one process holds all counters, so the in-process cache is exact here. W001 says of
# the same cache that its author had not tried it.
SILENCED_SYSTEM_CHECKS = ["django_ratelimit.E003", "django_ratelimit.W001"]

DEMO = env.bool("DEMO", default=False)

EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="WARNING")},
    # A refused request has its page; its line in the log would only bury the others.
    "loggers": {"django.request": {"level": "ERROR"}},
}
