"""Tools that serve predictions and watch them: import names, constructors and verbs."""

SERVERS = {
    "FastAPI": ("fastapi.FastAPI", "fastapi.APIRouter"),
    "Flask": (
        "flask.Flask",
        "flask.Blueprint",
        "flask_restful.Api",
        "flask_restx.Api",
        "flask_restplus.Api",
    ),
    "Django": ("django.urls.path", "django.urls.re_path", "django.conf.urls.url"),
    "Starlette": ("starlette.applications.Starlette",),
    "Litestar": ("litestar.Litestar",),
    "Sanic": ("sanic.Sanic",),
    "aiohttp": ("aiohttp.web.Application",),
    "Tornado": ("tornado.web.Application",),
    "Falcon": ("falcon.App", "falcon.API", "falcon.asgi.App"),
    "Bottle": ("bottle.Bottle", "bottle.route"),
    "Quart": ("quart.Quart",),
    "Robyn": ("robyn.Robyn",),
    "gRPC": ("grpc.server", "grpc.aio.server"),
    "Chalice": ("chalice.Chalice",),
}
"""Web frameworks that serve whatever stands behind them."""

MODEL_SERVERS = {
    "BentoML": ("bentoml.service", "bentoml.Service", "bentoml.api", "bentoml.BentoService"),
    "Ray Serve": ("ray.serve.deployment", "ray.serve.run", "ray.serve.ingress", "ray.serve.start"),
    "LitServe": ("litserve.LitServer",),
    "KServe": ("kserve.ModelServer", "kserve.KFServer", "kfserving.KFServer"),
    "Seldon": ("seldon_core",),
    "TorchServe": ("ts.torch_handler",),
    "MLServer": ("mlserver.MLModel",),
    "Triton": ("triton_python_backend_utils", "pytriton.triton.Triton"),
    "vLLM": ("vllm.AsyncLLMEngine", "vllm.entrypoints"),
    "MLflow model server": ("mlflow.pyfunc.serve", "mlflow.deployments.get_deploy_client"),
    "LangServe": ("langserve.add_routes",),
    "Chainlit": ("chainlit.on_message", "chainlit.on_chat_start"),
    "Modal": ("modal.App", "modal.Stub"),
    "Cog": ("cog.BasePredictor",),
    "RunPod": ("runpod.serverless.start",),
    "SageMaker endpoint": (
        "sagemaker.model.Model.deploy",
        "sagemaker.estimator.Estimator.deploy",
        "sagemaker.huggingface.HuggingFaceModel.deploy",
        "sagemaker.pytorch.PyTorchModel.deploy",
        "sagemaker.sklearn.SKLearnModel.deploy",
        "sagemaker.serializers",
        "aws_cdk.aws_sagemaker.CfnEndpoint",
        "aws-cdk-lib/aws-sagemaker.CfnEndpoint",
        "@aws-cdk/aws-sagemaker.CfnEndpoint",
    ),
    "Vertex AI endpoint": (
        "google.cloud.aiplatform.Model.deploy",
        "google.cloud.aiplatform.Endpoint.create",
    ),
    "Vertex AI batch prediction": (
        "google.cloud.aiplatform.Model.batch_predict",
        "google.cloud.aiplatform.BatchPredictionJob",
        "google.cloud.aiplatform_v1.types.BatchPredictionJob",
        "google.cloud.aiplatform_v1beta1.types.BatchPredictionJob",
    ),
    "Azure ML online endpoint": (
        "azure.ai.ml.entities.ManagedOnlineEndpoint",
        "azure.ai.ml.entities.ManagedOnlineDeployment",
        "azureml.core.webservice",
        "azureml.core.model.InferenceConfig",
        "azureml.contrib.services.aml_response",
    ),
    "Feast": ("feast.FeatureStore.serve",),
    "JoblibSpark": (),
}
"""Frameworks whose only use is serving a model or an answer."""

APPLICATIONS = {
    "Streamlit": ("streamlit",),
    "Gradio": (
        "gradio.Interface",
        "gradio.Blocks",
        "gradio.ChatInterface",
        "gradio.TabbedInterface",
    ),
    "Dash": ("dash.Dash",),
    "Panel": ("panel.serve",),
    "NiceGUI": ("nicegui.ui.run",),
    "Reflex": ("reflex.App",),
    "Taipy": ("taipy.Gui",),
    "Shiny": ("shiny.App",),
    "Mesop": ("mesop.page",),
    "H2O Wave": ("h2o_wave.app", "h2o_wave.listen"),
}
"""Frameworks of applications in which a model may answer."""

