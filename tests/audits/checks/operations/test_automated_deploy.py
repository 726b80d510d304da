"""Whether a pipeline puts new versions into service."""

import pytest

from tests.audits.examining import places, verdict

PRACTICE = "automated-deploy"
PATH = ".github/workflows/cd.yml"


def workflow(*lines: str, job: str = "a") -> dict[str, str]:
    run = "\n".join(f"          {line}" for line in lines)
    return {PATH: f"on: push\njobs:\n  {job}:\n    runs-on: x\n    steps:\n      - run: |\n{run}\n"}


def action(uses: str, *inputs: str) -> dict[str, str]:
    given = "".join(f"          {i}\n" for i in inputs)
    text = f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: {uses}\n"
    return {PATH: text + (f"        with:\n{given}" if inputs else "")}


DEPLOYS = """\
from google.cloud import aiplatform

def put_out():
    aiplatform.Model.upload(display_name="m").deploy(machine_type="n1")
"""


@pytest.mark.parametrize(
    "files",
    [
        {"deploy.sh": "kubectl apply -f k8s\n", "Makefile": "deploy:\n\t./deploy.sh\n"},
        {"README.md": "Run `gcloud run deploy`.\n"},
        workflow("echo kubectl apply"),
        workflow("# helm upgrade app chart"),
        workflow("kubectl apply --dry-run=client -f k8s"),
        workflow("docker build -t app ."),
        workflow("vercel deploy --prod", job="docs"),
        action("actions/deploy-pages@v4"),
        action("docker/build-push-action@v5", "push: false"),
        action("softprops/action-gh-release@v2", "generate_release_notes: true"),
        workflow("gh release create v1 --generate-notes"),
        workflow("mkdocs gh-deploy"),
        workflow("mike deploy 1.0"),
        {"build/lib/o.py": "import boto3\nboto3.deploy()\n", **workflow("python build/lib/o.py")},
        workflow("ssh me@host 'ls -la'"),
        workflow("git push origin main"),
        workflow("curl https://api.render.com/v1/services"),
        workflow("echo tool deploy app"),
        workflow("tool deploy --dry-run app"),
        {"deploy.py": DEPLOYS, **workflow("pytest tests")},
        {"deploy.py": DEPLOYS, "run.py": "import deploy\nprint(1)\n", **workflow("python run.py")},
    ],
)
def test_scripts_by_hand_words_rehearsals_and_sites_are_a_no(files: dict[str, str]) -> None:
    assert verdict(PRACTICE, files) == "no"


@pytest.mark.parametrize(
    "files",
    [
        workflow("twine upload dist/*"),
        workflow("docker push me/app"),
        action("docker/build-push-action@v5", "push: true"),
        action("pypa/gh-action-pypi-publish@v1"),
        action("softprops/action-gh-release@v2", "files: dist/*"),
        workflow("gh release create v1 dist/app.whl"),
        {"Procfile": "web: gunicorn app:app\n"},
        {"README.md": "---\ntitle: App\nsdk: gradio\n---\n# App\n"},
        {"ci/cd.yml": workflow("kubectl apply -f k8s")[PATH]},
    ],
)
def test_publishing_hosting_files_and_parked_workflows_are_partly(files: dict[str, str]) -> None:
    assert verdict(PRACTICE, files) == "partly"


@pytest.mark.parametrize(
    "line",
    [
        "kubectl set image deployment/app app=$IMAGE",
        "helm upgrade --install app chart",
        "gcloud run deploy app --image $IMAGE",
        "aws ecs update-service --service app --force-new-deployment",
        "az ml online-deployment create -f deployment.yml",
        "azd deploy --no-prompt",
        "flyctl deploy --remote-only",
    ],
)
def test_a_command_that_deploys_is_a_yes(line: str) -> None:
    assert places(PRACTICE, workflow(line)) == [(PATH, 7)]


