"""What is raised where an artifact cannot be measured."""


class ArtifactError(Exception):
    """An artifact that cannot be measured; the message is one sentence with the remedy."""