BOTS = {
    "Slack bot": ("slack_bolt.App", "slack_bolt.async_app.AsyncApp"),
    "Telegram bot": (
        "telegram.ext.Application",
        "telegram.ext.Updater",
        "telethon.TelegramClient",
        "pyrogram.Client",
        "aiogram.Bot",
        "telebot.TeleBot",
    ),
    "Discord bot": ("discord.Client", "discord.ext.commands.Bot", "nextcord.Client"),
    "Teams bot": ("botbuilder.core.ActivityHandler",),
}
SCRIPT_BOTS = {
    "Telegram bot": ("node-telegram-bot-api", "telegraf", "grammy"),
    "Slack bot": ("@slack/bolt",),
    "Discord bot": ("discord.js",),
    "Teams bot": ("botbuilder",),
    "WhatsApp bot": ("whatsapp-web.js", "@whiskeysockets/baileys"),
}
"""Frameworks by which a program answers people in a chat."""

R_SERVERS = {
    "Plumber": ("plumber::plumb", "plumber::pr", "plumber::pr_run"),
    "Shiny": ("shiny::shinyApp",),
    "vetiver": ("vetiver::vetiver_api",),
}

JULIA_SERVERS = {
    "Genie": ("Genie.route", "Genie.up"),
    "HTTP.jl": ("HTTP.serve", "HTTP.serve!", "HTTP.listen"),
    "Oxygen": ("Oxygen.serve",),
}

SCRIPT_SERVERS = {
    "Express": ("express",),
    "Fastify": ("fastify",),
    "Hono": ("hono",),
    "Koa": ("koa",),
    "NestJS": ("@nestjs/core",),
    "LangGraph server": ("@langchain/langgraph",),
    "Cloudflare Worker": ("@cloudflare/ai",),
    "tRPC": ("@trpc/server",),
}
GO_SERVERS = {
    "own Go HTTP server": ("net/http",),
    "Gin": ("github.com/gin-gonic/gin",),
    "Echo": ("github.com/labstack/echo",),
    "Fiber": ("github.com/gofiber/fiber",),
    "go-restful": ("github.com/emicklei/go-restful",),
    "gRPC": ("google.golang.org/grpc",),
    "Chi": ("github.com/go-chi/chi",),
    "Gorilla": ("github.com/gorilla/mux",),
}
JVM_SERVERS = {
    "Spring": ("org.springframework.web",),
    "Quarkus": ("io.quarkus",),
    "Akka HTTP": ("akka.http",),
    "Play": ("play.api.mvc",),
    "Javalin": ("io.javalin",),
    "Micronaut": ("io.micronaut.http",),
    "Ktor": ("io.ktor.server",),
    "http4s": ("org.http4s",),
}
RUST_SERVERS = {
    "Axum": ("axum",),
    "Actix": ("actix_web",),
    "Rocket": ("rocket",),
    "Warp": ("warp",),
    "tonic": ("tonic",),
}
CSHARP_SERVERS = {"ASP.NET Core": ("Microsoft.AspNetCore",)}

