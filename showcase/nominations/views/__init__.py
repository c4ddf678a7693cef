"""The pages of self-nomination: the unit's, the office's, and those made for paper."""
