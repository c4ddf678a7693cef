"""What a ballot is measured against: a form that stores nothing, the tutorial's way, a row a choice.

All of it is served by the site itself, behind the site's own middleware.
"""
