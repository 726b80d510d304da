"""What a program hands over to run elsewhere: the files that the code of pipelines names.

A pipeline of a platform names its scripts (`entry_point="train.py"`, `command=["python", ...]`),
the files of its jobs and components, and a driver names what it starts beside itself.
"""

from collections.abc import Iterator

from audits.facts.automation import Places, Submissions
from audits.facts.code import Code, SourceFile
from audits.facts.commands import Commands
from audits.facts.names import below
from audits.facts.readings import answering, reading_of_texts
from audits.facts.shell import Command, commands_in
from audits.facts.tools.delivery_tests import OWN_BY_OTHER_MEANS
from audits.facts.tree import Role, Tree, role_of

PLATFORMS = (
    "azureml.pipeline", "azureml.core", "azure.ai.ml", "sagemaker", "kfp", "tfx",
    "google.cloud.aiplatform", "google_cloud_pipeline_components", "vertexai", "databricks.sdk",
    "ray.job_submission", "clearml", "determined", "skypilot", "sky", "modal", "metaflow",
)  # fmt: skip
"""Libraries by which a program submits jobs to a platform."""

_SCRIPTS = (".py", ".ipynb", ".r", ".jl", ".sh")
_JOBS = (".yml", ".yaml")
_LONGEST = 300


def submissions_of(tree: Tree, code: Code, commands: Commands) -> Submissions:
    """Looks up what the code of pipelines and drivers names."""
    places = Places(tree)
    found: dict[str, tuple[str, ...]] = {}
    for file in answering(code, _texts):
        texts = _texts(file)
        named = dict.fromkeys(p for t in texts for p in _meant(t, file.path, places, commands))
        named.pop(file.path, None)
        if named:
            found[file.path] = tuple(p for p in named if not role_of(p) & Role.TEST)
    return Submissions(found)


@reading_of_texts
def _texts(file: SourceFile) -> Iterator[str]:
    """The strings of a file that submits or starts something, which may name what that is."""
    modules = (i.module for i in file.imports if not i.target)
    submits = any(below(m, PLATFORMS) for m in modules)
    if not submits and file.names.isdisjoint(OWN_BY_OTHER_MEANS):
        return
    for text, _ in file.strings:
        ends = text.lower().endswith((*_SCRIPTS, *_JOBS))
        if ends or any(f"{s} " in text for s in _SCRIPTS[:2]):
            yield text


def _meant(text: str, path: str, places: Places, commands: Commands) -> Iterator[str]:
    """The files that a string names: a script, a command, or the file of a job."""
    near = path.rpartition("/")[0]
    if len(text) > _LONGEST or "\n" in text.strip() or "*" in text:
        return
    if " " in text:
        started = commands.reached(commands_in([(text, 1)], path=path, folder=near))
    elif text.lower().endswith(_JOBS):
        started = commands.reached([Command((text,), path, folder=near)])[1:]
    else:
        started = (Command(("python", text), path, folder=near),)
    yield from (t for c in started if (t := places.target(c, near)))
