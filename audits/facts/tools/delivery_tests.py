"""Names by which the tests of a program are told, in each language."""

TEST_CALLS = frozenset({"it", "test", "describe", "test_that", "expect_equal", "@testset"})
"""Functions of test frameworks that a test file calls (JavaScript, R, Julia)."""

TEST_BASES = (
    "TestCase",
    "AsyncTestCase",
    "SimpleTestCase",
    "TransactionTestCase",
    "APITestCase",
    "FunSuite",
    "AnyFunSuite",
    "AnyFlatSpec",
    "FlatSpec",
    "WordSpec",
    "TestSuite",
)
"""Classes whose children are tests."""

OTHERS = {
    ".java": ("Test.java", "Tests.java", "IT.java"),
    ".kt": ("Test.kt",),
    ".scala": ("Test.scala", "Spec.scala", "Suite.scala"),
    ".cs": ("Tests.cs", "Test.cs"),
    ".go": ("_test.go",),
    ".rb": ("_spec.rb", "_test.rb"),
    ".php": ("Test.php",),
    ".cpp": ("_test.cpp", "_tests.cpp"),
    ".cc": ("_test.cc",),
    ".jl": ("runtests.jl",),
    ".exs": ("_test.exs",),
    ".dart": ("_test.dart",),
    ".swift": ("Tests.swift",),
    ".robot": (".robot",),
    ".bats": (".bats",),
}
"""Endings of test files whose frameworks demand them."""

OWN_BY_OTHER_MEANS = (
    "subprocess.run",
    "subprocess.check_call",
    "subprocess.check_output",
    "subprocess.Popen",
    "os.system",
    "runpy.run_path",
    "runpy.run_module",
    "importlib.import_module",
    "testbook.testbook",
    "papermill.execute_notebook",
    "pytester.runpytest",
)
"""Calls by which a test runs the program without importing it."""

MAKING = frozenset({
    "to_csv", "to_parquet", "to_sql", "to_json", "to_feather", "to_excel", "write_text",
    "writerow", "writerows", "DataFrame", "default_rng", "RandomState", "TemporaryDirectory",
    "NamedTemporaryFile", "mkdtemp", "create_engine", "create_all", "from_dict", "from_pandas",
})  # fmt: skip
"""Calls by which a test makes up the data that it then reads or holds against something."""

DRIVERS = ("@playwright/test", "playwright.", "cypress", "puppeteer", "supertest", "selenium")
"""Libraries by which a test drives the running application from outside."""
