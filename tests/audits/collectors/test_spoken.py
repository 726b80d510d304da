"""Every language, CI system, packing and orchestrator that is promised is read, one row each.

The lists are the promise; a row that nothing reads fails here, so that none can be forgotten.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from audits.facts.automation import Automation
from audits.facts.code import Code
from audits.facts.containers import Containers
from audits.facts.dependencies import Dependencies
from audits.facts.pipelines import Pipelines
from audits.facts.workflows import System, Workflows
from tests.audits.examining import fact_of, notebook


@dataclass(frozen=True)
class Spoken:
    """A language: a source, what it imports and calls, and a manifest with a package of it."""

    file: str
    source: str
    module: str
    call: str
    manifest: tuple[str, str]
    package: str
    kernel: str


MAVEN = """\
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <artifactId>churn</artifactId>
  <dependencies>
    <dependency>
      <groupId>ai.djl</groupId>
      <artifactId>api</artifactId>
      <version>0.31.0</version>
    </dependency>
  </dependencies>
</project>
"""
CSPROJ = """\
<Project Sdk="Microsoft.NET.Sdk">
  <ItemGroup>
    <PackageReference Include="Microsoft.ML" Version="4.0.0" />
  </ItemGroup>
</Project>
"""
SBT = 'name := "churn"\nlibraryDependencies += "org.apache.spark" %% "spark-mllib" % "3.5.1"\n'
RUST = "use candle_core::{Device, Tensor};\nfn f() {\n    let t = Tensor::zeros(1);\n}\n"
LANGUAGES = {
    "Python": Spoken(
        "a.py", "import mlflow\nmlflow.log_metric('a', 1)\n", "mlflow", "mlflow.log_metric",
        ("requirements.txt", "mlflow==2.1\n"), "mlflow", "python",
    ),
    "R": Spoken(
        "a.R", "library(ranger)\nm <- ranger(y ~ ., data = d)\n", "ranger", "ranger",
        ("DESCRIPTION", "Package: churn\nImports: ranger\n"), "ranger", "R",
    ),
    "Julia": Spoken(
        "a.jl", "using Flux: train!\ntrain!(loss, model, data, opt)\n", "Flux", "Flux.train!",
        ("Project.toml", '[deps]\nFlux = "587475ba"\n'), "flux", "julia",
    ),
    "JavaScript": Spoken(
        "a.js", "import OpenAI from 'openai';\nconst c = new OpenAI();\nc.chat.create();\n",
        "openai", "openai.chat.create",
        ("package.json", '{"dependencies": {"openai": "4.1.0"}}'), "openai", "javascript",
    ),
    "TypeScript": Spoken(
        "a.ts", "import { generateText } from 'ai';\nawait generateText<string>({});\n",
        "ai", "ai.generateText",
        ("package.json", '{"dependencies": {"ai": "4.1.0"}}'), "ai", "typescript",
    ),
    "Java": Spoken(
        "A.java", "import ai.djl.Model;\nclass A { Model m = Model.newInstance(\"a\"); }\n",
        "ai.djl.Model", "ai.djl.Model.newInstance", ("pom.xml", MAVEN), "ai.djl:api", "java",
    ),
    "Scala": Spoken(
        "A.scala", "import org.apache.spark.ml.{Pipeline, Estimator}\nval p = new Pipeline()\n",
        "org.apache.spark.ml.Pipeline", "org.apache.spark.ml.Pipeline",
        ("build.sbt", SBT), "org.apache.spark:spark-mllib", "scala",
    ),
    "Go": Spoken(
        "a.go", 'import ai "github.com/x/go-openai"\nfunc f() { ai.NewClient("k") }\n',
        "github.com/x/go-openai", "github.com/x/go-openai.NewClient",
        ("go.mod", "module a\n\nrequire github.com/x/go-openai v1.2.3\n"),
        "github.com/x/go-openai", "go",
    ),
    "Rust": Spoken(
        "a.rs", RUST, "candle_core::Tensor", "candle_core::Tensor.zeros",
        ("Cargo.toml", '[dependencies]\ncandle-core = "0.8"\n'), "candle-core", "rust",
    ),
    "C#": Spoken(
        "A.cs", "using Microsoft.ML;\nvar c = new MLContext();\nc.Data.LoadFromTextFile(p);\n",
        "Microsoft.ML", "MLContext.Data.LoadFromTextFile",
        ("Churn.csproj", CSPROJ), "Microsoft.ML", "C#",
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_imports_are_read(language: str) -> None:
    spoken = LANGUAGES[language]
    code = fact_of(Code, {spoken.file: spoken.source})
    assert spoken.module in [i.module for i in code.files[0].imports]


@pytest.mark.parametrize("language", LANGUAGES)
def test_calls_are_read(language: str) -> None:
    spoken = LANGUAGES[language]
    code = fact_of(Code, {spoken.file: spoken.source})
    assert spoken.call in [c.name for c in code.files[0].calls]


@pytest.mark.parametrize("language", LANGUAGES)
def test_manifests_are_read(language: str) -> None:
    spoken = LANGUAGES[language]
    name, text = spoken.manifest
    manifests = fact_of(Dependencies, {name: text}).manifests
    assert spoken.package in [r.name for m in manifests for r in m.requirements]


@pytest.mark.parametrize("language", LANGUAGES)
def test_notebooks_are_read(language: str) -> None:
    spoken = LANGUAGES[language]
    text = notebook((1, spoken.source), language=spoken.kernel)
    file = fact_of(Code, {"a.ipynb": text}).files[0]
    assert spoken.call in [c.name for c in file.calls]
    assert all(text.split("\n")[c.line - 1].strip() for c in file.calls)


RUN = "pytest -q tests"
GITHUB = f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: {RUN}\n"
AZURE = f"trigger: [main]\npool: {{vmImage: x}}\nsteps:\n  - script: {RUN}\n"
CIRCLE = f"version: 2.1\njobs:\n  a:\n    steps:\n      - checkout\n      - run: {RUN}\n"
DRONE = f"steps:\n  - name: a\n    image: x\n    commands:\n      - {RUN}\n"
JENKINS = f"pipeline {{ stages {{ stage('a') {{ steps {{ sh '{RUN}' }} }} }} }}\n"
BITBUCKET = f"pipelines:\n  default:\n    - step:\n        script:\n          - {RUN}\n"
TASKS = f"tasks:\n  - payload:\n      command: [sh, -c, {RUN}]\n"
CLOUD_BUILD = "steps:\n  - name: python\n    entrypoint: pytest\n    args: [-q, tests]\n"
SEMAPHORE = f"blocks:\n  - task:\n      jobs:\n        - name: a\n          commands: [{RUN}]\n"
CONCOURSE = "platform: linux\ninputs: [{name: a}]\nrun:\n  path: pytest\n  args: [-q, tests]\n"
PIPELINES = "pipelines:\n  a:\n    stages:\n      - build: test\n        run: true\n"
BLUBBER = "version: v4\nvariants:\n  test:\n    entrypoint: [pytest, -q, tests]\n"
CI_SYSTEMS: Mapping[System, tuple[str, str]] = {
    System.GITHUB: (".github/workflows/ci.yml", GITHUB),
    System.GITLAB: (".gitlab-ci.yml", f"a:\n  script:\n    - {RUN}\n"),
    System.JENKINS: ("Jenkinsfile", JENKINS),
    System.AZURE: ("azure-pipelines.yml", AZURE),
    System.CIRCLECI: (".circleci/config.yml", CIRCLE),
    System.BITBUCKET: ("bitbucket-pipelines.yml", BITBUCKET),
    System.BUILDKITE: (".buildkite/pipeline.yml", f"steps:\n  - command: {RUN}\n"),
    System.TASKCLUSTER: (".taskcluster.yml", TASKS),
    System.TRAVIS: (".travis.yml", f"script:\n  - {RUN}\n"),
    System.CLOUD_BUILD: ("cloudbuild.yaml", CLOUD_BUILD),
    System.CODEBUILD: ("buildspec.yml", f"phases:\n  build:\n    commands:\n      - {RUN}\n"),
    System.DRONE: (".drone.yml", DRONE),
    System.GITEA: (".gitea/workflows/ci.yml", GITHUB),
    System.FORGEJO: (".forgejo/workflows/ci.yml", GITHUB),
    System.WOODPECKER: (".woodpecker.yml", f"steps:\n  a:\n    image: x\n    commands: [{RUN}]\n"),
    System.SEMAPHORE: (".semaphore/semaphore.yml", SEMAPHORE),
    System.CIRRUS: (".cirrus.yml", f"a_task:\n  a_script: {RUN}\n"),
    System.SOURCEHUT: (".build.yml", f"tasks:\n  - a: |\n      {RUN}\n"),
    System.CODEFRESH: ("codefresh.yml", f"steps:\n  a:\n    commands: [{RUN}]\n"),
    System.WERCKER: ("wercker.yml", f"a:\n  steps:\n    - script:\n        code: {RUN}\n"),
    System.SCREWDRIVER: ("screwdriver.yaml", f"jobs:\n  a:\n    steps:\n      - a: {RUN}\n"),
    System.TEKTON: (".tekton/a.yaml", f"spec:\n  steps:\n    - name: a\n      script: {RUN}\n"),
    System.CONCOURSE: ("ci/unit.yml", CONCOURSE),
    System.APPVEYOR: ("appveyor.yml", f"test_script:\n  - {RUN}\n"),
}  # fmt: skip


@pytest.mark.parametrize("system", [s for s in System if s is not System.PIPELINELIB])
def test_what_a_ci_system_runs_is_read(system: System) -> None:
    path, text = CI_SYSTEMS[system]
    (workflow,) = fact_of(Workflows, {path: text}).live
    ran = [c.words for _, step in workflow.steps() for c in step.commands]
    assert workflow.system is system
    assert ("pytest", "-q", "tests") in ran


def test_what_a_pipeline_of_images_runs_is_what_they_start() -> None:
    files = {".pipeline/config.yaml": PIPELINES, ".pipeline/blubber.yaml": BLUBBER}
    ran = [run.command.words for run in fact_of(Automation, files).runs]
    assert ("pytest", "-q", "tests") in ran


KUBERNETES = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: model}
spec:
  template:
    spec:
      containers:
        - image: acme/model:1
          command: [python, serve.py]
"""
CHART = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  template:
    spec:
      containers:
        - image: acme/model:{{ .Values.tag }}
