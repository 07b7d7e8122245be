"""What the launcher tells a person, in one sentence, instead of a traceback."""


class LauncherError(Exception):
    """Bihuan cannot start; the message says why and what to do."""
