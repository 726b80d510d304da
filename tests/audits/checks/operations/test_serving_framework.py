"""By what predictions or answers go out."""

import pytest

from tests.audits.examining import ASKS, TRAINS, judged, verdict

PRACTICE = "serving-framework"
PREDICTS = """\
import joblib

model = joblib.load("model.bin")

def predict(x):
    return model.predict(x)
"""
API = """\
from fastapi import FastAPI
from predict import predict

app = FastAPI()

@app.post("/predict")
def give(x: int) -> int:
    return predict(x)
"""


def test_without_machine_learning_the_question_makes_no_sense() -> None:
    assert verdict(PRACTICE, {"app.py": "from flask import Flask\napp = Flask('a')\n"}) == "n/a"


def test_a_command_line_is_a_no() -> None:
    assert verdict(PRACTICE, {"train.py": TRAINS, "predict.py": PREDICTS}) == "no"


def test_a_website_beside_a_model_is_a_no() -> None:
    site = (
        "from flask import Flask\n\napp = Flask('a')\n\n@app.get('/about')\n"
        "def about():\n    return 'us'\n"
    )
    assert verdict(PRACTICE, {"train.py": TRAINS, "site_pages.py": site}) == "no"


def test_a_demo_is_partly() -> None:
    demo = "import gradio as gr\nfrom predict import predict\ngr.Interface(fn=predict).launch()\n"
    assert (
        verdict(PRACTICE, {"train.py": TRAINS, "predict.py": PREDICTS, "demo/ui.py": demo})
        == "partly"
    )


def test_a_web_framework_over_a_model_is_named() -> None:
    outcome = judged(PRACTICE, {"predict.py": PREDICTS, "api.py": API})
    assert (outcome.verdict.value, outcome.value) == ("yes", "FastAPI")
    assert [(e.path, e.line) for e in outcome.evidence] == [("api.py", 4)]


def test_a_route_that_asks_a_hosted_model_is_named() -> None:
    route = (
        'import OpenAI from "openai";\nconst ai = new OpenAI();\n'
        "export async function POST() {\n"
        "  return ai.chat.completions.create({});\n}\n"
    )
    assert judged(PRACTICE, {"app/api/chat/route.ts": route}).value == "Next.js API route"


def test_a_scoring_script_of_a_platform_is_named() -> None:
    score = (
        "import joblib\ndef init():\n    global m\n    m = joblib.load('m')\n"
        "def run(d):\n    return m.predict(d)\n"
    )
    assert judged(PRACTICE, {"score.py": score}).value == "Azure ML scoring service"


def test_an_application_that_asks_a_model_is_named() -> None:
    page = "import streamlit as st\nfrom asks import answer\nst.write(answer(st.text_input('q')))\n"
    assert judged(PRACTICE, {"asks.py": ASKS, "page.py": page}).value == "Streamlit"


def test_an_application_of_rails_serves_where_one_of_its_files_asks_a_model() -> None:
    routes = {"config/routes.rb": "Rails.application.routes.draw do\nend\n", "app.py": ASKS}
    assert verdict(PRACTICE, routes) == "no"
    asks = {"app/jobs/ask.rb": "OpenAI::Client.new.chat(parameters: {})\n"}
    assert judged(PRACTICE, {**routes, **asks}).value == "Rails"


def test_an_endpoint_that_infrastructure_as_code_makes_is_named() -> None:
    stack = (
        "import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';\n\n"
        "new sagemaker.CfnEndpoint(this, 'Model', {endpointConfigName: 'a'});\n"
    )
    result = judged(PRACTICE, {"train.py": TRAINS, "infra/stack.ts": stack})
    assert result.value == "SageMaker endpoint"


ASKS_IN_SCRIPT = (
    "import OpenAI from 'openai';\n\nconst openai = new OpenAI();\n\n{made}(async () => {{\n"
    "  return openai.chat.completions.create({{model: 'gpt-4o', messages: []}});\n}});\n"
)


@pytest.mark.parametrize(
    ("path", "made", "expected"),
    [
        ("scripts/ask.ts", "main", "no"),
        ("convex/ask.ts", "main", "no"),
        ("convex/ask.ts", "internalAction", "yes"),
        ("supabase/functions/ask/index.ts", "Deno.serve", "yes"),
        ("netlify/functions/ask.ts", "handler", "yes"),
    ],
)
def test_functions_that_a_platform_runs_from_a_folder_serve_answers(
    path: str, made: str, expected: str
) -> None:
    assert verdict(PRACTICE, {path: ASKS_IN_SCRIPT.format(made=made)}) == expected


