"""What reports may read of results: what everybody may read, each revision of it."""

VIEWS = {
    "results": """
SELECT contest.slug AS contest, publication.revision, publication.published_at,
       release.released_at, finalisation.finalised_at, computation.engine,
       computation.inputs_hash, computation.outcome, computation.outcome_hash
FROM voting_publication publication
JOIN voting_computation computation ON computation.id = publication.computation_id
JOIN showcase_contest contest ON contest.id = publication.contest_id
JOIN voting_release release ON release.contest_id = contest.id
LEFT JOIN voting_finalisation finalisation
  ON finalisation.publication_id = publication.id
WHERE NOT contest.hidden AND release.released_at <= now()
""",
}
