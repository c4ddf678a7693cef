"""The package's hooks into Wagtail's admin, gathered from its subjects."""

from voting.editions import admin as editions
from voting.integrity import admin as integrity
from voting.integrity import entry_notice_admin as entry_notices
from voting.judging import setup_admin as nights
from voting.office import admin as office
from voting.polls import admin as polls

__all__ = ["editions", "entry_notices", "integrity", "nights", "office", "polls"]
