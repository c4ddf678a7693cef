"""What reports may read of the trail: how often which act was done on a day."""

VIEWS = {
    "acts_by_day": """
SELECT action, (at AT TIME ZONE 'Asia/Shanghai')::date AS day, count(*) AS acts
FROM site_cms_trailentry
GROUP BY action, day
""",
}
