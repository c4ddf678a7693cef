"""For the test suite: data in a directory of its own, on either database."""

import atexit
import shutil
import tempfile
from pathlib import Path

from site_cms.settings.base import *  # noqa: F403
from site_cms.settings.base import INSTALLED_APPS, STORAGES
from site_cms.settings.environment import env
from site_cms.settings.inprocess import CACHES, sqlite

DEBUG = False
SECRET_KEY = "only-for-tests-" + "x" * 40
ALLOWED_HOSTS = ["*"]

DATA_DIR = Path(tempfile.mkdtemp(prefix="hongqi-tests-"))
atexit.register(shutil.rmtree, DATA_DIR, ignore_errors=True)
MEDIA_ROOT = DATA_DIR / "media"
KEYS_DIR = DATA_DIR / "keys"
POSTERS_DIR = DATA_DIR / "posters"
HONOURS_DIR = DATA_DIR / "honours"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}

if env.str("DATABASE_URL", default=""):
    DATABASES = {"default": env.db_url("DATABASE_URL")}
    INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.postgres"]
else:
    # A file, not memory: threads of a live server share it as they do in the demo.
    DATABASES = {
        "default": sqlite(DATA_DIR / "unused.sqlite3", synchronous="OFF")
        | {"TEST": {"NAME": DATA_DIR / "test.sqlite3"}}
    }

if env.str("REDIS_LIMITS_URL", default=""):
    CACHES = CACHES | {
        "limits": {
            "BACKEND": "site_cms.gate.cache.OneRoundTripRedisCache",
            "LOCATION": env.str("REDIS_LIMITS_URL"),
            # Production gives up fast; on a busy machine a test must not take that for an outage.
            "OPTIONS": {"socket_connect_timeout": 20, "socket_timeout": 20},
        }
    }
# E003: the counters of this one process are exact in its memory. W001 lists only the
# backends its author had tried; ours counts with one atomic INCR.
SILENCED_SYSTEM_CHECKS = ["django_ratelimit.E003", "django_ratelimit.W001"]

# Most tests change rows by hand and look at once. Those of the cache switch it on.
PAGE_CACHE_BYTES = 0

# Most tests send forms without a browser that computes. Those of the work switch it on.
WORK_DIFFICULTY = 0

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WHITENOISE_AUTOREFRESH = True
