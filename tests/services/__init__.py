"""Throw-away services for the tests, started on free ports and stopped afterwards."""
