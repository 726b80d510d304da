"""The build says what a release is made of, or proves where it comes from.

Why an investor asks: large customers and new laws ask for a list of components. When the next
library turns out to be poisoned, a list answers in minutes whether one is hit.

How we look: committed lists in CycloneDX or SPDX, read for their form; commands and actions of live
workflows that make such a list, a signature or an attestation; publishing without a stored key.

Yes: a list is committed or made by CI, or CI signs or attests what it releases. Partly: packages
are published by the platform's trust alone, or a program that makes such a list is not run by CI.
No: none.

What we cannot see: what a registry attests by itself.

Remedy (effort: low): add a step that makes a CycloneDX list of each release and attests it.

False alarms: a committed list of somebody else's product.
"""

from collections.abc import Iterator

from audits.engine.registry import check
from audits.engine.types import Effort, Evidence, Grade, Judgement, no, partly, yes
from audits.facts.automation import Automation
from audits.facts.code import Code, SourceFile
from audits.facts.commands import Commands
from audits.facts.readings import reading_of_texts
from audits.facts.shell import Command
from audits.facts.tools.governance_supply import (
    FORMAT_STRINGS,
    IMAGE_INPUTS,
    PACKAGE_ACTIONS,
    PACKAGE_SECRETS,
    PROVING_ACTIONS,
    PROVING_PROGRAMS,
    PROVING_VERBS,
)
from audits.facts.tree import NOT_PRODUCT, role_of
from audits.facts.upkeep import Upkeep
from audits.facts.workflows import Job, Step, Workflows

_NOT_USED = ("", "false", "0")


@check("governance/sbom-or-provenance", effort=Effort.LOW)
def sbom_or_provenance(
    upkeep: Upkeep,
    automation: Automation,
    workflows: Workflows,
    commands: Commands,
    code: Code,
) -> Judgement:
    """Judges what a release can prove of itself."""
    made = [e for r in automation.runs if proves(r.command) for e in (r.place, r.started_at)]
    steps = [(j, s) for w in workflows.live for j, s in w.steps()]
    made += [Evidence(s.path, s.line, f"runs {s.uses}") for _, s in steps if _attests(s)]
    made += [
        Evidence(j.path, j.line, f"calls {j.calls}")
        for w in workflows.live
        for j in w.jobs
        if _is_proving(j.calls) and not j.disabled
    ]
    writers = list(_writers(code))
    made += [e for e in writers if e.path in automation.targets]
    if upkeep.inventories or made:
        because = "a list of components, a signature or an attestation is made"
        grade = Grade.E3 if made else Grade.E1
        return yes(because, [*upkeep.inventories, *made], grade=grade)
    trusted = [Evidence(s.path, s.line, f"runs {s.uses}") for _, s in steps if _trusts(s)]
    if trusted:
        return partly("packages are published by the platform's trust alone", trusted)
    idle = [
        Evidence(c.path, c.line, f"runs {c.program}")
        for recipe in commands.recipes
        if not role_of(recipe.path) & NOT_PRODUCT
        for c in recipe.commands
        if proves(c)
    ]
    idle += [c for w in workflows.parked for c in _parked(w.steps(idle=True))]
    if writers or idle:
        return partly("a program makes a list of components, but CI does not run it",
                      [*writers, *idle])  # fmt: skip
    return no("no list of components, signature or attestation was found")


def proves(command: Command) -> bool:
    """Whether a command makes a list of components, a signature or an attestation."""
    if command.tool in PROVING_PROGRAMS or command.program in PROVING_PROGRAMS:
        return True
    words = PROVING_VERBS.get(command.tool) or PROVING_VERBS.get(command.program) or ()
    if command.program == "npm" and "publish" in command.words and "--provenance" in command.words:
        return True
    if command.program == "docker" and "build" in command.words:
        return any(w.startswith(("--sbom", "--provenance", "--attest")) and not w.endswith("false")
                   for w in command.words)  # fmt: skip
    return any(w == v or (v.endswith(":") and w.startswith(v)) for w in command.arguments
               for v in words)  # fmt: skip


def _is_proving(uses: str) -> bool:
    return uses.lower().startswith(PROVING_ACTIONS)


def _attests(step: Step) -> bool:
    if _is_proving(step.uses):
        return True
    name = step.uses.lower()
    if name.startswith(("docker/build-push-action", "docker/bake-action")):
        return any(step.input(i).lower() not in _NOT_USED for i in IMAGE_INPUTS)
    if name.startswith("aquasecurity/trivy-action"):
        return step.input("format").lower().startswith(("cyclonedx", "spdx"))
    return name.startswith(PACKAGE_ACTIONS) and step.input("attestations").lower() == "true"


def _trusts(step: Step) -> bool:
    """Whether a package is published without a stored key."""
    published = step.uses.lower().startswith(PACKAGE_ACTIONS)
    return published and not any(step.input(s) for s in PACKAGE_SECRETS)


def _writers(code: Code) -> Iterator[Evidence]:
    for file in code.product():
        if line := _names_format(file):
            yield Evidence(file.path, line, "writes a list of components")


@reading_of_texts
def _names_format(file: SourceFile) -> int:
    """The first line with the name of a format of such lists, or 0."""
    return next((n for text, n in file.strings if text in FORMAT_STRINGS), 0)


def _parked(steps: Iterator[tuple[Job, Step]]) -> Iterator[Evidence]:
    for _, step in steps:
        if _attests(step) or any(proves(c) for c in step.commands):
            yield Evidence(step.path, step.line, "not run by any CI system")
