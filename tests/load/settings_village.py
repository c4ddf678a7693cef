"""An embedded server with the baselines beside the site."""

from site_cms.settings.embedded import *
from site_cms.settings.embedded import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.load.baselines"]
ROOT_URLCONF = "tests.load.baselines.urls"
