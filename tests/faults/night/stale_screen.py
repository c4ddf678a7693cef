"""A sabotaged build: each process computes the screens' snapshot once for each scene, and trusts it.

Served in place of ``site_cms.wsgi:application``.
"""

from functools import cache

from site_cms.wsgi import application
from voting.stage import views
from voting.stage.models import Show

_snapshot_of = views.snapshot_of
_by_number: dict[int, Show] = {}


@cache
def _computed_once(show_id: int, scene: str) -> bytes:
    return _snapshot_of(_by_number[show_id])


def _trusted(show: Show) -> bytes:
    _by_number[show.pk] = show
    return _computed_once(show.pk, show.scene)


views.snapshot_of = _trusted

__all__ = ["application"]
