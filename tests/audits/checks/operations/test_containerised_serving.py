"""Whether a container starts what gives predictions."""

import pytest

from tests.audits.examining import TRAINS, places, verdict

PRACTICE = "containerised-serving"
API = """\
import joblib
from fastapi import FastAPI

app = FastAPI()
model = joblib.load("m.joblib")

@app.post("/predict")
def predict(x: float):
    return model.predict([[x]])
"""
BASE = {"app/main.py": API, "train.py": TRAINS}


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"README.md": "docker run our/image"},
        {"docker-compose.yml": "services: {db: {image: postgres}}\n"},
        {"tests/Dockerfile": 'FROM python\nCMD ["uvicorn", "app.main:app"]\n'},
        {"Procfile": "web: uvicorn app.main:app\n"},
    ],
)
def test_no_image_of_the_program_is_a_no(files: dict[str, str]) -> None:
    assert verdict(PRACTICE, BASE | files) == "no"


@pytest.mark.parametrize(
    "files",
    [
        {"Dockerfile": 'FROM python\nCMD ["python", "train.py"]\n'},
        {"Dockerfile": "FROM python\nRUN uvicorn app.main:app\n"},
        {"d.py": "from google.cloud import aiplatform\naiplatform.Model('m').deploy()\n"},
        {"e.yml": "$schema: https://x/managedOnlineDeployment.schema.json\nname: blue\n"},
    ],
)
def test_training_images_and_managed_endpoints_are_partly(files: dict[str, str]) -> None:
    assert verdict(PRACTICE, BASE | files) == "partly"


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"Dockerfile": 'FROM python\nCMD ["uvicorn", "app.main:app"]\n'}, ("Dockerfile", 2)),
        (
            {
                "Dockerfile": 'FROM python\nENTRYPOINT ["./run.sh"]\n',
                "run.sh": "#!/bin/sh\nexec gunicorn -b :80 app.main:app\n",
            },
            ("Dockerfile", 2),
        ),
        (
            {
                "Dockerfile": "FROM python\n",
                "docker-compose.yml": "services:\n  api:\n    build: .\n"
                "    command: uvicorn app.main:app\n",
            },
            ("docker-compose.yml", 2),
        ),
        ({"cog.yaml": "build: {}\npredict: app/main.py:P\n"}, ("cog.yaml", 2)),
    ],
)
def test_an_entry_that_comes_to_the_prediction_is_a_yes(
    files: dict[str, str], place: tuple[str, int]
) -> None:
    assert places(PRACTICE, BASE | files)[0] == place
    assert verdict(PRACTICE, BASE | files) == "yes"


BLUBBER = """\
version: v4
variants:
  production:
    copies:
      - {{from: local, source: start.sh, destination: .}}
    entrypoint: ["./start.sh", "{program}"]
"""


@pytest.mark.parametrize(("program", "expected"), [("train.py", "partly"), ("app/run.py", "yes")])
def test_an_image_of_blubber_counts_by_what_its_entry_starts(program: str, expected: str) -> None:
    files = {
        ".pipeline/blubber.yaml": BLUBBER.format(program=program),
        "start.sh": 'PROGRAM="${1:-none.py}"\nexec python3 ${PROGRAM} "${@:2}"\n',
        "app/run.py": "import uvicorn\nfrom app.main import app\nuvicorn.run(app)\n",
    }
    assert verdict(PRACTICE, BASE | files) == expected


HANDLES = """\
import joblib

model = joblib.load("m.joblib")

def handler(event, context):
    return model.predict([[event["x"]]])
"""


@pytest.mark.parametrize(
    ("entry", "expected"), [("other.handler", "partly"), ("answer.handler", "yes")]
)
def test_a_handler_that_an_image_is_told_to_start_is_followed(entry: str, expected: str) -> None:
    image = f'FROM public.ecr.aws/lambda/python:3.12\nCOPY answer.py ./\nCMD ["{entry}"]\n'
    files = {"fn/Dockerfile": image, "fn/answer.py": HANDLES, "train.py": TRAINS}
    assert verdict(PRACTICE, files) == expected


PACKS = """\
from azureml.core.image import ContainerImage
from azureml.core.webservice import AciWebservice

image = ContainerImage.image_configuration(execution_script="score.py")
AciWebservice.deploy_configuration(cpu_cores=1)
"""


def test_an_image_that_only_a_side_example_builds_is_partly() -> None:
    assert verdict(PRACTICE, {"train.py": TRAINS, "examples/out.py": PACKS}) == "partly"
    assert verdict(PRACTICE, {"train.py": TRAINS, "release/out.py": PACKS}) == "yes"


def test_an_application_that_is_started_by_its_module_is_followed() -> None:
    page = (
        "from h2o_wave import Q, app, main\nfrom model import tell\n\n"
        '@app("/")\nasync def serve(q: Q):\n    q.page = tell(q.args.x)\n'
    )
    model = 'import joblib\n\ndef tell(x):\n    return joblib.load("m.joblib").predict([[x]])\n'
    image = 'FROM python\nCOPY . .\nENTRYPOINT ["./start.sh"]\n'
    files = {"train.py": TRAINS, "ui/page.py": page, "model.py": model, "Dockerfile": image}
    started = {"start.sh": "wave run --no-reload ui.page\n"}
    assert verdict(PRACTICE, files | {"start.sh": "echo wave run ui.page\n"}) == "partly"
    assert verdict(PRACTICE, files | started) == "yes"
