"""Who commits without being a person, and names and addresses that many people share."""

import re

BOT = re.compile(
    r"\[bot\]|[-_]bot\b|^bot-|^(?:dependabot|renovate|greenkeeper|snyk|pre-commit-ci"
    r"|github[- ]actions?|gitlab[- ]ci|allcontributors|imgbot|mergify|semantic-release"
    r"|codecov|travis ?ci|jenkins|circleci|deepsource|whitesource|pyup|weblate)\b"
)
"""Searched in the name and in what stands before the @, in lower case. Bot is also a surname."""

SHARED_NAMES = frozenset({
    "", "root", "admin", "administrator", "user", "ubuntu", "developer", "dev", "unknown", "test",
    "git", "your name", "name", "no name", "none", "anonymous", "jovyan", "ec2-user", "vagrant",
})  # fmt: skip
SHARED_ADDRESSES = frozenset({
    "", "noreply@github.com", "you@example.com", "your@email.com", "root@localhost",
    "email@example.com", "user@example.com", "none", "test@test.com", "unknown",
})  # fmt: skip
SHARED_HOSTS = ("localhost", ".local", ".localdomain", ".internal", "(none)")
"""Ends of an address that a machine made up: the same on the machines of many."""

HIDDEN_ADDRESS = "users.noreply.github.com"
"""Where GitHub hides a person's address: `number+login@` or `login@`."""
