"""Tools of experiments: trackers, metrics and evaluation, by import names and effective verbs."""

TRACKERS = {
    "MLflow": (
        ("mlflow",),
        [
            "start_run",
            "log_metric",
            "log_metrics",
            "log_param",
            "log_params",
            "autolog",
            "set_experiment",
            "log_artifact",
            "log_artifacts",
            "log_model",
            "log_dict",
            "log_figure",
            "evaluate",
            "log_input",
        ],
    ),
    "Weights & Biases": (
        ("wandb",),
        [
            "init",
            "log",
            "watch",
            "log_artifact",
            "save",
            "Table",
            "run_log",
            "finish",
            "WandbMetricsLogger",
            "WandbCallback",
        ],
    ),
    "DVCLive": (
        ("dvclive",),
        [
            "Live",
            "log_metric",
            "log_param",
            "log_params",
            "next_step",
            "DVCLiveCallback",
            "make_summary",
            "log_artifact",
            "log_plot",
            "log_sklearn_plot",
            "log_image",
        ],
    ),
    "Comet": (
        ("comet_ml",),
        [
            "Experiment",
            "start",
            "log_metric",
            "log_metrics",
            "log_parameter",
            "log_parameters",
            "OfflineExperiment",
            "ExistingExperiment",
        ],
    ),
    "Neptune": (
        ("neptune", "neptune_scale"),
        [
            "init",
            "init_run",
            "Run",
            "log",
            "log_metrics",
            "log_configs",
            "append",
            "NeptuneCallback",
        ],
    ),
    "ClearML": (
        ("clearml", "trains"),
        ["init", "report_scalar", "connect", "report_single_value", "get_logger"],
    ),
    "Aim": (("aim",), ["Run", "track"]),
    "Azure ML runs": (
        ("azureml.core", "azureml.train", "azureml._restclient"),
        ["log", "log_list", "log_row", "log_table", "start_logging", "get_context", "log_image"],
    ),
    "Vertex AI experiments": (
        ("google.cloud.aiplatform",),
        ["log_metrics", "log_params", "start_run", "start_execution", "log_time_series_metrics"],
    ),
    "SageMaker experiments": (
        ("sagemaker.experiments", "smexperiments"),
        ["Run", "log_metric", "log_parameter", "log_parameters", "create", "load_run"],
    ),
    "Sacred": (("sacred",), ["log_scalar", "main", "automain", "capture"]),
    "Polyaxon": (("polyaxon",), ["log_metrics", "log_metric", "init", "log_inputs"]),
    "Guild": (("guild",), ["run"]),
    "ZenML": (("zenml",), ["log_metadata", "log_artifact_metadata", "log_model_metadata"]),
    "SwanLab": (("swanlab",), ["init", "log"]),
    "Trackio": (("trackio",), ["init", "log"]),
    "Keepsake": (("keepsake",), ["init", "checkpoint"]),
    "Determined": (
        ("determined",),
        ["report_training_metrics", "report_validation_metrics", "report_metrics"],
    ),
    "LangSmith experiments": (("langsmith",), ["evaluate", "aevaluate"]),
}
"""Tracking systems: import names, and the verbs that log a run."""

LOGGER_CLASSES = {
    "WandbLogger": "Weights & Biases",
    "MLFlowLogger": "MLflow",
    "MlflowLogger": "MLflow",
    "CometLogger": "Comet",
    "NeptuneLogger": "Neptune",
    "DVCLiveLogger": "DVCLive",
    "ClearMLLogger": "ClearML",
    "AimLogger": "Aim",
    "WandbCallback": "Weights & Biases",
    "MLflowLoggerCallback": "MLflow",
    "WandbLoggerCallback": "Weights & Biases",
    "CometLoggerCallback": "Comet",
    "DVCLiveCallback": "DVCLive",
    "WandbMetricsLogger": "Weights & Biases",
    "AimLoggerCallback": "Aim",
}
"""Loggers and callbacks that training frameworks bring along."""

REPORT_TO = {
    "wandb": "Weights & Biases",
    "mlflow": "MLflow",
    "comet_ml": "Comet",
    "neptune": "Neptune",
    "clearml": "ClearML",
    "dvclive": "DVCLive",
    "azure_ml": "Azure ML runs",
    "all": "every tracker that is installed",
    "trackio": "Trackio",
    "swanlab": "SwanLab",
}
"""Values of `report_to=` and `log_with=` that name a tracker."""

