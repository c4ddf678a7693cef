"""Acknowledged ballots while everything around them breaks: ``python -m tests.faults``."""