"""
TERRAFORM = """\
# resource "aws_sagemaker_endpoint" "old" {
resource "aws_lambda_function" "model" {
  package_type = "Image"
  image_uri    = "acme/model:1"
  environment {
    variables = { A = "}" }
  }
}
"""
ENDPOINT = 'resource "aws_sagemaker_endpoint" "model" {\n  name = "model"\n}\n'
SAM = """\
Resources:
  Model:
    Type: AWS::Serverless::Function
    Properties: {Handler: app.handler, CodeUri: src/}
"""
PACKINGS = {
    "Dockerfile": ("Dockerfile", "FROM python:3.12\nCMD [\"python\", \"serve.py\"]\n", ""),
    "Compose": ("compose.yaml", "services:\n  model:\n    image: acme/model:1\n", "compose"),
    "Kubernetes": ("k8s/model.yaml", KUBERNETES, "Deployment"),
    "Helm": ("chart/templates/model.yaml", CHART, "Deployment"),
    "Terraform function": ("infra/main.tf", TERRAFORM, "serverless"),
    "Terraform endpoint": ("infra/main.tf", ENDPOINT, "managed"),
    "Serverless Framework": (
        "serverless.yml", "functions:\n  model:\n    handler: app.handler\n", "serverless",
    ),
    "AWS SAM": ("template.yaml", SAM, "serverless"),
    "Procfile": ("Procfile", "web: python serve.py\n", "process"),
    "BentoML": ("bentofile.yaml", "service: service:svc\n", "bento"),
    "Cog": ("cog.yaml", "build: {}\npredict: predict.py:Predictor\n", "cog"),
}  # fmt: skip


@pytest.mark.parametrize("packing", PACKINGS)
def test_what_is_packed_and_started_is_read(packing: str) -> None:
    path, text, kind = PACKINGS[packing]
    containers = fact_of(Containers, {path: text})
    found = [s.kind for s in containers.services] if kind else [i.path for i in containers.images]
    assert found == [kind or path]


DVC = "stages:\n  a: {cmd: python a.py, outs: [x]}\n  b: {cmd: python b.py, deps: [x]}\n"
DAGSTER = "from dagster import asset\n@asset\ndef a(): ...\n@asset\ndef b(a): ...\n"
PREFECT = """\
from prefect import flow, task
@task
def a(): ...
@task
def b(): ...
@flow
def f():
    b(a())
