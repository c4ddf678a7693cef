from django.db.models import Sum

from voting.polls.models import Poll


def number_of_codes(poll: Poll) -> int:
    """How many codes were printed for a poll. How many have voted is nobody's to know."""
    return poll.code_batches.aggregate(made=Sum("count"))["made"] or 0
