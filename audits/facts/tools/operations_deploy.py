"""Commands and actions that put a new version into service, and those that only publish one."""

DEPLOY_VERBS: dict[str, tuple[tuple[str, ...], ...]] = {
    "kubectl": (("apply",), ("set", "image"), ("rollout", "restart"), ("replace",), ("create",)),
    "helm": (("upgrade",), ("install",)),
    "helmfile": (("apply",), ("sync",)),
    "kustomize": (),
    "oc": (("apply",), ("rollout",), ("start-build",)),
    "azd": (("deploy",), ("up",)),
    "sam": (("deploy",),),
    "cdk": (("deploy",),),
    "serverless": (("deploy",),),
    "sls": (("deploy",),),
    "flyctl": (("deploy",),),
    "fly": (("deploy",),),
    "vercel": ((),),
    "eb": (("deploy",),),
    "railway": (("up",),),
    "heroku": (("container:release",), ("deploy",)),
    "modal": (("deploy",),),
    "anyscale": (("service", "rollout"), ("service", "deploy"), ("services", "deploy")),
    "bentoml": (("deploy",), ("deployment",)),
    "bentoctl": (("apply",),),
    "truss": (("push",),),
    "cog": (("push",),),
    "wrangler": (("deploy",), ("publish",)),
    "firebase": (("deploy",),),
    "databricks": (("bundle", "deploy"), ("jobs", "create"), ("jobs", "reset")),
    "prefect": (("deploy",), ("deployment", "apply"), ("deployment", "build")),
    "terraform": (("apply",),),
    "tofu": (("apply",),),
    "pulumi": (("up",),),
    "zappa": (("deploy",), ("update",)),
    "chalice": (("deploy",),),
    "ansible-playbook": ((),),
    "taskboot": (("build-hook",), ("deploy-heroku",)),
    "cf": (("push",),),
    "argocd": (("app",),),
    "copilot": (("deploy",), ("svc", "deploy")),
    "skaffold": (("run",), ("deploy",)),
    "docker": (("stack", "deploy"), ("service", "update")),
    "kfctl": (("apply",),),
    "now": ((),),
    "up": ((),),
    "dokku": ((),),
    "caprover": (("deploy",),),
    "kamal": (("deploy",),),
    "rsconnect": (("deploy",),),
    "nomad": (("job", "run"),),
    "gcloud": (
        ("run", "deploy"),
        ("run", "services"),
        ("functions", "deploy"),
        ("app", "deploy"),
        ("run", "jobs"),
        ("ai", "endpoints"),
        ("compute", "ssh"),
        ("container", "deploy"),
        ("compute", "instances", "update-container"),
        ("deploy", "releases"),
        ("beta", "run", "deploy"),
        ("composer", "environments", "storage"),
    ),
    "aws": (
        ("ecs", "update-service"),
        ("lambda", "update-function-code"),
        ("ssm", "send-command"),
        ("sagemaker", "create-endpoint"),
        ("sagemaker", "update-endpoint"),
        ("deploy", "create-deployment"),
        ("cloudformation", "deploy"),
        ("apprunner", "start-deployment"),
        ("ec2", "run-instances"),
        ("lambda", "create-function"),
        ("elasticbeanstalk", "update-environment"),
    ),
    "az": (
        ("webapp",),
        ("containerapp",),
        ("container", "create"),
        ("ml", "online-deployment"),
        ("ml", "batch-deployment"),
        ("ml", "model", "deploy"),
        ("ml", "service"),
        ("functionapp", "deployment"),
        ("ml", "schedule", "create"),
        ("aks", "command"),
    ),
}
"""Programs with the first operands by which they deploy; () means any run of the program."""

DEPLOYS_NOTHING = frozenset({
    "make", "gmake", "npm", "yarn", "pnpm", "bun", "mvn", "mvnw", "gradle", "gradlew", "mkdocs",
    "mike", "git", "echo", "cd", "python", "node", "ruby", "rake", "bundle", "poetry", "pdm", "ng",
    "uv", "hatch", "task", "just", "poe", "invoke", "inv", "nx", "turbo", "sbt", "cargo", "go",
    "dotnet", "bash", "sh", "source", "test", "mkdir", "cp", "ls", "cat", "rm", "tar", "zip", "pip",
    "grep", "chmod", "kubectl", "az", "aws", "gcloud", "docker", "gh", "sphinx-build", "quarto",
    "gh-pages", "hugo", "jekyll", "docusaurus", "antora", "jupyter-book", "npx", "export", "find",
})  # fmt: skip
"""Programs whose verb `deploy`, if they have one, is told otherwise or puts out no service."""