@pytest.mark.parametrize(
    "files",
    [
        {"README.md": "Run `vllm serve model`.\n"},
        {"run.sh": "echo vllm serve model\n"},
        {"run.sh": "vllm --help\nmlflow models build-docker -m x\nserve -s build\n"},
        {"tests/run.sh": "vllm serve model\n"},
        {"say.py": "words = ['vllm', 'serve']\n"},
    ],
)
def test_words_and_other_verbs_of_a_model_server_are_a_no(files: dict[str, str]) -> None:
    assert verdict(PRACTICE, {"train.py": TRAINS} | files) == "no"


@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({"run.sh": "exec vllm serve ${MODEL} --port 1\n"}, "vLLM"),
        ({"Makefile": "serve:\n\tmlflow models serve -m models:/a/1\n"}, "MLflow model server"),
        ({"Dockerfile": 'FROM x\nCMD ["tritonserver", "--model-repository"]\n'}, "Triton"),
        (
            {"b.py": "import subprocess\nc = ['vllm', 'serve', m]\nsubprocess.Popen(c)\n"},
            "vLLM",
        ),
    ],
)
def test_a_model_server_that_is_started_by_its_command_is_named(
    files: dict[str, str], name: str
) -> None:
    assert judged(PRACTICE, {"train.py": TRAINS} | files).value == name


def test_a_model_server_of_an_example_is_partly() -> None:
    files = {"train.py": TRAINS, "examples/run.sh": "vllm serve model\n"}
    assert verdict(PRACTICE, files) == "partly"


ENDPOINT = "import boto3\nc = boto3.client('sagemaker')\n{call}\n"
CONNECTS = (
    "import TelegramBot from 'node-telegram-bot-api';\nexport const bot = make(TelegramBot);\n"
)
ASKED = """\
import { bot } from './connection';
import OpenAI from 'openai';
const ai = new OpenAI();
bot.on('message', async (m) => ai.chat.completions.create({ model: 'x' }));
"""


def test_an_endpoint_that_a_program_asks_a_cloud_for_is_named() -> None:
    other = ENDPOINT.format(call="c.create_endpoint(Name='a')")
    assert verdict(PRACTICE, {"train.py": TRAINS, "put.py": other}) == "no"
    call = "c.create_endpoint(EndpointName='a', EndpointConfigName='b')"
    outcome = judged(PRACTICE, {"train.py": TRAINS, "put.py": ENDPOINT.format(call=call)})
    assert (outcome.verdict.value, outcome.value) == ("yes", "SageMaker endpoint")


def test_a_bot_in_a_chat_serves_the_answers_of_who_uses_it() -> None:
    files = {"src/connection.ts": CONNECTS, "src/server.ts": ASKED}
    outcome = judged(PRACTICE, files)
    assert (outcome.verdict.value, outcome.value) == ("yes", "Telegram bot")
    apart = {"src/connection.ts": CONNECTS, "src/ask.ts": ASKED.partition("\n")[2]}
    assert verdict(PRACTICE, apart) == "no"


def test_an_application_of_wave_serves_where_a_model_answers() -> None:
    page = 'from h2o_wave import Q, app\n{}\n@app("/")\nasync def serve(q: Q):\n    pass\n'
    asks = page.format("from asks import answer\n")
    assert judged(PRACTICE, {"asks.py": ASKS, "page.py": asks}).value == "H2O Wave"
    assert verdict(PRACTICE, {"asks.py": ASKS, "page.py": page.format("")}) == "no"


KIT = {
    "kit/pyproject.toml": '[project]\nname = "kit"\ndescription = "A library to find names"\n',
    "kit/kit/__init__.py": "from kit.engine import find\n",
    "kit/kit/engine.py": "import spacy\n\ndef find(text):\n    return spacy.load('m')(text).ents\n",
}
SERVES = (
    "from flask import Flask\nfrom kit import find\n\napp = Flask('a')\n\n"
    "@app.post('/find')\ndef give():\n    return find('a')\n"
)


@pytest.mark.parametrize("path", ["kit/kit/server.py", "kit/kit/web/app.py", "kit/examples/app.py"])
def test_what_a_library_holds_for_its_users_serves_nobody(path: str) -> None:
    assert verdict(PRACTICE, {**KIT, path: SERVES}) == "no"
    moved = {p.replace("kit/", "kit/src/", 1): t for p, t in KIT.items() if "/kit/" in p}
    files = {"kit/pyproject.toml": KIT["kit/pyproject.toml"], **moved}
    assert verdict(PRACTICE, {**files, path.replace("kit/kit", "kit/src/kit"): SERVES}) == "no"


def test_a_server_beside_the_package_of_a_library_in_a_folder_of_its_own_is_named() -> None:
    outcome = judged(PRACTICE, {**KIT, "kit/app.py": SERVES})
    assert (outcome.verdict.value, outcome.value) == ("yes", "Flask")
