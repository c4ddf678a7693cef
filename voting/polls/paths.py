from functools import lru_cache

from django.urls import reverse


@lru_cache(maxsize=64)
def path_of_poll(slug: str) -> str:
    """Where the addresses of a contest's poll begin; the cookies of a voter belong there."""
    return reverse("voting:ballot", args=[slug])
