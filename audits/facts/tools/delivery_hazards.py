"""What makes a workflow dangerous: fields that strangers write, and triggers with keys."""

import re

PRIVILEGED = frozenset({
    "pull_request_target", "workflow_run", "issues", "issue_comment", "discussion",
    "discussion_comment", "fork", "watch",
})  # fmt: skip
"""Events that strangers cause and that run with the repository's token and secrets."""

WITHOUT_KEYS = frozenset({"pull_request", "pull_request_review", "pull_request_review_comment"})
"""Events that strangers cause and that get, from a fork, a read-only token and no secrets."""

WRITTEN_BY_STRANGERS = re.compile(
    r"github\.(?:head_ref|event\.(?:"
    r"(?:issue|pull_request|discussion)\.(?:title|body)|(?:comment|review)\.body"
    r"|pull_request\.head\.(?:ref|label|repo\.default_branch)"
    r"|workflow_run\.(?:head_branch|head_commit\.message|display_title"
    r"|pull_requests\[\d+\]\.head\.ref)"
    r"|pages\[?[\d.*]*\]?\.?page_name))"
)
"""Contexts whose text anybody on the internet chooses (GitHub's guide to script injection)."""

HEAD_OF_A_STRANGER = re.compile(
    r"github\.event\.pull_request\.head\.(?:sha|ref)|github\.head_ref|refs/pull/"
    r"|github\.event\.workflow_run\.head_(?:sha|branch)"
)
"""What a checkout names when it fetches the code of the pull request itself."""

GUARDS = re.compile(
    r"author_association|\.labels|label\.name|head\.repo\.full_name|head\.repo\.fork"
    r"|head_repository|github\.actor|user\.login|has-permission|permission|trusted",
    re.IGNORECASE,
)
"""Words of a condition that lets only some in; whether it is right, a person must say."""

SCRIPT_ACTIONS = ("actions/github-script",)

CHOSEN_BY_STRANGERS_ON_AZURE = re.compile(
    r"\$\((?:Build\.SourceVersionMessage|System\.PullRequest\.SourceBranch)\)", re.IGNORECASE
)
"""Macros that Azure Pipelines writes into a script before a shell reads it."""

CHOSEN_BY_STRANGERS_ON_JENKINS = re.compile(
    r"(?<!\\)\$\{?(?:env\.|params\.)?(?:CHANGE_(?:TITLE|BRANCH|FORK|AUTHOR_DISPLAY_NAME)"
    r"|ghprb(?:PullTitle|SourceBranch|CommentBody|PullLongDescription)|gitlabMergeRequestTitle"
    r"|gitlabMergeRequestDescription|gitlabSourceBranch)\b\}?"
)
"""What Groovy writes into a string in double quotes before a shell reads it."""

CHOSEN_BY_STRANGERS_ON_GITLAB = re.compile(
    r"(?:\beval|\b(?:ba|z|da|k)?sh\s{1,8}-c|\bpython3?\s{1,8}-c|\bnode\s{1,8}-e|\bssh\b[^\"']{1,80})"
    r"\s{1,8}\"[^\"]{0,200}(?<!\\)(\$\{?(?:CI_COMMIT_(?:MESSAGE|TITLE|DESCRIPTION|BRANCH|REF_NAME)"
    r"|CI_MERGE_REQUEST_(?:TITLE|DESCRIPTION|SOURCE_BRANCH_NAME))\b\}?)"
)
"""Variables that a first shell writes into what a second one reads; alone, they are only text."""

RUNS_WHAT_LIES_THERE = re.compile(
    r"(?:^|[\s;&|(])(?:(?:\./|bash |sh |source )\S|python3? \S|pip3? install|uv (?:sync|run|pip)"
    r"|poetry (?:install|run)|pdm |pytest|tox\b|nox\b|make\b|cmake|npm (?:ci|i|install|run|test)"
    r"|npx |yarn\b|pnpm |bun |cargo (?:build|run|test)|go (?:build|run|test|generate)|mvn\b|gradle"
    r"|Rscript|R CMD|docker (?:build|compose)|bundle (?:install|exec)|dvc repro|cml )"
)
"""Commands that run code, or settings that name code, of the folder they stand in."""

PIPED_INTO_A_SHELL = re.compile(
    r"\b(?:curl|wget)\b[^|;&\n]{0,300}\bhttps?://[^|;&\n]{1,300}\|\s*(?:sudo\s+)?(?:-E\s+)?"
    r"(?:[A-Z_]{1,40}=\S{0,80}\s+)?(?:ba|z|da)?sh\b"
)
UNENCRYPTED = re.compile(r"\bhttp://(?!localhost|127\.)")
