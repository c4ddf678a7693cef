"""The pages of reviewing, in the admin."""
