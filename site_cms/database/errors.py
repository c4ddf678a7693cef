class RolesUnusable(Exception):
    """Grants would protect nothing, or cannot be given. The message says what to do."""
