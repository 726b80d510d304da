"""Formats that run code when they are loaded, and the calls that load and write them."""

UNSAFE_LOADS = {
    "pickle": (
        "pickle.load",
        "pickle.loads",
        "pickle.Unpickler",
        "cPickle.load",
        "cPickle.loads",
        "_pickle.load",
        "six.moves.cPickle.load",
        "pickle5.load",
    ),
    "joblib": ("joblib.load", "sklearn.externals.joblib.load"),
    "dill": ("dill.load", "dill.loads", "dill.load_session"),
    "cloudpickle": ("cloudpickle.load", "cloudpickle.loads"),
    "pandas pickle": ("pandas.read_pickle", "pandas.io.pickle.read_pickle"),
    "shelve": ("shelve.open",),
    "marshal": ("marshal.load", "marshal.loads"),
    "jsonpickle": ("jsonpickle.decode",),
    "compress_pickle": ("compress_pickle.load", "compress_pickle.loads"),
    "klepto": ("klepto.archives.file_archive",),
    "torch.package": (
        "torch.package.PackageImporter.load_pickle",
        "torch.package.package_importer.PackageImporter.load_pickle",
    ),
}
"""Calls that run whatever the file says."""

UNSAFE_WRITES = [
    "pickle.dump",
    "pickle.dumps",
    "pickle.Pickler",
    "cPickle.dump",
    "joblib.dump",
    "sklearn.externals.joblib.dump",
    "dill.dump",
    "dill.dumps",
    "cloudpickle.dump",
    "cloudpickle.dumps",
    "torch.save",
    "pandas.DataFrame.to_pickle",
    "compress_pickle.dump",
]
UNSAFE_WRITE_METHODS = ("to_pickle",)

FRAMEWORK_LOADERS = [
    "mlflow.pyfunc.load_model",
    "mlflow.sklearn.load_model",
    "mlflow.pytorch.load_model",
    "mlflow.xgboost.load_model",
    "mlflow.lightgbm.load_model",
    "mlflow.catboost.load_model",
    "mlflow.spark.load_model",
    "mlflow.statsmodels.load_model",
    "mlflow.prophet.load_model",
    "mlflow.keras.load_model",
    "mlflow.tensorflow.load_model",
    "mlflow.transformers.load_model",
    "mlflow.pyfunc.load_pyfunc",
    "bentoml.sklearn.load_model",
    "bentoml.sklearn.load_runner",
    "bentoml.picklable_model.load_model",
    "bentoml.pytorch.load_model",
    "pycaret.classification.load_model",
    "pycaret.regression.load_model",
    "torch.hub.load_state_dict_from_url",
    "torch.utils.model_zoo.load_url",
    "fastai.learner.load_learner",
    "fastai.vision.all.load_learner",
    "stable_baselines3.PPO.load",
    "stable_baselines3.DQN.load",
    "stable_baselines3.A2C.load",
    "stable_baselines3.SAC.load",
    "pytorch_lightning.LightningModule.load_from_checkpoint",
    "lightning.LightningModule.load_from_checkpoint",
    "lightning.pytorch.LightningModule.load_from_checkpoint",
    "sktime.base.load",
    "darts.models.forecasting.forecasting_model.ForecastingModel.load",
    "ray.train.Checkpoint.from_directory",
    "gensim.models.Word2Vec.load",
    "gensim.models.LdaModel.load",
    "gensim.models.Doc2Vec.load",
    "statsmodels.iolib.smpickle.load_pickle",
    "h2o.load_model",
    "flair.models.SequenceTagger.load",
    "sklearn_crfsuite.load",
    "surprise.dump.load",
    "autogluon.tabular.TabularPredictor.load",
    "zenml.client.Client.get_artifact_version",
    "mlflow.pyfunc.spark_udf",
    "mlflow.langchain.load_model",
    "mlflow.h2o.load_model",
    "lifelines.utils.load",
]
"""Loaders of a framework that unpickle inside."""

R_LOADS = (
    "base::readRDS",
    "base::load",
    "base::unserialize",
    "readr::read_rds",
    "qs::qread",
    "base::attach",
)
R_WRITES = (
    "base::saveRDS",
    "base::save",
    "readr::write_rds",
    "base::serialize",
    "base::save.image",
    "qs::qsave",
)
JULIA_LOADS = ("Serialization.deserialize", "BSON.load", "JLSO.load", "MLJ.machine")
JAVA_LOADS = ("readObject", "readUnshared")
"""Native object streams of other languages."""

AUDIT_APPLICATIONS = frozenset(
    {"auditlog", "simple_history", "easyaudit", "actstream", "pghistory", "reversion"}
)
"""Applications of Django that record changes."""
TABLE_BASES = frozenset({"Base", "Model", "SQLModel", "DeclarativeBase", "Document", "BaseEntity"})
"""Classes whose subclasses are tables."""
MODEL_LIBRARIES = frozenset(
    {"kserve", "keras", "tensorflow", "torch", "mlflow", "pytorch_lightning", "lightning", "spacy"}
    | {"transformers", "gensim", "bentoml", "haystack", "langchain", "langchain_core", "flax"}
)
"""Libraries whose `Model` or `Document` is no table of a database."""
AUDIT_NOUNS = frozenset(
    {"log", "logs", "event", "events", "entry", "entries", "trail", "record", "records"}
)
