"""Real contests run again through :mod:`voting.rules`, to show that the rules are right."""