DRIFT = {
    "Evidently": (
        ("evidently",),
        [
            "run",
            "Report",
            "Dashboard",
            "DataDriftPreset",
            "DataDriftTable",
            "TestSuite",
            "calculate",
            "DataDriftTestPreset",
            "TargetDriftPreset",
            "DatasetDriftMetric",
            "ColumnDriftMetric",
        ],
    ),
    "NannyML": (
        ("nannyml",),
        [
            "fit",
            "calculate",
            "estimate",
            "UnivariateDriftCalculator",
            "CBPE",
            "DLE",
            "DataReconstructionDriftCalculator",
        ],
    ),
    "Alibi Detect": (
        ("alibi_detect",),
        ["predict", "KSDrift", "MMDDrift", "ChiSquareDrift", "TabularDrift", "ClassifierDrift"],
    ),
    "TorchDrift": (("torchdrift",), ["fit", "forward", "kernel_mmd"]),
    "River": (("river.drift",), ["update", "ADWIN", "KSWIN", "PageHinkley", "DDM"]),
    "scikit-multiflow": (("skmultiflow.drift_detection",), ["add_element", "detected_change"]),
    "Frouros": (("frouros",), ["compare", "fit", "update"]),
    "Deepchecks": (
        (
            "deepchecks.tabular.checks.FeatureDrift",
            "deepchecks.tabular.checks.TrainTestFeatureDrift",
            "deepchecks.tabular.suites.train_test_validation",
        ),
        ["run"],
    ),
    "TensorFlow Data Validation": (
        ("tensorflow_data_validation",),
        ["get_feature", "validate_statistics"],
    ),
    "Eurybia": (("eurybia",), ["compile", "SmartDrift"]),
    "popmon": (("popmon",), ["df_stability_report", "stability_report", "pm_stability_report"]),
    "SageMaker Model Monitor": (
        ("sagemaker.model_monitor", "boto3", "aws_cdk.aws_sagemaker", "aws-cdk-lib/aws-sagemaker"),
        [
            "create_monitoring_schedule",
            "suggest_baseline",
            "run_baseline",
            "create_data_quality_job_definition",
            "create_model_quality_job_definition",
            "CfnMonitoringSchedule",
            "CfnDataQualityJobDefinition",
            "CfnModelQualityJobDefinition",
        ],
    ),
    "Vertex model monitoring": (
        (
            "google.cloud.aiplatform.ModelDeploymentMonitoringJob",
            "google.cloud.aiplatform.model_monitoring",
            "google.cloud.aiplatform_v1",
            "google.cloud.aiplatform_v1beta1",
            "vertexai.resources.preview.ml_monitoring",
        ),
        ["create", "run", "ModelDeploymentMonitoringJob", "create_model_deployment_monitoring_job"],
    ),
    "Azure ML monitor": (
        ("azure.ai.ml.entities.MonitorSchedule", "azureml.datadrift"),
        [
            "create_from_datasets",
            "create",
            "begin_create_or_update",
            "enable_schedule",
            "MonitorSchedule",
        ],
    ),
    "whylogs": (
        ("whylogs.viz.drift", "whylogs.viz.NotebookProfileVisualizer"),
        ["calculate_drift_scores", "double_histogram", "summary_drift_report", "set_profiles"],
    ),
    "Phoenix": (("phoenix.Inferences",), ["launch_app"]),
    "Giskard": (
        ("giskard.testing.tests.drift", "giskard.testing.test_drift_psi"),
        ["execute"],
    ),
}
"""Drift libraries: import names, and the verbs that compare."""

DRIFT_FIELDS = frozenset(
    {"trainingPredictionSkewDetectionConfig", "predictionDriftDetectionConfig"}
    | {"training_prediction_skew_detection_config", "prediction_drift_detection_config"}
)
"""Fields of requests by which Vertex AI compares what it predicts on with a reference."""

DRIFT_TESTS = [
    "scipy.stats.ks_2samp",
    "scipy.stats.wasserstein_distance",
    "scipy.stats.chi2_contingency",
    "scipy.stats.chisquare",
    "scipy.spatial.distance.jensenshannon",
    "scipy.stats.entropy",
    "scipy.stats.anderson_ksamp",
    "scipy.stats.epps_singleton_2samp",
    "scipy.stats.mannwhitneyu",
    "scipy.stats.energy_distance",
    "scipy.special.kl_div",
    "scipy.stats.cramervonmises_2samp",
    "scipy.stats.ttest_ind",
]
"""Two-sample tests and distances; drift only where the code compares current with reference."""

DRIFT_WORDS = (
    "drift",
    "psi",
    "population_stability",
    "reference",
    "baseline",
    "covariate_shift",
    "distribution_shift",
)

MONITORS = {
    "Evidently": ("evidently",),
    "NannyML": ("nannyml",),
    "whylogs": ("whylogs",),
    "Arize": ("arize",),
    "Fiddler": ("fiddler",),
    "Aporia": ("aporia",),
    "WhyLabs": ("langkit",),
    "SageMaker Model Monitor": ("sagemaker.model_monitor",),
    "Azure ML data collector": ("azureml.ai.monitoring", "azureml.monitoring"),
}

