"""Names and words by which the files that look after a repository are told."""

LICENCE_NAMES = frozenset({"license", "licence", "copying", "unlicense", "licenses", "licences"})
LICENCE_SUFFIXES = frozenset({"md", "txt", "rst", "markdown", "mit", "apache", "bsd", "gpl"})

RENOVATE_PATHS = frozenset(
    f"{folder}{name}"
    for folder in ("", ".github/", ".gitlab/")
    for name in ("renovate.json", "renovate.json5", ".renovaterc", ".renovaterc.json",
                 ".renovaterc.json5")
)  # fmt: skip

WEAKNESS_WORDS = ("vulnerabilit", "security issue", "security bug", "security problem",
                  "security flaw", "security concern", "security report")  # fmt: skip
REPORT_WORDS = ("report", "disclos", "contact", "e-mail", "email", "@", "notify", "advisory",
                "advisories")  # fmt: skip

BOM_NAMES = ("sbom", "bom.json", "bom.xml", "aibom", "mlbom", "cyclonedx", ".cdx.", ".spdx")
BOM_FORMATS = ("bomFormat", "spdxVersion", "SPDXVersion", "cyclonedx.org/schema", "SPDXRef-",
               "spdx.org/rdf")  # fmt: skip
"""Keys that a list of components in a standard form carries."""

UPDATE_ACTIONS = ("renovatebot/github-action",)
"""Actions that open pull requests with newer dependencies."""
