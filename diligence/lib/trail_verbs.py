"""Which verbs of the trail are of a kind that people look for, and which stay out of a deal's news.

A house test holds the list of permissions against the services that change one.
"""

PERMISSIONS = frozenset(
    {
        "account.make", "barrier.lift", "barrier.raise", "deal.edit", "deal.role",
        "deal.staff", "deal.unstaff", "evidence.share", "founder.invite", "founder.remove",
        "founder.uninvite", "people.add", "people.admit", "people.factors", "people.off",
        "people.on", "people.role", "people.second-factor", "role.change", "role.create",
        "role.remove", "room.assign",
        "room.enter", "room.invite", "room.remove", "room.terms", "room.uninvite",
        "room.watermark", "score.assign", "score.conflict", "score.unassign", "token.create",
        "token.revoke", "webhook.add", "webhook.remove",
    }
)  # fmt: skip
"""What changes who may see or do something."""

READING = frozenset(
    {
        "answer.export", "evidence.download", "evidence.open",
        "evidence.read", "report.download", "retention.certificate", "room.export",
        "room.export-download", "rubric.export", "template.export", "trail.anchor", "trail.export",
    }
)  # fmt: skip
"""What was looked at or taken out."""

SIGN_INS = "account."
"""What the verbs of coming in and leaving begin with."""

QUIET = frozenset(
    {
        "account.make", "answer.export", "answer.write", "evidence.read", "score.write",
        "upload.begin",
        "upload.cancel",
    }
)  # fmt: skip
"""What would drown the news of a deal: in the trail, but not in its activity and the inbox."""
