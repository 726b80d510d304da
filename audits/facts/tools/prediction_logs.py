"""Words by which rows of predictions are seen: versions, answers, and verbs that store."""

VERSIONS = frozenset(
    {"model_version", "model_id", "model_version_id", "modelversion", "modelid", "model_run_id"}
    | {"model_uri", "model_sha", "model_hash", "model_digest", "model_tag", "version_of_model"}
)
ANSWERS = frozenset(
    {"prediction", "predictions", "predicted", "probability", "probabilities", "prob", "probs"}
    | {"proba", "score", "scores", "decision", "forecast", "content", "answer", "response"}
    | {"completion", "label", "labels", "output"}
)
PREDICTIONS = frozenset(
    {"prediction", "predictions", "forecast", "forecasts", "inference", "inferences"}
)
STORING = frozenset(
    {"save", "store", "persist", "insert", "record", "write", "archive", "upsert", "monitoring"}
)
DATABASE_VERBS = frozenset(
    {"add", "add_all", "insert_one", "insert_many", "insert_rows_json", "put_item", "executemany"}
    | {"execute", "bulk_create", "put_record", "put_record_batch", "xadd", "bulk_insert_mappings"}
    | {"insert_rows", "publish", "produce"}
)
TABLE_VERBS = frozenset({"to_sql", "to_parquet", "to_csv", "to_feather", "saveAsTable"})
WRITE_VERBS = DATABASE_VERBS | frozenset(
    {"to_sql", "to_parquet", "to_csv", "to_zarr", "to_netcdf", "dump", "upload_blob", "insert"}
    | {"put_object", "upload_file", "create", "create_task", "write", "merge"}
)

MESSAGES = frozenset(
    {"message", "messages", "answer", "answers", "response", "responses", "completion"}
    | {"completions", "generation", "generations", "reply", "replies"}
)
"""What tables of an application's exchanges with a language model are named for."""

EXCHANGES = frozenset(
    {"chat", "chats", "conversation", "conversations", "thread", "threads", "session", "sessions"}
)
"""What tables are named for that hold such messages together."""

SETTINGS = frozenset(
    {"config", "configuration", "configurations", "settings", "setting", "options", "preferences"}
)
"""What tables are named for that say how an application works, not what it said."""

ASKED = frozenset({"prompt", "question", "input", "inputs", "query", "messages"})
REPLIES = frozenset({"response", "answer", "completion", "output", "reply"})
SAID = frozenset({"content", "text", "body", "parts", "message", "code"}) | ANSWERS
MODELS = (
    frozenset(
        {"model", "language_model", "model_name", "llm", "llm_model", "chat_model", "model_used"}
        | {"used_model", "llm_name", "ai_model", "model_deployment"}
    )
    | VERSIONS
)
"""Columns for what was asked, what was said, and by which model."""

PROMPT_LOGS = frozenset({"comet_llm.log_prompt", "comet_llm.log_chain", "opik.Opik.trace"})
"""Calls that keep one prompt and its answer in a system of their own."""

VERSION_NOUNS = frozenset({"version", "revision", "sha", "hash", "digest", "tag", "uri"})
"""What stands beside `model` in the name of a version."""

MODEL_NAMES = frozenset({"model", "model_name", "name_of_model", "registered_model_name"})
"""Names of a model, beside which a bare `version` is that of the model."""

RECORDING_VERBS = frozenset(
    {"insert_one", "insert_many", "insert_rows_json", "insert_rows", "put_item", "put_record"}
    | {"put_record_batch", "xadd", "produce", "send_and_wait", "writerow", "writerows", "rpush"}
    | {"upsert", "insert_row", "bulk_insert_mappings", "executemany"}
)
"""Methods that write a row, and hardly mean anything else."""

SENDING = frozenset({"send", "emit", "publish", "produce"})
EVENTS = frozenset({"event", "events", "record", "records", "kafka", "stream", "topic"})
"""Words of a function that hands records on to a stream."""

CAPTURES = frozenset(
    {
        "azureml.ai.monitoring.Collector",
        "azureml.monitoring.ModelDataCollector",
        "sagemaker.model_monitor.DataCaptureConfig",
        "sagemaker.model_monitor.data_capture_config.DataCaptureConfig",
    }
)
CAPTURE_KEYWORDS = frozenset(
    {"DataCaptureConfig", "request_response_logging_config", "gcs_destination_prefix"}
    | {"predict_request_response_logging_config", "request_response_logging_sampling_rate"}
    | {"bigquery_destination_prefix", "gcs_destination_output_uri_prefix"}
)
"""Calls and keywords by which a managed endpoint or a managed batch keeps its predictions."""
