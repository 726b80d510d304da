"""Pipelines, schedules and data versions by the calls, decorators and keys that define them."""

PIPELINE_CALLS = {
    "airflow.DAG": "Airflow", "airflow.models.DAG": "Airflow", "airflow.sdk.DAG": "Airflow",
    "airflow.models.dag.DAG": "Airflow",
    "airflow.decorators.dag": "Airflow", "airflow.sdk.dag": "Airflow",
    "zenml.pipeline": "ZenML", "zenml.pipelines.pipeline": "ZenML",
    "kfp.dsl.pipeline": "Kubeflow Pipelines", "kfp.v2.dsl.pipeline": "Kubeflow Pipelines",
    "kedro.pipeline.Pipeline": "Kedro", "kedro.pipeline.pipeline": "Kedro",
    "kedro.pipeline.modular_pipeline.pipeline": "Kedro",
    "flytekit.workflow": "Flyte", "union.workflow": "Flyte",
    "azureml.pipeline.core.Pipeline": "Azure ML", "azure.ai.ml.dsl.pipeline": "Azure ML",
    "sagemaker.workflow.pipeline.Pipeline": "SageMaker Pipelines",
    "sagemaker.mlops.workflow.pipeline.Pipeline": "SageMaker Pipelines",
    "tfx.orchestration.pipeline.Pipeline": "TFX", "tfx.dsl.Pipeline": "TFX",
    "tfx.v1.dsl.Pipeline": "TFX",
    "stepfunctions.workflow.Workflow": "Step Functions", "stepfunctions.steps.Chain":
    "Step Functions", "clearml.PipelineController": "ClearML",
    "clearml.automation.controller.PipelineController": "ClearML",
    "clearml.PipelineDecorator.pipeline": "ClearML",
    "clearml.automation.controller.PipelineDecorator.pipeline": "ClearML",
    "google.cloud.aiplatform.PipelineJob": "Vertex AI Pipelines",
    "google.cloud.aiplatform.pipeline_jobs.PipelineJob": "Vertex AI Pipelines",
    "hera.workflows.DAG": "Argo", "hera.workflows.Steps": "Argo",
    "couler.argo.dag": "Argo", "orchest.pipeline": "Orchest",
    "tar_target": "targets", "tar_plan": "targets", "drake_plan": "drake",
    "targets::tar_target": "targets", "targets::tar_plan": "targets", "drake::drake_plan": "drake",
    "snakemake.workflow": "Snakemake", "ploomber.DAG": "Ploomber", "ploomber.spec.DAGSpec":
    "Ploomber", "mlrun.new_project": "MLRun", "valohai.Pipeline": "Valohai",
}  # fmt: skip
"""Calls and decorators of which one is a pipeline of several steps."""

STEP_CALLS = {
    "prefect.flow": ("Prefect", "prefect.task"), "prefect.Flow": ("Prefect", "prefect.task"),
    "dagster.asset": ("Dagster", "dagster.asset"), "dagster.job": ("Dagster", "dagster.op"),
    "dagster.graph": ("Dagster", "dagster.op"), "dagster.multi_asset": ("Dagster", "dagster.asset"),
    "dagster.pipeline": ("Dagster", "dagster.solid"), "metaflow.step": ("Metaflow",
    "metaflow.step"), "luigi.build": ("Luigi", "luigi.Task"), "mage_ai.data_preparation.decorators."
    "transformer": ("Mage", "mage_ai.data_preparation.decorators.transformer"),
}  # fmt: skip
"""A definition and the step of which there must be at least two in the repository."""

STEP_BASES = {"metaflow.FlowSpec": "Metaflow", "luigi.Task": "Luigi", "luigi.ExternalTask": "Luigi"}
"""Classes whose subclasses are flows or steps."""

