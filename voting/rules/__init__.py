"""How marks and votes become a ranking. Standard library only; README.md is the rule book."""
