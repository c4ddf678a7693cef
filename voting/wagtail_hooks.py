"""The package's hooks into Wagtail's admin, gathered from its subjects."""

from voting.polls import admin as polls

__all__ = ["polls"]
