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
        ("evidently.test_suite", "evidently.test_preset", "evidently.tests"),
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
    "pandas-schema": (("pandas_schema",), ["validate", "Schema"]),
}
"""Libraries of expectations: import names, and the verbs that check."""

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
