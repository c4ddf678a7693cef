"""What reports may read of polls: how many took part, once nobody can any more.

The archive keeps no ballot's day: of an archived poll there is one row, without one.
"""

VIEWS = {
    "ballots_by_day": """
SELECT contest.slug AS contest,
       (ballot.cast_at AT TIME ZONE 'Asia/Shanghai')::date AS day, count(*) AS ballots
FROM voting_ballot ballot
JOIN voting_poll poll ON poll.id = ballot.poll_id
JOIN showcase_contest contest ON contest.id = poll.contest_id
WHERE NOT contest.hidden AND contest.poll_closes_at <= now()
GROUP BY contest.slug, day
UNION ALL
SELECT contest.slug, NULL, archive.ballots
FROM voting_pollarchive archive
JOIN voting_poll poll ON poll.id = archive.poll_id
JOIN showcase_contest contest ON contest.id = poll.contest_id
WHERE NOT contest.hidden AND contest.poll_closes_at <= now()
""",
}
