"""Tools that check data against what is expected of it."""

VALIDATORS = {
    "Great Expectations": (
        ("great_expectations", "great_expectations_provider"),
        [
            "validate",
            "validate_expectation",
            "run",
            "run_checkpoint",
            "add_expectation",
            "ExpectationSuite",
            "GreatExpectationsOperator",
        ],
    ),
    "Pandera": (
        ("pandera",),
        [
            "validate",
            "DataFrameSchema",
            "check_input",
            "check_output",
            "check_types",
            "check_io",
            "SchemaModel",
        ],
    ),
    "TensorFlow Data Validation": (
        ("tensorflow_data_validation",),
        ["validate_statistics", "infer_schema", "validate_instance"],
    ),
    "Soda": (("soda",), ["execute", "Scan"]),
    "Deequ": (("pydeequ",), ["run", "onData", "addCheck"]),
    "Deepchecks": (
        ("deepchecks",),
        ["run", "data_integrity", "full_suite", "train_test_validation"],
    ),
    "Evidently tests": (
        (
            "evidently.test_suite",
            "evidently.test_preset",
            "evidently.tests",
            "evidently.legacy.test_suite",
        ),
        ["run", "TestSuite"],
    ),
    "TensorFlow Extended": (("tfx",), ["ExampleValidator"]),
    "Pointblank": (("pointblank",), ["Validate", "interrogate"]),
    "Frictionless": (("frictionless",), ["validate"]),
    "Patito": (("patito",), ["validate"]),
    "Whylogs constraints": (
        ("whylogs.core.constraints",),
        ["build", "validate", "generate_constraints_report"],
    ),
    "Data Linter": (("datatest",), ["validate"]),
    "Hopsworks expectations": (("hsfs.expectation",), ["add_expectation"]),
    "Deepchecks in ZenML": (
        ("zenml.integrations.deepchecks",),
        [
            "deepchecks_data_integrity_check_step",
            "deepchecks_data_drift_check_step",
            "with_options",
        ],
    ),
    "Great Expectations in ZenML": (
        ("zenml.integrations.great_expectations",),
        ["great_expectations_validator_step", "data_validation", "with_options"],
    ),
    "SageMaker data quality": (
        (
            "sagemaker.model_monitor.DefaultModelMonitor",
            "sagemaker.model_monitor.model_monitoring.DefaultModelMonitor",
            "sagemaker.workflow.quality_check_step",
        ),
        ["create_monitoring_schedule", "DataQualityCheckConfig"],
    ),
    "SageMaker data quality by boto3": (("boto3",), ["create_data_quality_job_definition"]),
    "Glue data quality": (
        ("awsgluedq", "boto3"),
        ["create_data_quality_ruleset", "start_data_quality_ruleset_evaluation_run"],
    ),
    "Azure ML data quality": (
        ("azure.ai.ml.entities",),
        ["DataQualitySignal"],
    ),
    "Dataplex data quality": (("google.cloud.dataplex_v1",), ["DataQualitySpec"]),
    "Delta Live Tables": (
        ("dlt",),
        ["expect", "expect_all", "expect_or_drop", "expect_or_fail", "expect_all_or_fail"],
    ),
    "Cuallee": (("cuallee",), ["validate"]),
    "pandas-schema": (("pandas_schema",), ["validate", "Schema"]),
}
"""Libraries of expectations: import names, and the verbs that check."""

STANDING = frozenset(
    {"SageMaker data quality", "SageMaker data quality by boto3", "Azure ML data quality"}
    | {"Glue data quality", "Dataplex data quality"}
)
"""Those that set up a monitor, which a cloud then runs by itself."""

EXPECTING_METHOD = "expect_"
"""The start of every expectation of Great Expectations and of those who follow it."""

R_VALIDATORS = [
    "pointblank::interrogate",
    "pointblank::create_agent",
    "validate::confront",
    "validate::validator",
    "assertr::verify",
    "assertr::assert",
    "checkmate::assertDataFrame",
    "checkmate::assert_data_frame",
    "testthat::expect_true",
    "data.validator::validate",
    "assertthat::assert_that",
]

TABLE_WORDS = frozenset(
    [
        "columns",
        "isnull",
        "isna",
        "notnull",
        "notna",
        "duplicated",
        "dtype",
        "dtypes",
        "shape",
        "between",
        "isin",
        "nunique",
        "is_unique",
        "isfinite",
        "isnan",
        "null_count",
        "is_duplicated",
        "schema",
        "n_unique",
        "empty",
        "value_counts",
        "select_dtypes",
        "hasnans",
        "is_monotonic_increasing",
        "any_null",
        "is_null",
        "is_nan",
        "data_vars",
        "dims",
        "coords",
        "all",
        "any",
        "dim",
        "ndim",
    ]
)
"""Words in a condition by which it looks at a table or an array."""

STRONG_TABLE_WORDS = TABLE_WORDS - {
    "shape",
    "empty",
    "dtype",
    "schema",
    "dims",
    "between",
    "dim",
    "ndim",
}
"""Those that look at content, not only at a form."""

TABLE_LIBRARIES = (
    "pandas",
    "polars",
    "numpy",
    "pyspark",
    "xarray",
    "dask",
    "modin",
    "duckdb",
    "torch",
    "tensorflow",
    "datasets",
    "pyarrow",
    "geopandas",
    "jax",
    "cudf",
)

READS = frozenset(
    [
        "read_csv",
        "read_parquet",
        "read_json",
        "read_table",
        "read_feather",
        "read_sql",
        "load_dataset",
        "read_excel",
        "open_dataset",
        "read_jsonl",
        "scan_csv",
        "scan_parquet",
    ]
)
"""Methods that read a data set."""

ROW_WORDS = frozenset(
    {"record", "records", "row", "rows", "sample", "samples", "example", "entry", "observation"}
    | {"datapoint", "instance", "datum", "manifest"}
)
"""What a class is named for that stands for one piece of a data set."""

ROW_CHECKS = frozenset({"model_validate", "model_validate_json", "parse_obj", "validate_python"})
"""Methods by which a class holds a piece of data against its fields."""

JSON_SCHEMAS = ("jsonschema", "fastjsonschema", "cerberus")
JSON_CHECKS = frozenset({"validate", "iter_errors", "is_valid"})
"""Libraries that hold a record against a schema, and the verbs that do."""

REJECTED = frozenset(
    {"rejects", "invalid_rows", "invalid_records", "bad_rows", "bad_records", "violations"}
    | {"rejected_rows", "rejected_records", "quarantined", "quarantine", "invalid_samples"}
    | {"rejected"}
)
"""Lists into which goes what data do not satisfy."""

DATA_WORDS = frozenset(
    {"data", "dataset", "datasets", "corpus", "records", "rows", "etl", "ingest", "ingestion"}
    | {"prepare", "preprocess", "preprocessing", "manifest", "adapters", "adapter", "loader"}
)
"""Words of a file or a function that handles a data set."""

TABLE_NOUNS = frozenset(
    {"column", "columns", "schema", "dtype", "dtypes", "null", "nulls", "missing", "duplicates"}
    | {"range", "ranges", "data", "dataset", "dataframe", "df", "values"}
)
"""What a function of one's own checks where its name says that it checks a table."""