MODEL_RECORDERS = {
    "whylogs": ("whylogs.log", "whylogs.logger"),
    "Arize": ("arize.api.Client.log", "arize.pandas.logger.Client.log"),
    "Fiddler": ("fiddler",),
    "Aporia": ("aporia",),
    "NannyML": ("nannyml",),
    "Evidently": ("evidently.collector", "evidently.ui.workspace"),
    "SageMaker Model Monitor": (
        "sagemaker.model_monitor.DataCaptureConfig",
        "sagemaker.model_monitor.DefaultModelMonitor",
        "sagemaker.model_monitor.ModelQualityMonitor",
    ),
    "Azure ML data collector": ("azureml.ai.monitoring.Collector", "azureml.monitoring"),
    "Vertex model monitoring": (
        "google.cloud.aiplatform.ModelDeploymentMonitoringJob",
        "google.cloud.aiplatform_v1.ModelDeploymentMonitoringJob",
        "google.cloud.aiplatform_v1beta1.ModelDeploymentMonitoringJob",
    ),
}
"""Monitors that keep what the model in use sees and says."""

EXPORTERS = (
    "prometheus_client",
    "prometheus_fastapi_instrumentator",
    "prometheus_flask_exporter",
    "starlette_exporter",
    "github.com/prometheus/client_golang",
    "prom-client",
    "statsd",
    "datadog",
    "io.micrometer",
    "opentelemetry.metrics",
    "opentelemetry.sdk.metrics",
    "opentelemetry.exporter.prometheus",
)
INSTRUMENTS = frozenset(
    {
        "create_counter",
        "create_up_down_counter",
        "create_histogram",
        "create_gauge",
        "create_observable_gauge",
        "create_observable_counter",
    }
)
"""What a meter of OpenTelemetry is asked for; the meter itself is often made elsewhere."""

TRACERS = (
    "opentelemetry",
    "go.opentelemetry.io/otel",
    "applicationinsights",
    "opencensus",
    "azure.monitor.opentelemetry",
    "langfuse",
    "langsmith.traceable",
    "langsmith.Client",
    "langsmith.wrappers",
    "phoenix.otel",
    "openinference",
    "logfire",
    "traceloop",
    "helicone",
    "mlflow.langchain.autolog",
    "mlflow.openai.autolog",
    "mlflow.trace",
    "opik.track",
    "comet_llm",
    "weave.op",
    "weave.init",
    "@vercel/otel",
    "@opentelemetry",
)
"""What records requests, times and traces, but nothing of the model itself."""
TRACING_HOSTS = ("helicone.ai", "portkey.ai", "langfuse.com", "gateway.ai.cloudflare.com")
"""Hosts through which, or to which, calls of a language model are sent to be recorded."""

REGISTRIES = [
    "mlflow.register_model",
    "mlflow.tracking.MlflowClient.create_model_version",
    "mlflow.MlflowClient.create_model_version",
    "mlflow.tracking.MlflowClient.transition_model_version_stage",
    "mlflow.MlflowClient.transition_model_version_stage",
    "mlflow.MlflowClient.set_registered_model_alias",
    "mlflow.tracking.MlflowClient.set_registered_model_alias",
    "mlflow.MlflowClient.get_latest_versions",
    "mlflow.tracking.MlflowClient.get_latest_versions",
    "mlflow.tracking.MlflowClient.search_model_versions",
    "mlflow.MlflowClient.search_model_versions",
    "azureml.core.model.Model.register",
    "azureml.core.Model.register",
    "azureml.core.Model",
    "azureml.core.model.Model",
    "wandb.link_model",
    "wandb.Run.link_model",
    "wandb.init.link_artifact",
    "azure.ai.ml.entities.Model",
    "sagemaker.model.Model.register",
    "sagemaker.estimator.Estimator.register",
    "sagemaker.ModelPackage",
    "sagemaker.workflow.step_collections.RegisterModel",
    "google.cloud.aiplatform.Model.upload",
    "google.cloud.aiplatform.Model.list",
    "google.cloud.aiplatform.ModelRegistry",
    "google.cloud.aiplatform.models.ModelRegistry",
    "comet_ml.API.register_model",
    "comet_ml.API.get_model",
    "comet_ml.api.API.get_model",
    "neptune.init_model",
    "neptune.init_model_version",
    "clearml.OutputModel",
    "zenml.register_model",
    "bentoml.models.create",
    "hsml.python.create_model",
    "mlflow.tracking.client.MlflowClient.create_registered_model",
    "mlflow.MlflowClient.create_registered_model",
]
REGISTRY_KEYWORDS = ("registered_model_name", "model_registry_name")
REGISTRY_METHODS = {
    "mlflow": (
        "register_model",
        "create_model_version",
        "transition_model_version_stage",
        "get_latest_versions",
        "set_registered_model_alias",
        "get_model_version_by_alias",
        "create_registered_model",
        "search_model_versions",
    ),
    "wandb": ("link_artifact", "link_model", "use_model"),
    "hopsworks": ("get_model_registry",),
    "sagemaker": ("register", "create_model_package"),
    "boto3": ("create_model_package", "list_model_packages", "update_model_package"),
    "google.cloud.aiplatform": ("upload_model",),
    "azureml": ("register_model",),
}
"""Methods that only a registry's client has, by the package that brings it."""