def test_it_is_followed_into_scripts() -> None:
    files = workflow("make ship") | {"Makefile": "ship:\n\thelm upgrade app chart\n"}
    assert ("Makefile", 2) in places(PRACTICE, files)


def test_an_action_that_deploys_is_a_yes() -> None:
    assert verdict(PRACTICE, action("azure/webapps-deploy@v3")) == "yes"


PUSHES = "on: push\njobs:\n  go:\n    runs-on: x\n    steps:\n      - run: python {}\n"
PLACES = "from sagemaker.pytorch import PyTorchModel\nPyTorchModel(name='m').deploy(1)\n"


def test_a_deploying_program_that_ci_does_not_start_is_a_no() -> None:
    files = {".github/workflows/ci.yml": PUSHES.format("other.py"), "deploy_model.py": PLACES}
    assert verdict(PRACTICE, files | {"other.py": "print(1)\n"}) == "no"


def test_a_program_that_ci_starts_and_that_deploys_is_a_yes() -> None:
    files = {
        ".github/workflows/ci.yml": PUSHES.format("deploy_model.py"),
        "deploy_model.py": PLACES,
    }
    assert verdict(PRACTICE, files) == "yes"


CLI = """\
import subprocess

def deploy(name):
    subprocess.run(["gcloud", "run", "{verb}", name], check=True)
"""


@pytest.mark.parametrize(
    ("line", "verb", "expected"),
    [
        ("python -m ops.cli status api", "deploy", "no"),
        ("python -m ops.cli deploy api", "describe", "no"),
        ("python -m ops.cli deploy api", "deploy", "yes"),
    ],
)
def test_a_program_of_its_own_deploys_where_its_command_says_so_and_it_starts_one(
    line: str, verb: str, expected: str
) -> None:
    files = {"ops/__init__.py": "", "ops/cli.py": CLI.format(verb=verb)}
    assert verdict(PRACTICE, workflow(line) | files) == expected


@pytest.mark.parametrize(
    ("line", "expected"), [("yarn cdk synth", "no"), ("yarn cdk deploy", "yes")]
)
def test_a_specification_of_codebuild_in_a_folder_of_its_own_is_followed(
    line: str, expected: str
) -> None:
    spec = "version: 0.2\nphases:\n  build:\n    commands:\n      - bash scripts/put.sh\n"
    files = {"buildspecs/release.yml": spec, "scripts/put.sh": f"cd stack\n{line}\n"}
    assert verdict(PRACTICE, files) == expected


def called(name: str, given: str) -> dict[str, str]:
    return {
        PATH: f"on: push\njobs:\n  a:\n    uses: other/infra/.github/workflows/{name}@main\n"
        f"    with: {{{given}}}\n"
    }


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (called("build.yml", "environment: staging"), "no"),
        (called("deploy.yml", "version: 3"), "partly"),
        (called("deploy.yml", "environment: staging"), "yes"),
    ],
)
def test_another_repositorys_workflow_deploys_where_it_is_told_into_which_place(
    files: dict[str, str], expected: str
) -> None:
    assert verdict(PRACTICE, files) == expected


@pytest.mark.parametrize(
    ("job", "expected"), [("notify", "no"), ("docs-deploy", "no"), ("deploy", "yes")]
)
def test_telling_another_repository_deploys_where_the_job_is_there_for_it(
    job: str, expected: str
) -> None:
    files = action("peter-evans/repository-dispatch@v3", "repository: me/infra")
    assert verdict(PRACTICE, {PATH: files[PATH].replace("  a:", f"  {job}:")}) == expected


def test_a_pipeline_that_ci_submits_and_that_deploys_is_a_yes() -> None:
    submits = "from deploy import put_out\n\nput_out()\n"
    files = {"deploy.py": DEPLOYS, "run.py": submits, **workflow("python run.py")}
    assert verdict(PRACTICE, files) == "yes"


