"""What a browser does with a challenge, done here."""

import json

import altcha


def solved(challenge: str) -> str:
    """The payload that a page's script would send for the challenge of its form."""
    given = altcha.Challenge.from_dict(json.loads(challenge))
    return altcha.Payload(given, altcha.solve_challenge(given)).to_base64()