REGISTRY_COMMANDS = (
    ("gcloud", "ai", "models", "upload"),
    ("gcloud", "beta", "ai", "models", "upload"),
    ("az", "ml", "model", "create"),
    ("az", "ml", "model", "register"),
    ("aws", "sagemaker", "create-model-package"),
    ("gto", "register"),
    ("gto", "assign"),
)
"""Commands by which a registry takes a model."""

RUN_FETCHES = (
    "mlflow.artifacts.download_artifacts",
    "mlflow.tracking.MlflowClient.download_artifacts",
    "mlflow.MlflowClient.download_artifacts",
    "mlflow.search_runs",
    "mlflow.tracking.MlflowClient.search_runs",
    "mlflow.MlflowClient.search_runs",
)
"""Calls that find a model by the run that made it."""

HUB_CALLS = (
    "huggingface_hub.create_repo",
    "huggingface_hub.HfApi.upload_file",
    "huggingface_hub.upload_file",
    "huggingface_hub.snapshot_download",
    "huggingface_hub.hf_hub_download",
    "huggingface_hub.HfApi.upload_folder",
    "huggingface_hub.upload_folder",
)

FEATURE_STORES = {
    "Feast": (
        ("feast",),
        [
            "get_historical_features",
            "get_online_features",
            "materialize",
            "materialize_incremental",
            "apply",
        ],
    ),
    "Hopsworks": (
        ("hopsworks", "hsfs"),
        [
            "get_feature_store",
            "get_or_create_feature_group",
            "get_feature_view",
            "get_or_create_feature_view",
            "insert",
            "get_feature_group",
            "create_feature_view",
            "get_batch_data",
            "get_training_data",
        ],
    ),
    "Tecton": (
        ("tecton",),
        ["get_features_for_events", "get_online_features", "get_feature_service"],
    ),
    "SageMaker": (("sagemaker.feature_store",), ["ingest", "create", "athena_query", "put_record"]),
    "Databricks": (
        ("databricks.feature_store", "databricks.feature_engineering"),
        ["create_training_set", "score_batch", "create_table", "write_table", "log_model"],
    ),
    "Vertex AI": (
        ("google.cloud.aiplatform.Featurestore", "vertexai.resources.preview.feature_store"),
        ["read", "create", "ingest_from_df", "batch_serve_to_df"],
    ),
}

AUDIT_LOGS = (
    "auditlog.registry.auditlog.register",
    "simple_history.models.HistoricalRecords",
    "reversion.register",
    "easyaudit",
    "pghistory.track",
    "actstream.action.send",
    "sqlalchemy_continuum.make_versioned",
    "audited",
)

HOSTED_FUNCTIONS: dict[str, tuple[str, frozenset[str]]] = {
    "Supabase Edge Function": ("/supabase/functions/", frozenset()),
    "Netlify function": ("/netlify/functions/", frozenset()),
    "Convex action": ("/convex/", frozenset({"action", "internalAction", "httpAction"})),
}
"""Folders whose files a platform runs as functions, with the calls that make one, if any."""
