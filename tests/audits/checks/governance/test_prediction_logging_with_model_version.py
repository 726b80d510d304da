"""Whether predictions are kept with the version of the model."""

import pytest

from tests.audits.examining import ASKS, TRAINS, places, verdict

PRACTICE = "prediction-logging-with-model-version"
ANSWERS = """\
import joblib

model = joblib.load("model.joblib")

def answer(db, row):
    guess = model.predict([row])
"""
ROW = """\
class Row:
    pass

"""
INSERTS = "    db.execute('INSERT INTO predictions (value) VALUES (?)')\n"
RETURNS = "    return Answer(prediction=guess, model_version='3')\n"


@pytest.mark.parametrize(
    "other",
    [
        {"README.md": "Every prediction is stored with its model version."},
        {"serve.py": ANSWERS},
        {"serve.py": ANSWERS + "    print(guess, 'model_version')\n"},
        {"tests/test_serve.py": ANSWERS + INSERTS},
        {"shop.py": "def save(db, order):\n    db.execute('INSERT INTO orders (a) VALUES (1)')\n"},
    ],
)
def test_words_prints_tests_and_other_rows_are_a_no(other: dict[str, str]) -> None:
    assert verdict(PRACTICE, {"train.py": TRAINS, **other}) == "no"


def test_a_statement_with_both_is_a_yes() -> None:
    inserts = "    db.execute('INSERT INTO calls (prediction, model_version) VALUES (?, ?)')\n"
    files = {"train.py": TRAINS, "serve.py": ANSWERS + inserts}
    assert verdict(PRACTICE, files) == "yes"
    assert places(PRACTICE, files) == [("serve.py", 7)]


def test_a_row_with_both_that_is_added_is_a_yes() -> None:
    adds = "    db.add(Row(prediction=guess, model_version='3'))\n"
    assert verdict(PRACTICE, {"train.py": TRAINS, "serve.py": ROW + ANSWERS + adds}) == "yes"


def test_messages_with_the_model_are_a_yes() -> None:
    adds = "\ndef keep(db, text):\n    db.add(Row(content=text, model_id='gpt-4o'))\n"
    assert verdict(PRACTICE, {"app.py": ROW + ASKS + adds}) == "yes"


def test_predictions_without_a_version_are_partly() -> None:
    assert verdict(PRACTICE, {"train.py": TRAINS, "serve.py": ANSWERS + INSERTS}) == "partly"


def test_a_version_only_in_the_response_is_partly() -> None:
    source = "class Answer:\n    pass\n\n" + ANSWERS + RETURNS
    assert verdict(PRACTICE, {"train.py": TRAINS, "serve.py": source}) == "partly"


def test_without_machine_learning_the_question_does_not_arise() -> None:
    assert verdict(PRACTICE, {"app.py": "print(1)\n"}) == "n/a"


SCORES = """\
import joblib

def score(table):
    model = joblib.load("m.pkl")
    table["prediction"] = model.predict(table)
    {}
    table.to_parquet("out.parquet")
"""


def test_predictions_that_an_evaluation_writes_are_a_no() -> None:
    assert verdict(PRACTICE, {"src/evaluate.py": SCORES.format("")}) == "no"


def test_a_table_of_predictions_without_a_version_is_partly() -> None:
    assert verdict(PRACTICE, {"src/score.py": SCORES.format("")}) == "partly"


def test_a_table_with_a_column_for_the_version_is_a_yes() -> None:
    code = SCORES.format('table["model_version"] = version')
    assert verdict(PRACTICE, {"src/score.py": code}) == "yes"


def test_a_row_on_drift_holds_no_prediction() -> None:
    code = (
        "import joblib\nmodel = joblib.load('m.pkl')\nmodel.predict([1])\n"
        "cursor.execute('insert into metrics(time, prediction_drift) values (1, 2)')\n"
    )
    assert verdict(PRACTICE, {"watch.py": code}) == "no"


CARS = "CREATE TABLE cars (id int, model text, content text);\n"
MESSAGES = """\
CREATE TABLE IF NOT EXISTS public.messages (
    id UUID PRIMARY KEY,
    role TEXT NOT NULL CHECK (char_length(role) <= 9),
    content TEXT NOT NULL,
    model TEXT NOT NULL
);
"""
PRISMA = "model Message {\n  id String @id\n  role String\n  content String\n%s}\n"
DRIZZLE = """\
export const message = pgTable("Message", {
  id: uuid("id").primaryKey(),
  role: varchar("role").notNull(),
  content: text("content"),
  modelId: text("model_id"),
});
"""
MAPPED = """\
class Message(Base):
    id = mapped_column(Integer)
    role: Mapped[str] = mapped_column(String)
    content: Mapped[str] = mapped_column(String)
    model_name: Mapped[str] = mapped_column(String)
"""
RAILS = """\
create_table "answers", force: :cascade do |t|
  t.string "question"
  t.text "message"
  t.string "llm_model"
end
"""
IN_ONE_LINE = """\
db.execute("CREATE TABLE messages (id INT, role TEXT, content TEXT, model TEXT)")
return other
"""
MONGOOSE = """\
const messageSchema = new mongoose.Schema({
  role: { type: String, required: true },
  content: String,
  model: { type: String },
});
"""
CONVEX = """\
export default defineSchema({
  messages: defineTable({
    role: v.string(),
    content: v.string(),
    model: v.optional(v.string()),
  }).index("by_time", ["time"]),
});
"""
LOGS = """\
import comet_llm

def keep(question, answer):
    comet_llm.log_prompt(prompt=question, output=answer, metadata={"model": "gpt-4o"})
"""


