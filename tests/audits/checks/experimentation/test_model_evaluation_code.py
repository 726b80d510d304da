"""Whether the quality of a model is computed."""

import pytest

from tests.audits.examining import ASKS, TRAINS, notebook, places, verdict

PRACTICE = "model-evaluation-code"
METRIC = (
    "from sklearn.metrics import roc_auc_score\n\ndef judge(y, p):\n"
    "    return roc_auc_score(y, p)\n"
)


def test_without_machine_learning_the_question_makes_no_sense() -> None:
    assert verdict(PRACTICE, {"app.py": "print(1)\n"}) == "n/a"


def test_a_metric_in_tests_alone_is_a_no() -> None:
    assert verdict(PRACTICE, {"train.py": TRAINS, "tests/test_model.py": METRIC}) == "no"


def test_an_import_without_a_call_is_a_no() -> None:
    files = {"train.py": TRAINS, "judge.py": "from sklearn.metrics import roc_auc_score\n"}
    assert verdict(PRACTICE, files) == "no"


def test_a_metric_in_a_side_notebook_is_partly() -> None:
    assert verdict(PRACTICE, {"train.py": TRAINS, "n.ipynb": notebook((1, METRIC))}) == "partly"


def test_validation_data_of_a_fit_alone_are_partly() -> None:
    fits = (
        "from tensorflow import keras\nm = keras.Sequential([])\nm.fit(1, 2, validation_data=3)\n"
    )
    assert verdict(PRACTICE, {"train.py": fits}) == "partly"


def test_a_metric_of_a_library_is_a_yes() -> None:
    assert places(PRACTICE, {"train.py": TRAINS, "judge.py": METRIC})[0] == ("judge.py", 4)


def test_an_evaluation_of_answers_is_a_yes() -> None:
    grade = "from ragas import evaluate\n\ndef grade(rows):\n    return evaluate(rows)\n"
    assert verdict(PRACTICE, {"app.py": ASKS, "grade.py": grade}) == "yes"


def test_a_metric_of_its_own_in_r_is_a_yes() -> None:
    files = {
        "CODE/train.R": "library(glmnet)\nm <- cv.glmnet(x, y)\n",
        "CODE/judge.R": "print(calculate_confusion(actual = y, expected = p))\n",
    }
    assert places(PRACTICE, files) == [("CODE/judge.R", 1)]


def test_metrics_of_a_service_are_no_metrics_of_a_model() -> None:
    files = {
        "train.py": TRAINS,
        "serve.py": "import train\nfrom watch import push_metrics\npush_metrics('requests', 1)\n",
        "watch.py": "def push_metrics(name, n): ...\n",
    }
    assert verdict(PRACTICE, files) == "no"


def test_an_estimator_that_is_given_an_input_function_is_evaluated() -> None:
    code = (
        "import tensorflow as tf\nestimator = tf.estimator.Estimator(model_fn)\n"
        "estimator.train(input_fn=train)\nestimator.evaluate(input_fn=held_out, steps=10)\n"
    )
    assert places(PRACTICE, {"run.py": code}) == [("run.py", 4)]


def test_metrics_of_its_own_that_compare_two_tables_are_a_yes() -> None:
    files = {
        "train.py": TRAINS,
        "eval/metrics.py": "def metrics(results, truth):\n    print((results - truth).mean())\n",
        "evaluation.py": "import train\nfrom eval.metrics import metrics\nmetrics(1, 2)\n",
    }
    assert places(PRACTICE, files) == [("evaluation.py", 3)]


def test_the_notebook_that_alone_trains_measures_the_main_model() -> None:
    cells = notebook((1, TRAINS), (2, METRIC))
    app = "import joblib\nmodel = joblib.load('m.pkl')\nmodel.predict([1])\n"
    assert verdict(PRACTICE, {"study.ipynb": cells, "app.py": app}) == "yes"


def test_the_impurity_of_a_split_judges_no_model() -> None:
    grow = "import train\n\ndef gini_gain(a, b):\n    return a - b\n\ngini_gain(1, 2)\n"
    assert verdict(PRACTICE, {"train.py": TRAINS, "grow.py": grow}) == "no"


def test_the_scores_of_a_search_and_a_function_handed_over_judge_no_model() -> None:
    search = (
        "def search_with_relevance_scores(q):\n    return get_relevance_score_fn(q)\n\n"
        "def get_relevance_score_fn(q):\n    return len\n\n"
        "print(search_with_relevance_scores('a'))\n"
    )
    assert verdict(PRACTICE, {"app.py": ASKS + search}) == "no"


COUNTS = """\
import train

def {name}(model, loader):
    {body}
    for x, y in loader:
        good = model(x) == y
    return good

{name}(1, 2)
"""


@pytest.mark.parametrize(
    ("name", "body", "expected"),
    [
        ("load_test", "correct = 0", "no"),
        ("test_data", "correct = 0", "no"),
        ("run_epoch", "correct = 0", "no"),
        ("validate", "total = 0", "no"),
        ("validate_args", "print('accuracy')", "no"),
        ("evaluate", "print('loss', 1)", "no"),
        ("evaluate", "correct = 0", "yes"),
        ("test", "print('Test accuracy: ', 1)", "yes"),
        ("validate_epoch", "log = {'val/acc': 1}", "yes"),
    ],
)
def test_what_an_own_evaluation_computes_is_told_by_its_body(
    name: str, body: str, expected: str
) -> None:
    files = {"train.py": TRAINS, "run.py": COUNTS.format(name=name, body=body)}
    assert verdict(PRACTICE, files) == expected


def test_a_step_that_a_framework_calls_measures() -> None:
    step = (
        "import pytorch_lightning as pl\n\nclass Net(pl.LightningModule):\n"
        "    def training_step(self, x): return x\n\n"
        "    def validation_step(self, x):\n        self.log('{}', x)\n"
    )
    assert verdict(PRACTICE, {"net.py": step.format("val_loss")}) == "no"
    assert places(PRACTICE, {"net.py": step.format("val_acc")}) == [("net.py", 6)]


CSHARP = """\
using Microsoft.ML;
var ml = new MLContext();
var model = pipeline.Fit(ml.Data.LoadFromTextFile("a.csv"));
{line}
"""
JAVA = """\
import weka.classifiers.trees.J48;
import weka.classifiers.Evaluation;

class A {{ void f() {{ J48 tree = new J48(); tree.buildClassifier(train); {line} }} }}
"""
SCALA = """\
import org.apache.spark.ml.classification.LogisticRegression
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator

object A {{ val m = new LogisticRegression().fit(train)
{line}
}}
"""
BROWSER = """\
import * as tf from '@tensorflow/tfjs';
const model = tf.sequential();
await model.fit(x, y);
{line}
"""


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("A.cs", CSHARP, "var m = ml.MulticlassClassification.Evaluate(model.Transform(test));"),
        ("A.cs", CSHARP, "var m = ml.Regression.CrossValidate(data, pipeline);"),
        ("A.java", JAVA, "Evaluation e = new Evaluation(train); e.evaluateModel(tree, test);"),
        (
            "A.scala",
            SCALA,
            "val auc = new BinaryClassificationEvaluator().evaluate(m.transform(t))",
        ),
        ("a.ts", BROWSER, "const result = model.evaluate(xt, yt);"),
    ],
)
def test_other_languages_have_their_evaluators(name: str, text: str, line: str) -> None:
    assert verdict(PRACTICE, {name: text.format(line="")}) == "no"
    assert verdict(PRACTICE, {name: text.format(line=line)}) == "yes"
