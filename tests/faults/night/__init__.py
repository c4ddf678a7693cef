"""A whole night of marks while everything around it breaks: ``python -m tests.faults.night``."""