@pytest.mark.parametrize(
    "files",
    [
        workflow("uv run tool deploy . --name app"),
        workflow("supabase functions deploy chat"),
        workflow("ssh me@host 'cd app && docker compose up -d'"),
        workflow("ssh me@host << EOF", "  git pull", "EOF"),
        workflow("git push https://heroku:$KEY@git.heroku.com/app.git HEAD:main"),
        workflow("git push https://me:$HF@huggingface.co/spaces/me/app main"),
        workflow('curl -X POST "$RENDER_DEPLOY_HOOK_URL"'),
        workflow("hf upload me/app . --repo-type=space"),
        {"build/out.py": f"{DEPLOYS}put_out()\n", **workflow("python build/out.py")},
    ],
)
def test_other_ways_to_deploy_are_a_yes(files: dict[str, str]) -> None:
    assert verdict(PRACTICE, files) == "yes"


BUILT = f"{workflow('npm ci', 'npm run build')[PATH]}      - uses: actions/deploy-pages@v4\n"
PAGE = {"index.html": "<div id=app></div>\n", "package.json": '{"name": "a"}\n'}


def test_an_application_put_where_its_pages_are_served_from_is_a_yes() -> None:
    files = {PATH: BUILT, **PAGE}
    assert verdict(PRACTICE, files) == "yes"
    assert places(PRACTICE, files)[0] == (PATH, 9)


@pytest.mark.parametrize(
    "files",
    [
        {PATH: BUILT, "package.json": "{}"},
        {PATH: BUILT, "docs/index.html": "<p>\n", "examples/index.html": "<p>\n"},
        {PATH: BUILT.replace("npm ci", "mkdocs build"), **PAGE},
        {PATH: BUILT.replace("npm run build", "npm run build:docs"), **PAGE},
        {PATH: f"name: Docs\n{BUILT}", **PAGE},
        {PATH: BUILT.replace("deploy-pages", "upload-pages-artifact"), **PAGE},
    ],
)
def test_a_site_of_documents_is_a_no(files: dict[str, str]) -> None:
    assert verdict(PRACTICE, files) == "no"


FOLLOWED = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: {{ .app }}\n"
HELM = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n"
WRITES = ("yq -i '.image.tag = \"v2\"' values.yaml", "git commit -am v2", "git push origin HEAD")


@pytest.mark.parametrize("follows", [FOLLOWED, HELM])
def test_a_version_written_where_a_platform_follows_is_a_yes(follows: str) -> None:
    files = {**workflow(*WRITES), "apps/model.yaml": follows}
    assert verdict(PRACTICE, files) == "yes"
    assert ("apps/model.yaml", 1) in places(PRACTICE, files)


@pytest.mark.parametrize(
    "files",
    [
        workflow(*WRITES),
        {**workflow(*WRITES[:2]), "apps/model.yaml": FOLLOWED},
        {**workflow("sed -i s/a/b/ notes.md", WRITES[2]), "apps/model.yaml": FOLLOWED},
        {"apps/model.yaml": FOLLOWED},
        {**workflow(*WRITES), "rollout.yaml": FOLLOWED.replace("Application", "Rollout")},
    ],
)
def test_what_nothing_follows_or_nobody_pushes_is_a_no(files: dict[str, str]) -> None:
    assert verdict(PRACTICE, files) == "no"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("apiVersion: apps/v1\nkind: Deployment\n", "no"),
        ("kind: ksonnet.io/app\napiVersion: 0.2.0\n", "no"),
        ("apiVersion: v1\nkind: Service\nmetadata: {name: {{ .Values.name }}}\n", "no"),
        ("runtime: python312\nentrypoint: gunicorn main:app\n", "partly"),
        ("command: [streamlit, run, app.py]\n", "partly"),
    ],
)
def test_an_object_of_a_cluster_is_no_file_of_a_hosting_platform(text: str, expected: str) -> None:
    assert verdict(PRACTICE, {"service/app.yaml": text}) == expected
