"""What CI systems are told to do: workflows, what starts them, their jobs and their steps.

A workflow is live if it stands where its system reads it. Steps of local reusable workflows,
composite actions and templates are part of the job that calls them, under the path they stand in.
"""

from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct

from audits.engine.types import Evidence
from audits.facts.lasting import lasting
from audits.facts.shell import Command, commands_in, unwrapped


class System(StrEnum):
    """A CI system, by the name people know it by."""

    GITHUB = "GitHub Actions"
    GITLAB = "GitLab CI"
    JENKINS = "Jenkins"
    AZURE = "Azure Pipelines"
    CIRCLECI = "CircleCI"
    BITBUCKET = "Bitbucket Pipelines"
    BUILDKITE = "Buildkite"
    TASKCLUSTER = "Taskcluster"
    TRAVIS = "Travis CI"
    CLOUD_BUILD = "Google Cloud Build"
    CODEBUILD = "AWS CodeBuild"
    DRONE = "Drone"
    APPVEYOR = "AppVeyor"
    GITEA = "Gitea Actions"
    FORGEJO = "Forgejo Actions"
    WOODPECKER = "Woodpecker"
    SEMAPHORE = "Semaphore"
    CIRRUS = "Cirrus CI"
    SOURCEHUT = "SourceHut builds"
    CODEFRESH = "Codefresh"
    WERCKER = "Wercker"
    SCREWDRIVER = "Screwdriver"
    TEKTON = "Tekton"
    CONCOURSE = "Concourse"
    PIPELINELIB = "Jenkins PipelineLib"


class Step(Struct, frozen=True, dict=True):
    """One step: script lines with their numbers, or `uses` (an action, orb, task or plugin)."""

    path: str
    line: int
    name: str = ""
    script: tuple[tuple[str, int], ...] = ()
    argv: tuple[str, ...] = ()
    uses: str = ""
    inputs: tuple[tuple[str, str], ...] = ()
    forgiven: bool = False
    disabled: bool = False
    folder: str = ""
    stops: bool = True
    filled: bool = False
    """Whether its system puts values into the script before a shell reads it."""

    def input(self, name: str) -> str:
        """The text given for an input of the action, or an empty string."""
        return dict(self.inputs).get(name, "")

    @lasting
    def commands(self) -> tuple[Command, ...]:
        """What its script runs."""
        if self.argv:
            return tuple(
                Command(c.words, self.path, self.line, folder=self.folder)
                for c in unwrapped(self.argv)
            )
        return commands_in(self.script, path=self.path, folder=self.folder, stops=self.stops)

    @property
    def place(self) -> Evidence:
        """Where it stands."""
        return Evidence(self.path, self.line)


class Job(Struct, frozen=True):
    """A job with its steps; `calls` is the reusable workflow it consists of, local or remote.

    `inputs` are what it hands to that workflow, `hands_on` whether it leaves artefacts for others.
    """

    name: str
    path: str
    line: int
    steps: tuple[Step, ...] = ()
    needs: tuple[str, ...] = ()
    calls: str = ""
    forgiven: bool = False
    disabled: bool = False
    environment: str = ""
    hands_on: bool = False
    inputs: tuple[tuple[str, str, int], ...] = ()


class Trigger(Struct, frozen=True):
    """What starts a workflow: `push`, `pull_request`, `schedule` (`value` is the cron), …"""

    event: str
    line: int
    value: str = ""


class Workflow(Struct, frozen=True):
    """One configuration file of a CI system. `settings`: its variables: name, value, line."""

    path: str
    system: System
    live: bool
    name: str = ""
    line: int = 1
    triggers: tuple[Trigger, ...] = ()
    jobs: tuple[Job, ...] = ()
    settings: tuple[tuple[str, str, int], ...] = ()
    disabled: bool = False
    commits_pinned: bool = False

    def steps(self, *, idle: bool = False) -> Iterator[tuple[Job, Step]]:
        """Steps in order with their jobs; disabled ones only if asked for."""
        for job in self.jobs:
            for step in job.steps:
                if idle or not (job.disabled or step.disabled):
                    yield job, step

    @property
    def events(self) -> frozenset[str]:
        """The names of its triggers."""
        return frozenset(t.event for t in self.triggers)


class Workflows(Struct, frozen=True):
    """All workflows, sorted by path, the parked ones too."""

    items: tuple[Workflow, ...] = ()

    @property
    def live(self) -> tuple[Workflow, ...]:
        """Those that their system reads and somebody has not switched off."""
        return tuple(w for w in self.items if w.live and not w.disabled and w.jobs)

    @property
    def parked(self) -> tuple[Workflow, ...]:
        """Those no system reads, or that are switched off."""
        return tuple(w for w in self.items if w.jobs and not (w.live and not w.disabled))