@pytest.mark.parametrize(
    "files",
    [
        {"app.py": ASKS, "db/cars.sql": CARS},
        {"app.py": ASKS, "db.py": f'db.execute("""{CARS}""")\n'},
        {"app.py": ASKS, "db.py": "# create table messages (role text, content text)\n"},
        {"app.py": ASKS, "car.js": MONGOOSE.replace("message", "car").replace("role", "make")},
        {"app.py": ASKS, "tests/schema.sql": MESSAGES},
        {"app.py": ASKS, "db/notes.md": MESSAGES},
        {"train.py": TRAINS, "serve.py": ANSWERS, "db/mail.sql": MESSAGES},
    ],
)
def test_tables_of_other_things_and_of_tests_are_a_no(files: dict[str, str]) -> None:
    assert verdict(PRACTICE, files) == "no"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("db/1_messages.sql", MESSAGES),
        ("prisma/schema.prisma", PRISMA % "  model String\n"),
        ("prisma/schema.prisma", PRISMA % "" + "model Chat {\n  id String\n  model String\n}\n"),
        ("lib/schema.ts", DRIZZLE),
        ("models.py", MAPPED),
        ("db/schema.rb", RAILS),
        ("store.py", f'def make(db):\n    db.execute("""\n{MESSAGES}    """)\n'),
        ("store.py", IN_ONE_LINE),
        ("models/message.js", MONGOOSE),
        ("convex/schema.ts", CONVEX),
    ],
)
def test_declared_tables_of_messages_with_the_model_are_a_yes(path: str, text: str) -> None:
    assert verdict(PRACTICE, {"app.py": ASKS, path: text}) == "yes"
    assert {p for p, _ in places(PRACTICE, {"app.py": ASKS, path: text})} == {path}


def test_declared_messages_without_the_model_are_partly() -> None:
    files = {"app.py": ASKS, "prisma/schema.prisma": PRISMA % ""}
    assert verdict(PRACTICE, files) == "partly"


def test_prompts_that_are_logged_with_the_model_are_a_yes() -> None:
    assert verdict(PRACTICE, {"app.py": ASKS + "import keep\n", "keep.py": LOGS}) == "yes"


def test_a_column_that_a_later_step_adds_counts_to_its_table() -> None:
    made = "create_table :logs do |t|\n  t.text :raw_request\n  t.text :raw_response\nend\n"
    added = "class A\n  def change\n    add_column :%s, :language_model, :string\n  end\nend\n"
    files = {"app.py": ASKS, "db/1_logs.rb": made}
    assert verdict(PRACTICE, {**files, "db/2_add.rb": added % "cars"}) == "partly"
    assert verdict(PRACTICE, {**files, "db/2_add.rb": added % "logs"}) == "yes"


def test_sizes_of_what_was_asked_and_said_are_no_messages() -> None:
    sizes = "create_table :logs do |t|\n  t.integer :request_tokens\n  t.integer :response_tokens\n"
    assert verdict(PRACTICE, {"app.py": ASKS, "db/1_logs.rb": sizes}) == "no"


KEEPS = """\
import pandas as pd

def log(row, guess, version):
    kept = {"prediction": guess%s}
    pd.DataFrame([{**row, **kept}]).to_parquet("history.parquet")
"""
SERVES = """\
from fastapi import FastAPI
from keep import log

app = FastAPI()

@app.post("/predict")
def predict(row: dict):
    return log(row, app.state.model(row), app.state.version)
"""


@pytest.mark.parametrize(("more", "expected"), [("", "no"), (', "model_version": version', "yes")])
def test_a_table_that_a_server_writes_counts_only_with_the_version(
    more: str, expected: str
) -> None:
    files = {"train.py": TRAINS, "keep.py": KEEPS % more, "app.py": SERVES}
    assert verdict(PRACTICE, files) == expected


ANSWERED = """\
from pydantic import BaseModel, Field

class PredictionResponse(BaseModel):
    prediction: float = Field(ge=0)
    model_version: str = Field(default="1")
"""


def test_the_form_of_a_response_is_no_table() -> None:
    files = {"train.py": TRAINS, "serve.py": ANSWERS, "schemas.py": ANSWERED}
    assert verdict(PRACTICE, files) == "no"
    derived = ANSWERED.replace("(BaseModel)", "(SomeModel, Described)")
    assert verdict(PRACTICE, {**files, "schemas.py": derived}) == "no"
    table = ANSWERED.replace("pydantic", "sqlmodel").replace("BaseModel", "SQLModel")
    assert verdict(PRACTICE, {**files, "schemas.py": table}) == "yes"