REMOTE_WORDS = (
    "docker", "systemctl", "pm2", "git pull", "supervisorctl", "kubectl", "restart", "deploy",
    "service ", "helm", "nerdctl", "podman",
)  # fmt: skip
"""What is run on a server by which a new version starts there."""

PUSHED_TO = ("heroku", "dokku", "huggingface.co/spaces", "piku", "clever-cloud.com")
"""Remotes of git that start what is pushed to them."""

HOOKS = ("deploy_hook", "deploy-hook", "deployhook", "api.render.com/deploy", "deploy_webhook")
"""Words of an address that a platform deploys by when it is called."""

IDLE_WORDS = frozenset(
    {
        "--dry-run",
        "--help",
        "--version",
        "delete",
        "show",
        "list",
        "log",
        "config",
        "describe",
        "env",
        "pull",
        "link",
        "whoami",
        "login",
        "build",
        "--dry-run=client",
        "dev",
        "--check",
        "--syntax-check",
        "--dry-run=server",
    }
)
"""Words that make such a command one that changes nothing in service."""

DEPLOY_ACTIONS = (
    "azure/webapps-deploy",
    "azure/functions-action",
    "azure/k8s-deploy",
    "azure/aci-deploy",
    "azure/container-apps-deploy",
    "azure/aml-deploy",
    "azure/static-web-apps-deploy",
    "akhileshns/heroku-deploy",
    "superfly/flyctl-actions",
    "amondnet/vercel-action",
    "azurewebapp",
    "google-github-actions/deploy-cloudrun",
    "google-github-actions/deploy-cloud-functions",
    "google-github-actions/deploy-appengine",
    "google-github-actions/ssh-compute",
    "helmdeploy",
    "aws-actions/amazon-ecs-deploy-task-definition",
    "aws-actions/aws-lambda-deploy",
    "einaregilsson/beanstalk-deploy",
    "appleboy/lambda-action",
    "kubernetesmanifest",
    "cloudflare/wrangler-action",
    "cloudflare/pages-action",
    "nwtgck/actions-netlify",
    "azurecontainerapps",
    "kubernetes@",
    "azurefunctionapp",
    "azurermwebapp",
    "sethvargo/go-deploy",
    "appleboy/ssh-action",
    "serverless/github-action",
    "johnbeynon/render-deploy-action",
    "render-deploy",
    "digitalocean/app_action",
    "railwayapp",
    "bluwy/railway",
    "ecs-deploy",
    "steebchen/kubectl",
    "deliverybot/helm",
    "aws-eks/update-container-image",
    "aws-ecs/deploy",
    "actions-hub/kubectl",
    "kodermax/kubectl-aws-eks",
    "aws-actions/aws-cloudformation",
    "bobheadxi/deployments",
    "koslib/helm-eks-action",
    "nebari",
    "firebaseextended/action-hosting",
    "zenml-io/actions-deploy",
    "databricks/run-notebook",
)
"""Beginnings or parts of the names of actions, tasks and orbs that deploy."""

DEPLOY_LIBRARIES = ("sagemaker.", "google.cloud.aiplatform.", "boto3.", "azureml.", "azure.ai.ml.")
DEPLOY_METHODS = frozenset(
    {"deploy", "create_endpoint", "update_endpoint", "create_stack", "update_stack"}
    | {"update_function_code", "update_service", "deploy_model", "deploy_from_model"}
    | {"update_endpoint_weights_and_capacities"}
)
"""Libraries of clouds and their calls by which a program puts a version into service."""

DEPLOY_REUSABLE = ("deploy",)
"""Words in the name of a workflow of another repository that is called to deploy."""

DEPLOY_INPUTS = frozenset({"environment", "env", "imagetag", "image_tag", "image-tag", "stage"})
"""What such a workflow is handed where it puts a version into one of several places."""

DISPATCHING = "repository-dispatch"
"""The action by which a job makes another repository act; in a job to deploy, it deploys."""

