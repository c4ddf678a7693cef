"""Production as it is, but for the work that a browser would do before it votes."""

from site_cms.settings.production import *  # noqa: F403

WORK_DIFFICULTY = 0