"""
METAFLOW = """\
from metaflow import FlowSpec, step
class F(FlowSpec):
    @step
    def start(self): ...
"""
KEDRO = "from kedro.pipeline import Pipeline, node\np = Pipeline([node(a, 'x', 'y')])\n"
TARGETS = "library(targets)\nlist(tar_target(a, 1), tar_target(b, a))\n"
SAGEMAKER = "from sagemaker.workflow.pipeline import Pipeline\np = Pipeline(name='a', steps=[])\n"
VERTEX = "from google.cloud import aiplatform\naiplatform.PipelineJob(display_name='a')\n"
AZURE_ML = "type: pipeline\njobs:\n  a: {command: x}\n  b: {command: y}\n"
ARGO = """\
kind: Workflow
spec:
  templates:
    - dag:
        tasks: [{name: a}, {name: b, dependencies: [a]}]
"""
STATES = """\
{"StartAt": "A", "States": {
  "A": {"Type": "Task", "Next": "B"}, "B": {"Type": "Task", "End": true}
}}
"""
DBT = {
    "dbt_project.yml": "name: churn\nmodel-paths: [models]\n",
    "models/a.sql": "select * from {{ source('raw', 'events') }}\n",
    "models/b.sql": "select * from {{ ref('a') }}\n",
}


def decorated(module: str, name: str, decorator: str) -> str:
    """A module with one function that a pipeline is made of by its decorator."""
    return f"from {module} import {name}\n@{decorator}\ndef a(): ...\n"


ORCHESTRATORS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "dvc.yaml": ("DVC", {"dvc.yaml": DVC, "a.py": "", "b.py": ""}),
    "Airflow": ("Airflow", {"d.py": "from airflow import DAG\nwith DAG('a') as d:\n    pass\n"}),
    "Airflow decorators": ("Airflow", {"d.py": decorated("airflow.decorators", "dag", "dag()")}),
    "Prefect": ("Prefect", {"f.py": PREFECT}),
    "Dagster": ("Dagster", {"f.py": DAGSTER}),
    "Kubeflow": ("Kubeflow Pipelines", {"f.py": decorated("kfp", "dsl", "dsl.pipeline(name='a')")}),
    "Metaflow": ("Metaflow", {"f.py": METAFLOW}),
    "ZenML": ("ZenML", {"f.py": decorated("zenml", "pipeline", "pipeline")}),
    "Kedro": ("Kedro", {"p.py": KEDRO}),
    "dbt": ("dbt", DBT),
    "targets": ("targets", {"_targets.R": TARGETS}),
    "SageMaker": ("SageMaker Pipelines", {"p.py": SAGEMAKER}),
    "Vertex": ("Vertex AI Pipelines", {"p.py": VERTEX}),
    "Azure ML": ("Azure ML", {"pipeline.yml": AZURE_ML}),
    "Azure ML SDK": ("Azure ML", {"p.py": decorated("azure.ai.ml", "dsl", "dsl.pipeline()")}),
    "Flyte": ("Flyte", {"p.py": decorated("flytekit", "workflow", "workflow")}),
    "Argo": ("Argo", {"w.yaml": ARGO}),
    "Snakemake": ("Snakemake", {"Snakefile": "rule a:\n  shell: 'x'\nrule b:\n  shell: 'y'\n"}),
    "Nextflow": ("Nextflow", {"main.nf": "process a {\n}\nprocess b {\n}\n"}),
    "Step Functions": ("Step Functions", {"states.asl.json": STATES}),
    "Step Functions in YAML": ("Step Functions", {"machine.yaml": STATES}),
}


@pytest.mark.parametrize("orchestrator", ORCHESTRATORS)
def test_a_pipeline_of_an_orchestrator_is_read(orchestrator: str) -> None:
    tool, files = ORCHESTRATORS[orchestrator]
    assert tool in [p.tool for p in fact_of(Pipelines, files).items]


@pytest.mark.parametrize(
    "files",
    [
        {"models/b.sql": "select * from {{ ref('a') }}\n"},
        {"states.json": '{"StartAt": "A", "States": {"A": {"Type": "Task", "End": true}}}'},
        {"states.asl.json": '{"StartAt": "A", "States": 3}'},
        {"states.asl.json": '{"StartAt": "A", "States": ['},
    ],
)
def test_no_pipeline_is_seen_in_less(files: Mapping[str, str]) -> None:
    assert fact_of(Pipelines, files).items == ()