R_TRACKERS = ("mlflow::mlflow_start_run", "mlflow::mlflow_log_metric", "mlflow::mlflow_log_param")

LOCAL_LOGS = [
    "torch.utils.tensorboard.SummaryWriter",
    "tensorboardX.SummaryWriter",
    "tensorflow.summary.create_file_writer",
    "tensorflow.keras.callbacks.TensorBoard",
    "keras.callbacks.TensorBoard",
    "tensorflow.keras.callbacks.CSVLogger",
    "keras.callbacks.CSVLogger",
    "pytorch_lightning.loggers.TensorBoardLogger",
    "pytorch_lightning.loggers.CSVLogger",
    "lightning.pytorch.loggers.TensorBoardLogger",
    "lightning.pytorch.loggers.CSVLogger",
    "pytorch_lightning.loggers.tensorboard.TensorBoardLogger",
    "tensorboardX.writer.SummaryWriter",
    "tensorboard_logger.log_value",
    "torch.utils.tensorboard.writer.SummaryWriter",
]
"""Logs that stay files."""

METRIC_MODULES = [
    "sklearn.metrics",
    "torchmetrics",
    "evaluate.load",
    "datasets.load_metric",
    "seqeval",
    "nltk.translate.bleu_score",
    "sacrebleu",
    "rouge_score",
    "jiwer",
    "pycocotools.cocoeval",
    "bert_score",
    "ignite.metrics",
    "fairlearn.metrics",
    "sktime.performance_metrics",
    "surprise.accuracy",
    "lifelines.utils.concordance_index",
    "ranx",
    "pytrec_eval",
    "imblearn.metrics",
    "keras.metrics",
    "mlflow.evaluate",
    "mlflow.models.evaluate",
    "pyspark.ml.evaluation",
    "aif360.metrics",
    "properscoring",
    "permetrics",
    "mir_eval",
    "editdistance.eval",
    "darts.metrics",
    "gluonts.evaluation",
    "utilsforecast.losses",
    "scikitplot.metrics",
    "cuml.metrics",
    "xgboost.cv",
    "dask_ml.metrics",
    "tensorflow_model_analysis",
    "pyannote.metrics",
    "sksurv.metrics",
    "yardstick",
    "scikit_posthocs",
]
"""Where metrics of quality come from."""

NOT_QUALITY = (
    "mir_eval.sonify",
    "mir_eval.display",
    "mir_eval.io",
    "mir_eval.util",
    "sklearn.metrics.pairwise",
    "sklearn.metrics.make_scorer",
    "sklearn.metrics.get_scorer",
    "sklearn.metrics.DistanceMetric",
)

CROSS_VALIDATION = frozenset(
    [
        "sklearn.model_selection.cross_val_score",
        "sklearn.model_selection.cross_validate",
        "sklearn.model_selection.cross_val_predict",
        "surprise.model_selection.cross_validate",
        "xgboost.cv",
        "lightgbm.cv",
        "catboost.cv",
        "prophet.diagnostics.cross_validation",
        "prophet.diagnostics.performance_metrics",
        "sktime.forecasting.model_evaluation.evaluate",
        "pmdarima.model_selection.cross_val_score",
    ]
)

EVALUATING_METHODS = frozenset(
    ["evaluate", "validate", "test", "score", "backtest", "historical_forecasts"]
)
"""Methods of a library's model that measure it on given data."""

LLM_EVALUATORS = [
    "ragas.evaluate",
    "ragas.aevaluate",
    "deepeval.evaluate",
    "deepeval.assert_test",
    "azure.ai.evaluation",
    "promptflow.evals",
    "promptflow.client",
    "langsmith.evaluate",
    "langsmith.evaluation",
    "langsmith.aevaluate",
    "langchain.evaluation",
    "lm_eval",
    "inspect_ai",
    "mlflow.genai.evaluate",
    "braintrust.Eval",
    "weave.Evaluation",
    "phoenix.evals",
    "phoenix.experiments",
    "trulens",
    "trulens_eval",
    "llama_index.core.evaluation",
    "llama_index.evaluation",
    "opik.evaluation",
    "langfuse.run_experiment",
    "lighteval",
    "openevals",
    "autoevals",
    "uptrain",
    "continuous_eval",
    "evals.Eval",
    "giskard.scan",
]

