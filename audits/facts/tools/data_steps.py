"""Words of steps from data to model, and calls that start another program."""

PREPARING_STEPS = frozenset({
    "preprocess", "preprocessing", "prepare", "ingest", "ingestion", "extract", "featurize",
    "features", "etl", "download", "clean", "cleaning", "transform", "feature", "collect",
})  # fmt: skip

LEARNING_STEPS = frozenset({
    "train", "training", "fit", "evaluate", "evaluation", "predict", "prediction", "score",
})  # fmt: skip

STAGE_PREFIXES = ("stage_", "step_", "phase_", "step1", "step2", "step3", "run_stage", "run_step")
"""How the functions of a program are named that are its stages."""

DRIVING = frozenset({
    "pipeline", "main", "workflow", "flow", "driver", "orchestrate", "orchestrator", "run", "all",
})  # fmt: skip
"""Words of a path by which a program says that it runs the steps of others."""

RUNNERS = frozenset({
    "subprocess.run", "subprocess.check_call", "subprocess.call", "subprocess.Popen",
    "subprocess.check_output", "os.system", "runpy.run_path", "mlflow.run",
    "mlflow.projects.run", "papermill.execute_notebook", "base::source", "base::system",
    "source",
})  # fmt: skip
"""Calls that start another program or script."""
