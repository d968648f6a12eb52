"""What a user did that cannot work, said in one line."""

__all__ = ["UserError"]


class UserError(ValueError):
    """Misuse: the message is one line naming what, what was expected and the nearest right answer.

    Whoever meets the user prints it and ends with exit code 2.
    """