TRACKS = """\
import json
import joblib

model = joblib.load("m.pkl")

def track_predict_result(table, row):
    guess = model.predict(row)
    record = {"labels": guess, "reg_model_version": 3}
    %s
"""


@pytest.mark.parametrize(
    "kept",
    [
        "collection.insert_one(record)",
        "table.put_item(Item=record)",
        "client.insert_rows_json(table, [record])",
        "open('calls.jsonl', 'a').write(json.dumps(record))",
        "writer.writerow(record)",
    ],
)
def test_a_record_with_both_that_its_function_writes_is_a_yes(kept: str) -> None:
    assert verdict(PRACTICE, {"train.py": TRAINS, "serve.py": TRACKS % kept}) == "yes"


@pytest.mark.parametrize(
    "kept",
    [
        "return record",
        "print(json.dumps(record))",
        "return record\n\ndef other(writer, rows):\n    writer.writerow(rows)",
    ],
)
def test_a_record_with_both_that_is_only_given_back_is_a_no(kept: str) -> None:
    assert verdict(PRACTICE, {"train.py": TRAINS, "serve.py": TRACKS % kept}) == "no"


def test_what_an_evaluation_writes_with_its_model_is_no_log_of_predictions() -> None:
    files = {"train.py": TRAINS, "evaluate.py": TRACKS % "collection.insert_one(record)"}
    assert verdict(PRACTICE, files) == "no"


def test_an_event_with_both_that_is_sent_is_a_yes() -> None:
    events = (
        "def make(guess, version):\n"
        "    return {'prediction': guess, 'model_version': version}\n\n"
        "def send_event(event, client):\n    client.post('/events', event)\n"
    )
    serve = "import events\n" + ANSWERS + "    events.send_event(events.make(guess, 1), db)\n"
    assert verdict(PRACTICE, {"train.py": TRAINS, "serve.py": serve, "events.py": events}) == "yes"


@pytest.mark.parametrize(
    "source",
    [
        "from azureml.ai.monitoring import Collector\n\nC = Collector(name='model_outputs')\n",
        "from sagemaker.model_monitor import DataCaptureConfig\n\nC = DataCaptureConfig(True)\n",
        "sm.create_endpoint_config(DataCaptureConfig={'EnableCapture': True})\n",
        "model.batch_predict(gcs_source='gs://a', gcs_destination_prefix='gs://b')\n",
    ],
)
def test_what_an_endpoint_or_a_batch_of_a_cloud_keeps_is_partly(source: str) -> None:
    assert verdict(PRACTICE, {"train.py": TRAINS, "deploy.py": source}) == "partly"


def test_a_bare_version_beside_the_name_of_the_model_is_its_version() -> None:
    event = TRACKS.replace('"reg_model_version": 3', '"model": "rides", "version": 3')
    kept = "kinesis.put_record(Data=json.dumps(record))"
    assert verdict(PRACTICE, {"train.py": TRAINS, "serve.py": event % kept}) == "yes"
    other = event.replace('"model": "rides"', '"schema": "rides"')
    assert verdict(PRACTICE, {"train.py": TRAINS, "serve.py": other % kept}) == "no"


def test_an_answer_with_the_version_is_not_the_table_that_its_route_writes() -> None:
    route = TRACKS.replace("def track", "@app.post('/predict')\ndef track")
    kept = "table.to_csv('scored.csv')\n    return record"
    assert verdict(PRACTICE, {"train.py": TRAINS, "serve.py": route % kept}) == "no"


SETTINGS = """\
class AppConfiguration(Base):
    input_folder = mapped_column(String)
    output_type = mapped_column(String)
    llm_model = mapped_column(String)
"""


def test_a_table_of_settings_holds_no_exchange() -> None:
    assert verdict(PRACTICE, {"app.py": ASKS, "models.py": SETTINGS}) == "no"


def test_messages_count_in_a_repository_that_trains_and_asks_too() -> None:
    files = {"train.py": TRAINS, "serve.py": ANSWERS, "app.py": ASKS}
    assert verdict(PRACTICE, {**files, "models.py": MAPPED}) == "yes"
    assert verdict(PRACTICE, {**files, "models.py": SETTINGS}) == "no"


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("registered_model_version text", "yes"),
        ("model_name text,\n  version int", "yes"),
        ("version int", "partly"),
    ],
)
def test_a_table_of_predictions_names_its_model_by_any_form_of_its_version(
    column: str, expected: str
) -> None:
    table = f"CREATE TABLE predictions (\n  id int,\n  prediction float,\n  {column}\n);\n"
    files = {"train.py": TRAINS, "serve.py": ANSWERS, "db/1.sql": table}
    assert verdict(PRACTICE, files) == expected
