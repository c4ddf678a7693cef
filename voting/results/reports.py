"""What reports may read of results: what was published."""

VIEWS = {
    "results": """
SELECT contest.slug AS contest, publication.published_at, computation.engine,
       computation.inputs_hash, computation.outcome, computation.outcome_hash
FROM voting_publication publication
JOIN voting_computation computation ON computation.id = publication.computation_id
JOIN showcase_contest contest ON contest.id = publication.contest_id
WHERE NOT contest.hidden AND publication.published_at <= now()
""",
}
