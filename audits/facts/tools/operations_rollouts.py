"""Settings, commands and calls by which traffic is split or a version is taken back."""

SPLITTING_KEYS = frozenset(
    {
        "canaryTrafficPercent",
        "setWeight",
        "stepWeight",
        "stepWeights",
        "autoRollbackConfiguration",
        "AutoRollbackConfiguration",
        "BlueGreenUpdatePolicy",
        "auto_rollback_configuration",
        "blue_green_update_policy",
        "deployment_circuit_breaker",
        "mirror_traffic",
        "blueGreen",
        "ShadowProductionVariants",
        "shadow_production_variants",
        "mirrorPercentage",
        "canaryWeight",
        "nginx.ingress.kubernetes.io/canary-weight",
        "DeploymentPreference",
        "traffic_split",
        "canaryDeployment",
        "autoRollback",
        "auto_rollback",
        "auto_revert",
        "auto_promote",
    }
)
"""Keys of manifests and infrastructure that split traffic or take a version back."""

SPLITTING_KINDS = frozenset({"Canary", "TrafficSplit"})
"""Kinds of Kubernetes objects that do nothing else; `Rollout` needs a strategy besides."""

ORDERING_KEYS = frozenset({"rollout_strategy", "deploymentStrategy", "rolloutStrategy"})
ORDERED_VALUES = ("rollout", "canary", "bluegreen", "blue-green", "blue_green", "linear")

GOING_BACK: dict[str, tuple[tuple[str, ...], ...]] = {
    "kubectl": (("rollout", "undo"), ("argo", "rollouts", "undo")),
    "helm": (("rollback",),),
    "flyctl": (("releases", "rollback"),),
    "heroku": (("releases:rollback",), ("rollback",)),
    "vercel": (("rollback",), ("promote",)),
    "netlify": (("rollback",),),
    "anyscale": (("service", "rollback"),),
    "wrangler": (("rollback",),),
    "argocd": (("app", "rollback"),),
    "gcloud": (("run", "services", "update-traffic"),),
    "aws": (("deploy", "stop-deployment"), ("lambda", "update-alias")),
    "az": (("webapp", "deployment", "slot", "swap"), ("containerapp", "ingress", "traffic")),
    "modal": (("app", "rollback"),),
    "oc": (("rollback",),),
    "kamal": (("rollback",),),
}

SPLITTING_NAMES = frozenset({
    "traffic_split", "mirror_traffic", "shadow_production_variants", "canary_traffic_percent",
    "canary_percent", "ShadowProductionVariants", "BlueGreenUpdatePolicy", "RollingUpdatePolicy",
    "AutoRollbackConfiguration", "autoRollbackConfiguration", "blueGreenDeploymentConfiguration",
    "blue_green_update_policy", "blue_green_deployment_config", "auto_rollback_configuration",
    "deployment_circuit_breaker", "deploymentCircuitBreaker",
    "canary_settings", "RoutingConfig", "AdditionalVersionWeights",
})  # fmt: skip
"""Keyword arguments and keys of a request by which a program splits traffic or goes back."""

SHARES = frozenset({"traffic_percentage", "traffic"})
"""Names of a share of the traffic: it is split where the share is written and is not the whole."""

COMPARED = (
    "champion",
    "champ_",
    "challenger",
    "chall_",
    "incumbent",
    "production_model",
    "prod_model",
    "current_best",
    "baseline_model",
    "deployed_model",
    "best_model",
)
"""Words of a comparison with the model in use."""

IN_USE = frozenset({
    "prod", "production", "champion", "champ", "challenger", "incumbent", "deployed", "live",
})  # fmt: skip
"""Words of a name on one side of a comparison by which it stands for the model in use."""

RIVALS = frozenset({"challenger", "chall", "candidate", "contender"})
"""Words by which a name stands for the model that would take its place."""

DEFAULT_VERSIONS = frozenset({"is_default_version", "version_aliases"})
"""Keywords by which a registry is told which version is in use."""

TALKING = frozenset({
    "echo", "printf", "true", ":", "sleep", "exit", "date", "cat", "test", "pwd", "ls", "env",
})  # fmt: skip
"""Programs that take nothing back."""

BACK_NAMES = ("rollback", "roll_back", "roll-back")
STAGING = frozenset({"staging", "stage", "stg", "qa", "preprod", "uat", "preproduction"})
PRODUCTION = frozenset({"production", "prod", "prd", "live"})
"""Words of two environments through which a version is promoted."""

STAGE_CALLS = ("transition_model_version_stage", "set_registered_model_alias")
APPROVALS = frozenset({"ModelApprovalStatus", "approval_status", "model_approval_status"})
"""Keywords of a registry whose versions wait for somebody's approval."""
