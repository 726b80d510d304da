"""What a service raises when the world, not the permission, is against it."""


class Refused(Exception):
    """It cannot be done as asked; the message is one sentence for the person who asked."""


class Conflict(Refused):
    """Someone else changed the same thing in the meantime."""