SCHEDULE_KEYWORDS = {
    "airflow.DAG": ("schedule", "schedule_interval", "timetable"),
    "airflow.models.DAG": ("schedule", "schedule_interval", "timetable"),
    "airflow.models.dag.DAG": ("schedule", "schedule_interval", "timetable"),
    "airflow.sdk.DAG": ("schedule",), "airflow.sdk.dag": ("schedule",),
    "airflow.decorators.dag": ("schedule", "schedule_interval", "timetable"),
    "dagster.ScheduleDefinition": ("cron_schedule",), "dagster.schedule": ("cron_schedule",),
    "dagster.AutomationCondition.on_cron": (),
    "prefect.client.schemas.schedules.CronSchedule": (), "prefect.schedules.Cron": (),
    "prefect.schedules.CronSchedule": (), "prefect.schedules.IntervalSchedule": (),
    "prefect.schedules.Interval": (),
    "prefect.server.schemas.schedules.CronSchedule": (),
    "prefect.orion.schemas.schedules.CronSchedule": (),
    "prefect.orion.schemas.schedules.IntervalSchedule": (),
    "azure.ai.ml.entities.CronTrigger": (), "azure.ai.ml.entities.RecurrenceTrigger": (),
    "azure.ai.ml.entities.JobSchedule": (),
    "azureml.pipeline.core.schedule.ScheduleRecurrence": (),
    "azureml.pipeline.core.ScheduleRecurrence": (),
    "azureml.pipeline.core.schedule.Schedule.create": (),
    "azureml.pipeline.core.Schedule.create": (),
    "sagemaker.workflow.triggers.PipelineSchedule": (), "metaflow.schedule": (),
    "flytekit.CronSchedule": (), "flytekit.FixedRate": (),
    "flytekit.core.schedule.CronSchedule": (), "modal.Cron": (), "modal.Period": (),
    "zenml.config.schedule.Schedule": (), "zenml.pipelines.Schedule": (),
    "zenml.config.Schedule": (), "celery.schedules.crontab": (), "huey.crontab": (),
    "schedule.every": (), "django_q.tasks.schedule": (), "rocketry.Rocketry": (),
    "django_celery_beat.models.PeriodicTask.objects.create": (),
    "fastapi_utils.tasks.repeat_every": (), "time.NewTicker": (), "time.Tick": (),
    "time.AfterFunc": (), "gocron.NewScheduler": (), "cronR::cron_add": (),
}  # fmt: skip
"""Calls that set a schedule; with keywords, only if one of them is given and is not None."""

SCHEDULE_METHODS = {
    "serve": ("cron", "interval", "schedule", "schedules"),
    "deploy": ("cron", "interval", "schedule", "schedules"),
    "create_schedule": ("cron", "cron_expression"),
    "create_recurring_run": ("cron_expression", "interval_second"),
    "add_job": ("cron", "interval", "hours", "days", "minutes", "hour", "trigger", "day_of_week"),
    "scheduled_job": ("hours", "days", "minutes", "hour", "trigger", "day_of_week", "cron"),
    "add_periodic_task": (), "crontab": (), "put_triggers": (), "repeat_every": (), "run_daily": (),
}  # fmt: skip
"""Methods that set a schedule, with the keywords by which they do."""

VERSION_KEYWORDS = {
    "datasets.load_dataset": ("revision",), "dvc.api.open": ("rev",), "dvc.api.read": ("rev",),
    "dvc.api.get_url": ("rev",), "dvc.api.params_show": (),
    "huggingface_hub.hf_hub_download": ("revision",),
    "huggingface_hub.snapshot_download": ("revision",),
    "deltalake.DeltaTable": ("version",),
    "clearml.Dataset.get": ("dataset_version", "dataset_id"),
    "azure.ai.ml.MLClient.data.get": ("version",),
    "torchvision.datasets.utils.download_and_extract_archive": ("md5",),
    "torchvision.datasets.utils.download_url": ("md5",),
    "sklearn.datasets.fetch_openml": ("version", "data_id"), "tensorflow_datasets.load": (),
    "openml.datasets.get_dataset": (), "quilt3.Package.browse": ("top_hash",),
    "azureml.core.Dataset.get_by_name": ("version",), "pooch.retrieve": ("known_hash",),
    "pooch.create": ("registry",),
}  # fmt: skip
"""Calls that read data, with the keywords that pin its version."""

VERSION_METHODS = {
    "get_training_data": ("training_dataset_version",),
    "get_training_dataset": ("version", "training_dataset_version"),
    "get_train_test_split": ("training_dataset_version",),
    "get_train_validation_test_split": ("training_dataset_version",),
    "create_train_test_split": (), "create_training_data": (),
    "create_train_validation_test_split": (), "load_as_of": (), "time_travel": (),
}  # fmt: skip
"""Methods of data stores that read or make a numbered version of a training set."""

VERSION_OPTIONS = ("versionAsOf", "timestampAsOf", "snapshot-id", "as-of-timestamp")
"""First arguments of `.option(…)` by which a table is read as it was."""

VERSION_CLAUSES = ("for system_time as of", "version as of", "timestamp as of")
"""Words of a query by which a table is read as it was."""

CHECKSUMS = frozenset({"sha256sum", "md5sum", "sha1sum", "sha512sum", "shasum", "b2sum"})
"""Programs that compute checksums."""

TRYING = frozenset({
    "train", "training", "finetune", "finetuning", "eval", "evaluate", "evaluation", "benchmark",
    "bench", "judge",
})  # fmt: skip
"""Words of a path under which code trains or evaluates."""