SEARCHES = [
    "sklearn.model_selection.GridSearchCV",
    "sklearn.model_selection.RandomizedSearchCV",
    "sklearn.model_selection.HalvingGridSearchCV",
    "sklearn.model_selection.HalvingRandomSearchCV",
    "optuna.create_study",
    "hyperopt.fmin",
    "ray.tune.Tuner",
    "ray.tune.run",
    "keras_tuner",
    "kerastuner",
    "skopt.gp_minimize",
    "skopt.BayesSearchCV",
    "wandb.sweep",
    "wandb.agent",
    "bayes_opt.BayesianOptimization",
    "nevergrad",
    "flaml.AutoML",
    "tpot",
    "autosklearn",
    "pyspark.ml.tuning.CrossValidator",
    "pyspark.ml.tuning.TrainValidationSplit",
    "sklearn_genetic",
    "sigopt",
    "ax.optimize",
    "autogluon",
    "sktime.forecasting.model_selection.ForecastingGridSearchCV",
    "sktime.forecasting.model_selection.ForecastingRandomizedSearchCV",
    "azure.ai.ml.sweep",
    "sagemaker.tuner.HyperparameterTuner",
    "google.cloud.aiplatform.HyperparameterTuningJob",
    "pycaret.classification.tune_model",
    "pycaret.regression.tune_model",
    "h2o.grid",
    "h2o.automl",
    "smac",
    "dehb",
    "hpbandster",
    "talos",
    "ray.tune.search",
    "mango.Tuner",
    "pmdarima.auto_arima",
    "optuna.integration",
    "lightgbm_tuner",
    "neps",
]
R_SEARCHES = (
    "caret::train",
    "tune::tune_grid",
    "tune::tune_bayes",
    "mlr3tuning::tune",
    "h2o::h2o.grid",
    "h2o::h2o.automl",
)

GO_SEARCHES = ("github.com/c-bata/goptuna",)
PENALTY_PATHS = frozenset(
    [
        f"sklearn.linear_model.{name}"
        for name in (
            "LassoCV",
            "RidgeCV",
            "ElasticNetCV",
            "LogisticRegressionCV",
            "LassoLarsCV",
            "LarsCV",
            "MultiTaskLassoCV",
            "RidgeClassifierCV",
        )
    ]
)
"""Learners that choose one penalty by cross-validation."""

SEEDS = [
    "random.seed",
    "numpy.random.seed",
    "torch.manual_seed",
    "torch.cuda.manual_seed_all",
    "tensorflow.random.set_seed",
    "tensorflow.set_random_seed",
    "pytorch_lightning.seed_everything",
    "lightning.seed_everything",
    "lightning.pytorch.seed_everything",
    "transformers.set_seed",
    "accelerate.utils.set_seed",
    "transformers.enable_full_determinism",
    "keras.utils.set_random_seed",
    "numpy.random.default_rng",
    "jax.random.PRNGKey",
    "tensorflow.keras.utils.set_random_seed",
    "lightning.fabric.utilities.seed.seed_everything",
    "fastai.torch_core.set_seed",
]
SEED_KEYWORDS = ("random_state", "seed", "random_seed", "rng_seed", "data_seed")
R_SEEDS = ("base::set.seed",)
SPLITS = [
    "sklearn.model_selection.train_test_split",
    "torch.utils.data.random_split",
    "sklearn.model_selection.KFold",
    "sklearn.model_selection.StratifiedKFold",
    "sklearn.model_selection.ShuffleSplit",
    "sklearn.model_selection.StratifiedShuffleSplit",
    "numpy.random.permutation",
    "numpy.random.shuffle",
    "random.shuffle",
]

R_METRICS = [
    "caret::confusionMatrix",
    "pROC::auc",
    "pROC::roc",
    "ROCR::performance",
    "Metrics::rmse",
    "Metrics::auc",
    "yardstick::metrics",
    "yardstick::accuracy",
    "yardstick::roc_auc",
    "yardstick::rmse",
    "MLmetrics::AUC",
    "forecast::accuracy",
    "fabletools::accuracy",
]
