"""What reports may read of contests: what the public pages say."""

VIEWS = {
    "contests": """
SELECT slug, name, county, approval_number, practice, finalists, flags,
       nomination_opens_at, nomination_closes_at, shortlisted_at, poll_opens_at,
       poll_closes_at, night_opens_at, provisional_at, finalised_at, archived_at
FROM showcase_contest
WHERE NOT hidden
""",
    "entries": """
SELECT contest.slug AS contest, entry.number, unit.code AS unit, unit.name AS unit_name,
       unit.category, entry.withdrawn_at, entry.withdrawal_kind,
       entry.withdrawal_notice
FROM showcase_entry entry
JOIN showcase_contest contest ON contest.id = entry.contest_id
JOIN showcase_unit unit ON unit.id = entry.unit_id
WHERE NOT contest.hidden
  AND entry.shortlisted_at IS NOT NULL AND contest.shortlisted_at <= now()
""",
}
