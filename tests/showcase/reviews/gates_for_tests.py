from showcase.contests.gates import GateReport


def freeze_the_shortlist(contest, *, now) -> GateReport:
    """Met at any time, with whoever is on the shortlist then."""
    numbers = contest.entries.shortlisted().order_by("number")
    return GateReport(
        frozen={"entries": list(numbers.values_list("number", flat=True))}
    )
