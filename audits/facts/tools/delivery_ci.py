"""Verbs that test, build, lint, train or deploy, and actions that do so or only keep house."""

TEST_PROGRAMS = frozenset({
    "pytest", "py.test", "nosetests", "nose2", "unittest", "trial", "behave", "tox", "nox", "jest",
    "vitest", "mocha", "ava", "karma", "cypress", "rspec", "phpunit", "ctest", "gotestsum", "bats",
    "tap", "jasmine", "elm-test", "robot", "stestr", "testflo", "ward", "green", "pytest-3",
    "busted", "ginkgo", "pester", "web-test-runner", "testcafe", "pest", "lein-test", "minitest",
})  # fmt: skip
"""Programs and Python modules that do nothing but run tests."""

TEST_VERBS = {
    "go": ("test",), "cargo": ("test", "nextest", "tarpaulin", "llvm-cov"), "dotnet": ("test",),
    "swift": ("test",), "mix": ("test",), "sbt": ("test",), "lein": ("test",), "bazel": ("test",),
    "mvn": ("test", "verify", "install", "package"), "mvnw": ("test", "verify", "install"),
    "gradle": ("test", "check", "build"), "gradlew": ("test", "check", "build"),
    "deno": ("test",), "bun": ("test",), "flutter": ("test",), "dart": ("test",),
    "playwright": ("test",), "ng": ("test", "e2e"), "rake": ("test", "spec"), "hatch": ("test",),
    "rails": ("test",), "composer": ("test",), "xcodebuild": ("test",), "stack": ("test",),
    "cabal": ("test",), "dune": ("runtest",), "zig": ("test",), "meson": ("test",),
    "R": ("check",), "manage.py": ("test",), "setup.py": ("test",), "nx": ("test",),
    "turbo": ("test",), "react-scripts": ("test",), "vue-cli-service": ("test:unit",),
    "dbt": ("test",), "nf-test": ("test",), "wp-scripts": ("test-unit-js",),
}  # fmt: skip
"""Programs that test with one of their verbs."""

SCRIPT_RUNNERS = frozenset({"node", "tsx", "ts-node", "bun", "deno", "babel-node", "jiti"})
"""Interpreters of JavaScript and TypeScript, whose programs often test without a framework."""

TEST_FOLDERS = frozenset({"test", "tests", "__tests__", "spec", "specs"})
"""Folders whose programs are there to test."""

TEST_TEXTS = (
    "testthat::", "devtools::test", "devtools::check", "Pkg.test", "rcmdcheck::", "tinytest::",
    "covr::", "doctest",
)  # fmt: skip
"""Fragments of an inline program that runs tests (R, Julia)."""

TEST_ACTIONS = (
    "julia-actions/julia-runtest", "r-lib/actions/check-r-package", "cypress-io/github-action",
    "vstest@", "pavelzw/pytest-action", "fylein/python-pytest-github-action", "microsoft/vstest",
    "coactions/", "mattermost/actions/test",
)  # fmt: skip
"""Actions and tasks that run tests by themselves."""

SMOKE_FLAGS = frozenset({"--collect-only", "--co", "--listTests", "--fixtures"})
"""Flags with which a test runner runs no test."""

WORKING_PROGRAMS = frozenset({
    "make", "cmake", "docker", "docker-compose", "podman", "buildah", "kaniko", "buildctl", "npm",
    "yarn", "pnpm", "bun", "go", "cargo", "mvn", "mvnw", "gradle", "gradlew", "dotnet", "msbuild",
    "pip", "poetry", "uv", "pipenv", "conda", "mamba", "pdm", "hatch", "build", "twine", "flit",
    "ruff", "flake8", "pylint", "black", "isort", "mypy", "pyright", "bandit", "pre-commit",
    "eslint", "prettier", "tsc", "golangci-lint", "shellcheck", "hadolint", "sqlfluff", "semgrep",
    "terraform", "tofu", "kubectl", "helm", "helmfile", "kustomize", "pulumi", "ansible-playbook",
    "aws", "az", "azd", "gcloud", "gsutil", "sam", "cdk", "serverless", "sls", "heroku", "flyctl",
    "fly", "vercel", "netlify", "eb", "doctl", "databricks", "dvc", "cml", "mlflow", "python",
    "Rscript", "julia", "kedro", "zenml", "prefect", "airflow", "anyscale", "ray", "modal",
    "bentoml", "cog", "dbt", "kfp", "argo", "sagemaker", "promptfoo", "deepeval", "mkdocs",
    "mise", "just", "task", "poe", "invoke", "inv", "nox", "tox", "uvx", "sphinx-build",
    "jupyter-book", "taskboot", "ng", "npx", "turbo", "nx", "bazel", "gulp",
})  # fmt: skip
"""Programs whose run builds, tests, lints, trains or deploys."""

WORKING_ACTIONS = (
    "docker/build-push-action", "docker/bake-action", "codeql", "super-linter", "pre-commit/action",
    "pypa/gh-action", "goreleaser", "golangci-lint", "actions/deploy-pages", "deploy", "build",
    "test", "lint", "publish", "release", "scan", "train", "kubernetes", "helm", "terraform",
    "peaceiris/actions-gh-pages", "psf/black", "chartboost/ruff-action", "astral-sh/ruff-action",
    "security", "ps-rule", "dockerfile", "sonar", "trivy", "check", "typos", "flake8", "mypy",
    "submit", "promptfoo", "aml-", "azureml", "huggingface/", "hf-sync", "sync", "audit", "heroku",
    "ssh", "argocd", "serverless", "cloud-run", "semgrep", "gitleaks", "amazon-ecs", "sam-", "push",
)  # fmt: skip
"""Fragments of the names of actions, tasks and orbs that do such work."""

HOUSEKEEPING_ACTIONS = (
    "actions/stale", "actions/labeler", "actions/first-interaction", "lock-threads", "pr-labeler",
    "link-check", "lychee", "markdown-link-check", "release-drafter", "all-contributors",
    "translate", "issue", "greetings", "auto-assign", "semantic-pull-request", "dependabot",
    "add-to-project", "label", "contributors-readme", "dockerhub-description", "commitlint",
    "cla-assistant", "contributor", "comment-pull-request", "create-pull-request",
    "tweet", "slack", "discord", "awesome-lint", "github-script", "upload-artifact", "setup-",
    "download-artifact", "actions/checkout", "actions/cache", "login", "configure-aws-credentials",
)  # fmt: skip
"""Actions that neither build, test, lint, train nor deploy."""

GATING_CALLS = (
    "sagemaker.workflow.condition_step.ConditionStep", "kfp.dsl.Condition", "kfp.dsl.If",
    "kfp.v2.dsl.Condition", "sagemaker.mlops.workflow.condition_step.ConditionStep",
    "tensorflow_model_analysis.MetricThreshold",
    "mlflow.validate_evaluation_results", "mlflow.models.validate_evaluation_results",
)  # fmt: skip
"""Calls by which a pipeline goes on only if a metric is good enough."""

GATING_VERBS = {
    "promptfoo": ("eval",), "deepeval": ("test",), "giskard": ("test",),
}  # fmt: skip
"""Programs that evaluate and fail on what is not good enough."""

GATING_ACTIONS = ("promptfoo/promptfoo-action",)
"""Actions that do so."""
