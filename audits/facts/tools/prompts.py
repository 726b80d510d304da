"""Where prompts are kept: endings and folders of files, and registries with their calls."""

import re

ENDINGS = (".prompt", ".prompty")
FOLDERS = frozenset({"prompts", "prompt", "prompt_templates", "prompt-templates", "system_prompts"})
IN_FOLDERS = frozenset({
    ".txt", ".md", ".j2", ".jinja", ".jinja2", ".yaml", ".yml", ".json", ".toml", ".xml",
    ".mustache", ".hbs", ".tmpl",
})  # fmt: skip
NAMED = re.compile(
    r"(?:[\w.-]{0,60}[_.-])?prompts?(?:[_.-][\w.-]{0,60})?\.(?:txt|md|j2|jinja2?|ya?ml|json|toml)"
)
NOT_SERVED = re.compile(r"promptfoo|\A\.(?:github|cursor|claude|vscode)/|(?:\A|/)claude\.md\Z")
"""Settings of evaluation tools, and instructions for assistants that write the code."""

REGISTRIES = {
    "langchain.hub.pull": "langchain",
    "langchainhub.pull": "langchain",
    "mlflow.load_prompt": "mlflow",
    "mlflow.genai.load_prompt": "mlflow",
    "langfuse.Langfuse.get_prompt": "langfuse",
    "langsmith.Client.pull_prompt": "langsmith",
    "promptlayer.PromptLayer.templates.get": "promptlayer",
}
"""Calls that fetch a prompt by name."""

VERSION_KEYWORDS = ("version", "label", "prompt_version")
PINNED_NAME = re.compile(r"[\w./-]{1,120}(?::[0-9a-f]{6,64}|/\d{1,6}|@\w{1,40})")
"""A name that carries its version: `owner/name:hash`, `prompts:/name/3`, `name@alias`."""