PUBLISH_VERBS: dict[str, tuple[tuple[str, ...], ...]] = {
    "docker": (("push",), ("image", "push"), ("buildx", "build")),
    "podman": (("push",),),
    "twine": (("upload",),),
    "poetry": (("publish",),),
    "uv": (("publish",),),
    "flit": (("publish",),),
    "hatch": (("publish",),),
    "pdm": (("publish",),),
    "npm": (("publish",),),
    "yarn": (("publish",),),
    "pnpm": (("publish",),),
    "cargo": (("publish",),),
    "gh": (("release", "create"), ("release", "upload")),
    "goreleaser": (("release",), ()),
    "vsce": (("publish",),),
    "semantic-release": ((),),
    "maturin": (("publish",), ("upload",)),
    "gsutil": (),
    "mvn": (("deploy",),),
    "huggingface-cli": (("upload",),),
    "hf": (("upload",),),
    "sbt": (("publish",),),
    "dotnet": (("nuget", "push"),),
    "kaniko": ((),),
    "executor": (),
    "helm": (("push",),),
    "cml": (),
    "buildah": (("push",),),
    "skopeo": (("copy",),),
    "taskboot": (("push-artifact",),),
    "setup.py": (("upload",),),
}

_INDEXES = ("twine", "poetry", "uv", "flit", "hatch", "pdm", "maturin")
INDEX_VERBS = {tool: PUBLISH_VERBS[tool] for tool in _INDEXES}
INDEX_ACTIONS = ("pypa/gh-action-pypi-publish", "jrubics/poetry-publish", "twineauthenticate")
"""Those by which a package of Python gets into an index."""

PUBLISH_ACTIONS = (
    "pypa/gh-action-pypi-publish",
    "softprops/action-gh-release",
    "ncipollo/release-action",
    "actions/create-release",
    "actions/upload-release-asset",
    "goreleaser/goreleaser-action",
    "js-devtools/npm-publish",
    "svenstaro/upload-release-action",
    "katyo/publish-crates",
    "cycjimmy/semantic-release-action",
    "haaleo/publish-vscode-extension",
    "elgohr/publish-docker",
    "mr-smithers-excellent/docker-build-push",
    "changesets/action",
    "googleapis/release-please",
    "twineauthenticate",
    "shogo82148/actions-upload-release",
    "python-semantic-release",
    "relekang/python-semantic-release",
    "jrubics/poetry-publish",
    "conda-incubator/upload",
    "julia-actions/registrator",
    "xresloader/upload-to-github-release",
    "philips-labs/docker-ci",
)

RELEASES = (
    "softprops/action-gh-release",
    "ncipollo/release-action",
    "actions/create-release",
    "googleapis/release-please",
    "marvinpinto/action-automatic-releases",
    "release-drafter",
)
RELEASED = ("files", "file", "artifacts", "artifact", "assets", "asset_paths", "asset-paths")
"""Actions that only write a release down, unless they are given what belongs to it."""

BUILD_AND_PUSH = ("docker/build-push-action", "docker/bake-action", "docker@", "docker_build")
"""Actions that push an image where their inputs say so."""

HOSTING_FILES = frozenset(
    {
        "vercel.json",
        "render.yaml",
        "render.yml",
        "Procfile",
        "fly.toml",
        "railway.json",
        "railway.toml",
        "app.yaml",
        "heroku.yml",
        "nixpacks.toml",
        "apprunner.yaml",
    }
)
"""Files that a hosting platform reads from a repository that it watches."""

NOT_SERVICE = ("docs", "doc", "pages", "documentation", "website", "storybook")
"""Words of a job or step that deploys a site of documents."""

PAGES_ACTIONS = (
    "actions/deploy-pages",
    "peaceiris/actions-gh-pages",
    "jamesives/github-pages-deploy-action",
    "crazy-max/ghaction-github-pages",
)
"""Actions that put files where the pages of a repository are served from."""

BUILDERS_OF_PAGES: dict[str, tuple[str, ...]] = {
    "vite": ("build",),
    "webpack": (),
    "ng": ("build",),
    "next": ("build",),
    "flutter": ("build", "web"),
    "trunk": ("build",),
}
"""Programs that build an application for the browser, with their first operands."""

BUILDERS_OF_SITES = frozenset(
    {"mkdocs", "mike", "sphinx-build", "docusaurus", "typedoc", "hugo", "jekyll", "quarto"}
    | {"jupyter-book", "vitepress", "vuepress", "antora", "storybook", "build-storybook", "pdoc"}
)
SITE_WORDS = frozenset({"docs", "doc", "documentation", "storybook", "blog", "website", "book"})
"""What builds a site of documents, and words of a job that puts one out."""

COMMITTING_ACTIONS = ("git-auto-commit-action", "add-and-commit", "github-push-action")
REWRITERS = frozenset({"yq", "sed", "perl", "jq", "envsubst", "awk"})
VERSION_WORDS = ("image", "tag", "digest", "newtag")
"""How CI writes the version of an image into a manifest and pushes the change."""
