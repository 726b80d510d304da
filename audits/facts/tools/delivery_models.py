"""Commands that train or evaluate a model without a program of the repository."""

MODEL_VERBS: dict[str, tuple[tuple[str, ...], ...]] = {
    "promptfoo": (("eval",),),
    "deepeval": (("test",),),
    "azureml": (("run",),),
    "mlflow": (("run",), ("projects", "run")),
    "rasa": (("train",), ("test",)),
    "spacy": (("train",), ("evaluate",)),
    "autotrain": ((),),
    "axolotl": (("train",),),
    "llamafactory-cli": (("train",), ("eval",)),
    "lm_eval": ((),),
    "lm-eval": ((),),
    "allennlp": (("train",), ("evaluate",)),
    "fairseq-train": ((),),
    "ludwig": (("train",), ("experiment",)),
    "yolo": (("train",), ("val",)),
    "kedro": (("run",),),
    "metaflow": (("run",),),
    "sm-train": ((),),
    "inspect": (("eval",),),
    "gcloud": (
        ("ai", "custom-jobs", "create"),
        ("ai-platform", "jobs", "submit"),
        ("ai", "hp-tuning-jobs", "create"),
    ),
    "aws": (("sagemaker", "create-training-job"), ("sagemaker", "start-pipeline-execution")),
    "databricks": (("bundle", "run"), ("jobs", "run-now")),
}
"""Programs with the first operands by which they train or evaluate."""

MODEL_ACTIONS = (
    "promptfoo/promptfoo-action",
    "azure/aml-run",
    "aml-run",
    "microsoft/genaiops-eval",
    "microsoft/ai-agent-evals",
    "azure/ai-evaluation",
)
"""Actions that do so."""
