"""Resources of Terraform that put a model or a program into service, by their types."""

ENDPOINTS = frozenset({
    "aws_sagemaker_endpoint", "aws_sagemaker_endpoint_configuration", "google_vertex_ai_endpoint",
    "google_vertex_ai_endpoint_with_model_garden_deployment", "databricks_model_serving",
    "azurerm_machine_learning_inference_cluster",
})  # fmt: skip
"""Managed endpoints that serve a model."""

ENDPOINT_KINDS = ("workspaces/onlineEndpoints", "workspaces/batchEndpoints")
"""The same by the type that a general resource of Azure is given."""

MONITORS = frozenset({
    "aws_sagemaker_monitoring_schedule", "aws_sagemaker_data_quality_job_definition",
    "aws_sagemaker_model_quality_job_definition", "AWS::SageMaker::MonitoringSchedule",
    "AWS::SageMaker::DataQualityJobDefinition", "AWS::SageMaker::ModelQualityJobDefinition",
})  # fmt: skip
"""Monitors that hold what a model sees against a baseline, by their types."""

FUNCTIONS = frozenset({
    "aws_lambda_function", "google_cloudfunctions_function", "google_cloudfunctions2_function",
    "azurerm_function_app", "azurerm_linux_function_app",
})  # fmt: skip
"""Functions that a platform starts at a request or at a time."""

PROGRAMS = frozenset({
    "aws_ecs_task_definition", "aws_apprunner_service", "aws_batch_job_definition",
    "google_cloud_run_service", "google_cloud_run_v2_service", "google_cloud_run_v2_job",
    "azurerm_container_app", "azurerm_container_group", "azurerm_linux_web_app",
    "kubernetes_deployment", "kubernetes_deployment_v1", "kubernetes_stateful_set",
    "kubernetes_cron_job", "kubernetes_cron_job_v1", "kubernetes_job", "kubernetes_job_v1",
    "docker_container", "nomad_job",
})  # fmt: skip
"""Containers that run."""
