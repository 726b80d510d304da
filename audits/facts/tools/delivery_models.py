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

TRAINING_STEPS = (
    "google_cloud_pipeline_components.v1.custom_job",
    "google_cloud_pipeline_components.v1.automl",
    "google_cloud_pipeline_components.v1.bigquery.BigqueryCreateModelJobOp",
    "google_cloud_pipeline_components.v1.hyperparameter_tuning_job",
    "google_cloud_pipeline_components.experimental.custom_job",
    "google_cloud_pipeline_components.aiplatform.CustomContainerTrainingJobRunOp",
    "google_cloud_pipeline_components.aiplatform.CustomPythonPackageTrainingJobRunOp",
    "google_cloud_pipeline_components.aiplatform.AutoMLTabularTrainingJobRunOp",
    "google_cloud_pipeline_components.aiplatform.AutoMLImageTrainingJobRunOp",
    "google.cloud.aiplatform.CustomTrainingJob",
    "google.cloud.aiplatform.CustomContainerTrainingJob",
    "google.cloud.aiplatform.CustomPythonPackageTrainingJob",
    "google.cloud.aiplatform.AutoMLTabularTrainingJob",
    "google.cloud.aiplatform.CustomJob",
    "sagemaker.workflow.steps.TrainingStep",
    "sagemaker.workflow.steps.TuningStep",
    "sagemaker.workflow.automl_step.AutoMLStep",
    "kubeflow.training.TrainingClient.create_job",
    "azure.ai.ml.automl",
)
"""Calls by which a program orders a training that runs somewhere else."""

SUBMITTING = frozenset({
    "PipelineJob", "create_run_from_pipeline_package", "create_run_from_pipeline_func",
    "run_pipeline", "create_recurring_run", "create_run_from_job_spec", "create_schedule",
})  # fmt: skip
"""Calls by which a compiled pipeline is started."""

COMPILING = ("Compiler.compile", "KubeflowDagRunner.run", "KubeflowV2DagRunner.run")
"""Endings of calls that write a pipeline down."""

CONTAINED_STEPS = ("container_component",)
"""Decorators of a step whose program is an image; only its name says what it does."""

MODEL_ACTIONS = (
    "promptfoo/promptfoo-action",
    "azure/aml-run",
    "aml-run",
    "microsoft/genaiops-eval",
    "microsoft/ai-agent-evals",
    "azure/ai-evaluation",
)
"""Actions that do so."""
