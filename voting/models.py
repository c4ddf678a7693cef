"""The models of how it is decided, gathered for Django from its subjects."""

from voting.polls.models import Ballot, Poll
from voting.rulesheets.models import RuleSheet

__all__ = ["Ballot", "Poll", "RuleSheet"]
