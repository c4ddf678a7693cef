"""A county's server with the baselines beside the site."""

from site_cms.settings.production import *
from site_cms.settings.production import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.load.baselines"]
ROOT_URLCONF = "tests.load.baselines.urls"
