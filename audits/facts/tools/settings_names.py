"""Names of hyperparameters, of what reads them from outside, and of learners that draw lots."""

HYPERPARAMETERS = frozenset(
    [
        "alpha",
        "alphas",
        "batch_size",
        "beta",
        "bootstrap",
        "c",
        "class_weight",
        "colsample_bytree",
        "criterion",
        "decay",
        "depth",
        "dropout",
        "dropout_rate",
        "embedding_dim",
        "epoch",
        "epochs",
        "n_factors",
        "epsilon",
        "eta",
        "gamma",
        "gradient_accumulation_steps",
        "hidden_dim",
        "hidden_layer_sizes",
        "hidden_size",
        "iterations",
        "kernel",
        "l1_ratio",
        "lambda",
        "latent_dim",
        "learning_rate",
        "learningrate",
        "lora_alpha",
        "lora_dropout",
        "lora_r",
        "lr",
        "lr_scheduler_type",
        "max_depth",
        "max_epochs",
        "max_features",
        "max_iter",
        "max_leaf_nodes",
        "max_seq_length",
        "max_seq_len",
        "max_steps",
        "min_child_weight",
        "min_samples_leaf",
        "min_samples_split",
        "momentum",
        "n_components",
        "n_epochs",
        "n_estimators",
        "n_layers",
        "n_neighbors",
        "ngram_range",
        "nrounds",
        "num_boost_round",
        "num_epochs",
        "num_factors",
        "num_heads",
        "num_layers",
        "num_leaves",
        "num_rounds",
        "num_train_epochs",
        "num_trees",
        "optimizer",
        "patience",
        "penalty",
        "per_device_train_batch_size",
        "reg_alpha",
        "reg_lambda",
        "regularization",
        "solver",
        "steps",
        "subsample",
        "train_batch_size",
        "train_steps",
        "units",
        "warmup",
        "warmup_steps",
        "weight_decay",
    ]
)
"""Lower case, as learners and command lines call them."""

READS_SETTINGS = (
    "yaml.safe_load",
    "yaml.load",
    "yaml.full_load",
    "ruamel.yaml.YAML.load",
    "json.load",
    "json.loads",
    "tomllib.load",
    "tomli.load",
    "toml.load",
    "configparser.ConfigParser.read",
    "omegaconf.OmegaConf",
    "hydra.main",
    "hydra.utils.instantiate",
    "hydra.compose",
    "hydra.initialize",
    "dvc.api.params_show",
    "dynaconf",
    "confection",
    "gin",
    "ml_collections",
    "jsonargparse",
    "simple_parsing",
    "tyro",
    "pyhocon",
    "config::get",
    "yaml::read_yaml",
    "yaml::yaml.load_file",
    "jsonlite::fromJSON",
    "wandb.config",
    "wandb.init",
    "os.environ.get",
    "os.getenv",
)
"""Calls that bring settings in from a file, a flag or the environment."""

ARGUMENTS = frozenset(
    {
        "SetDefault",
        "IntVar",
        "Float64Var",
        "add_argument",
        "option",
        "argument",
        "add_option",
        "DEFINE_float",
        "DEFINE_integer",
        "Option",
    }
)
"""Methods that declare an argument of the command line; the first argument is its name."""

OPTIMISERS = ("torch.optim", "tensorflow.keras.optimizers", "keras.optimizers", "optax")

PARSED_CLASSES = ("HfArgumentParser", "LightningCLI", "TrlParser", "ArgumentParser", "BaseSettings")
"""Parsers and bases that fill every field of a class from outside."""

MERGED = frozenset({"merge_from_args", "merge_from_list", "merge_from_file", "merge_with_dotlist"})
"""Methods of a configuration object by which a file or the command line changes its fields."""

FACTORIES = frozenset(
    {
        "object_from_dict",
        "instantiate_from_config",
        "build_from_cfg",
        "build_from_config",
        "from_cfg",
        "init_obj",
        "get_instance",
    }
)
"""Functions that make an object from an entry of a configuration that names it."""

DRAWS_LOTS = (
    "sklearn.ensemble.RandomForest",
    "sklearn.ensemble.ExtraTrees",
    "sklearn.ensemble.GradientBoosting",
    "sklearn.ensemble.Bagging",
    "sklearn.ensemble.IsolationForest",
    "sklearn.ensemble.AdaBoost",
    "sklearn.neural_network",
    "sklearn.linear_model.SGD",
    "sklearn.cluster.KMeans",
    "sklearn.cluster.MiniBatchKMeans",
    "sklearn.mixture",
    "sklearn.decomposition.LatentDirichletAllocation",
    "sklearn.decomposition.NMF",
    "sklearn.tree.DecisionTree",
)
"""Learners whose result hangs on a seed that is not fixed unless one is given."""

RANDOM_SPLITS = (
    "sklearn.model_selection.train_test_split",
    "sklearn.model_selection.ShuffleSplit",
    "sklearn.model_selection.StratifiedShuffleSplit",
    "sklearn.model_selection.GroupShuffleSplit",
    "torch.utils.data.random_split",
)

MAKES_FROM_SETTINGS = ("hydra.utils.instantiate", "jsonargparse.CLI", "lightning.pytorch.cli")
"""Calls that make the learner itself from a file of settings or from flags."""
