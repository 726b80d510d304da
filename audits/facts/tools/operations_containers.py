"""Programs that serve models from a container, and calls that build such a container."""

MODEL_SERVERS = frozenset({
    "tritonserver", "tensorflow_model_server", "torchserve", "bentoml", "vllm", "mlserver",
    "seldon-core-microservice", "text-generation-launcher", "lorax-launcher", "sglang",
    "ovms", "kserve", "cog",
})  # fmt: skip
"""Programs that do nothing but serve models."""

PLUMBING = frozenset({
    "bash", "sh", "sleep", "tail", "echo", "true", "redis-server", "nginx", "postgres", "airflow",
    "jupyter", "jupyter-lab", "jupyter-notebook", "pytest", "make", "mlflow", "prometheus",
})  # fmt: skip
"""Entries of containers that are no program of the repository."""

BUILDING_CALLS = (
    "azureml.core.Model.package", "azureml.core.model.Model.package",
    "azureml.core.image.ContainerImage.image_configuration", "azureml.core.Image.create",
    "azureml.core.image.Image.create", "mlflow.models.build_docker", "bentoml.container.build",
    "bentoml.containerize", "mlflow.sagemaker.push_image_to_ecr",
)  # fmt: skip
"""Calls that build an image around a model."""

BUILDING_COMMANDS = (
    ("az", "ml", "model", "package"), ("mlflow", "models", "build-docker"),
    ("bentoml", "containerize"), ("cog", "build"), ("cog", "push"), ("truss", "push"),
    ("s2i", "build"),
)  # fmt: skip
"""Commands that do so."""
