"""A county's server: PostgreSQL, Redis, Granian behind nginx, HTTPS only."""

from django.core.exceptions import ImproperlyConfigured

from site_cms.gate.cache import FAIL_FAST
from site_cms.settings.base import *  # noqa: F403
from site_cms.settings.base import INSTALLED_APPS, PUBLIC_ORIGIN, WORK_DIFFICULTY
from site_cms.settings.environment import env, required

DEBUG = False
if env.bool("DEMO", default=False):
    raise ImproperlyConfigured(
        "DEMO must not be set in production: it prints the second factor of operators."
    )
SECRET_KEY = required("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = [host.strip() for host in required("ALLOWED_HOSTS").split(",")]

required("PUBLIC_ORIGIN")
if not PUBLIC_ORIGIN.startswith("https://"):
    raise ImproperlyConfigured(
        "PUBLIC_ORIGIN must begin with https:// in production: receipts and QR codes "
        "carry it, and cookies are sent over HTTPS only."
    )
CSRF_TRUSTED_ORIGINS = [PUBLIC_ORIGIN]
required("KEYS_DIR")
# Without it every voter would have the address of nginx, and share one limit.
required("TRUSTED_PROXIES")

if WORK_DIFFICULTY < 1:
    raise ImproperlyConfigured(
        "WORK_DIFFICULTY must be at least 1 in production: without work a script casts "
        "as many ballots as it can send."
    )

# Wagtail's search index on PostgreSQL uses its fields and indexes.
INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.postgres"]

required("DATABASE_URL")
DATABASES = {"default": env.db_url("DATABASE_URL")}
if DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
    raise ImproperlyConfigured(
        "DATABASE_URL must name a PostgreSQL database in production, "
        "for example postgres://web:password@127.0.0.1:5432/hongqi."
    )
DATABASES["default"]["CONN_MAX_AGE"] = None
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

CACHES = {
    # Sessions' neighbours, allauth and Wagtail use `default`: operators must get in
    # while Redis is down.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "site_cms_cache",
    },
    # Pages load the renditions they show with one query. Wagtail would otherwise write
    # each into `default`, which is a table.
    "renditions": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
    "pages": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": required("REDIS_PAGES_URL"),
        "OPTIONS": FAIL_FAST,
    },
    "limits": {
        "BACKEND": "site_cms.gate.cache.OneRoundTripRedisCache",
        "LOCATION": required("REDIS_LIMITS_URL"),
    },
}
# W001 lists only the backends its author had tried; ours counts with one atomic INCR.
SILENCED_SYSTEM_CHECKS = ["django_ratelimit.W001"]

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
# A load balancer on the same network asks without HTTPS.
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="noreply@localhost")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "site_cms.logs.JsonLine"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {"django.server": {"handlers": ["stderr"], "propagate": False}},
}
