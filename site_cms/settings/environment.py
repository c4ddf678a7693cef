"""Reading the environment: each setting has one name, and a missing one says so."""

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parents[2]

env = environ.Env()
env.escape_proxy = False


def required(name: str) -> str:
    """The value of ``name``, or a refusal to start that names it and what to do."""
    value = env.str(name, default="").strip()
    if not value:
        raise ImproperlyConfigured(
            f"The environment variable {name} is not set. "
            f"Copy .env.example, read what it says about {name}, and set it."
        )
    return value
