"""The models of how it is decided, gathered for Django from its subjects."""

from voting.rulesheets.models import RuleSheet

__all__ = ["RuleSheet"]
