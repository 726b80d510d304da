"""Commands by which predictions are served without a program of the repository."""

SERVING_COMMANDS: dict[str, dict[str, tuple[tuple[str, ...], ...]]] = {
    "vLLM": {
        "vllm": (("serve",),),
        "vllm.entrypoints.openai.api_server": ((),),
        "vllm.entrypoints.api_server": ((),),
    },
    "SGLang": {"sglang.launch_server": ((),), "sglang": (("serve",),)},
    "Text Generation Inference": {"text-generation-launcher": ((),)},
    "Text Embeddings Inference": {"text-embeddings-router": ((),)},
    "TensorRT-LLM": {"trtllm-serve": ((),)},
    "LMDeploy": {"lmdeploy": (("serve",),)},
    "llama.cpp": {"llama-server": ((),), "llama_cpp.server": ((),)},
    "Ollama": {"ollama": (("serve",), ("run",))},
    "Xinference": {"xinference": (("launch",),), "xinference-local": ((),)},
    "LiteLLM proxy": {"litellm": ((),)},
    "MLflow model server": {"mlflow": (("models", "serve"), ("deployments", "create"))},
    "BentoML": {"bentoml": (("serve",), ("serve-http",), ("deploy",))},
    "Ray Serve": {"serve": (("run",), ("deploy",), ("start",))},
    "Triton": {"tritonserver": ((),)},
    "TorchServe": {"torchserve": ((),)},
    "TensorFlow Serving": {"tensorflow_model_server": ((),)},
    "OpenVINO Model Server": {"ovms": ((),)},
    "MLServer": {"mlserver": (("start",),)},
    "Seldon": {"seldon-core-microservice": ((),)},
    "Rasa": {"rasa": (("run",),)},
    "Azure ML online endpoint": {
        "az": (
            ("ml", "online-endpoint", "create"),
            ("ml", "online-deployment", "create"),
            ("ml", "model", "deploy"),
        ),
        "azmlinfsrv": ((),),
    },
    "Azure ML batch endpoint": {
        "az": (("ml", "batch-endpoint", "create"), ("ml", "batch-deployment", "create"))
    },
    "Vertex AI endpoint": {
        "gcloud": (("ai", "endpoints", "create"), ("ai", "endpoints", "deploy-model"))
    },
    "SageMaker endpoint": {
        "aws": (("sagemaker", "create-endpoint"), ("sagemaker", "update-endpoint"))
    },
}
"""Servers and managed endpoints, by the programs and first operands that start one."""

MANAGED = frozenset({
    "SageMaker endpoint", "Vertex AI endpoint", "Vertex AI batch prediction",
    "Azure ML online endpoint", "Azure ML batch endpoint", "Azure ML scoring service",
    "SageMaker inference handler",
})  # fmt: skip
"""Those that run somewhere else, in a container of their own."""
