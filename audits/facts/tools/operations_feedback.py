"""Words by which feedback on answers, and what a service keeps of its predictions, are seen."""

JUDGED = frozenset({
    "vote", "votes", "upvoted", "upvote", "upvotes", "feedback", "feedbacks", "thumbs", "rating",
    "ratings", "thumb",
})  # fmt: skip
"""Words of a table or column that holds what a user thinks of something."""

ANSWERED = frozenset({
    "message", "messages", "answer", "answers", "completion", "completions", "generation",
    "generations", "prediction", "predictions", "trace", "response", "responses", "chat",
    "conversation", "conversations", "reply", "replies",
})  # fmt: skip
"""Words of what a model said, in a table beside such a judgement."""

PREDICTED = frozenset({"prediction", "predictions"})
"""The same of a model that is no language model."""

STORED = frozenset({
    "put_object", "upload_blob", "append_row", "append_rows", "upsert_item", "update_item",
    "create_item", "replace_item", "update_one",
})  # fmt: skip
"""Methods that keep a record in a bucket or a sheet, or set a field of a document."""

FEEDBACK = {
    "langsmith": ("create_feedback",),
    "langfuse": ("score", "create_score", "score_current_trace"),
    "mlflow": ("log_feedback",),
    "phoenix": ("log_evaluations", "log_span_annotations", "log_span_annotations_dataframe"),
    "opik": ("log_traces_feedback_scores", "log_spans_feedback_scores"),
}
"""Calls by which a judgement of an answer is kept, by the package that has them."""

CAPTURING = frozenset({
    "track", "log", "record", "save", "store", "capture", "monitor", "persist", "write",
})  # fmt: skip
CAPTURED = frozenset({
    "predict", "prediction", "predictions", "inference", "inferences", "input", "inputs",
    "features", "request", "requests",
})  # fmt: skip
"""Words of a function by which a service keeps what comes in or goes out."""
