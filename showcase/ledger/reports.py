"""What reports may read of the ledger: how many, not who."""

VIEWS = {
    "deeds_by_unit": """
SELECT unit.code AS unit, deed.state, count(*) AS deeds,
       count(*) FILTER (WHERE deed.state <> 'closed' AND deed.due_on < current_date) AS overdue
FROM showcase_deed deed
JOIN showcase_unit unit ON unit.id = deed.unit_id
WHERE deed.state <> 'proposed'
GROUP BY unit.code, deed.state
""",
}
