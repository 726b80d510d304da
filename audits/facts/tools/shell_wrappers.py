"""Programs that only start another program, and how to find it among their words."""

WRAPPERS: dict[tuple[str, ...], int] = {
    ("sudo",): 0, ("env",): 0, ("nice",): 0, ("nohup",): 0, ("exec",): 0, ("command",): 0,
    ("xvfb-run",): 0, ("time",): 0, ("timeout",): 1, ("stdbuf",): 0, ("caffeinate",): 0,
    ("poetry", "run"): 0, ("uv", "run"): 0, ("uvx",): 0, ("pipx", "run"): 0, ("pipenv", "run"): 0,
    ("pdm", "run"): 0, ("rye", "run"): 0, ("hatch", "run"): 0, ("pixi", "run"): 0,
    ("conda", "run"): 0, ("mamba", "run"): 0, ("micromamba", "run"): 0, ("bundle", "exec"): 0,
    ("npx",): 0, ("pnpm", "exec"): 0, ("yarn", "exec"): 0, ("bunx",): 0, ("dotenv", "run"): 0,
    ("ddtrace-run",): 0, ("opentelemetry-instrument",): 0, ("newrelic-admin", "run-program"): 0,
    ("dumb-init",): 0, ("tini",): 0, ("gosu",): 1, ("su-exec",): 1, ("chronic",): 0,
    ("coverage", "run"): 0, ("docker", "run"): 1, ("docker", "exec"): 1, ("podman", "run"): 1,
    ("docker", "compose", "run"): 1, ("docker", "compose", "exec"): 1,
    ("docker-compose", "run"): 1, ("docker-compose", "exec"): 1, ("doppler", "run"): 0,
    ("wait-for-it.sh",): 1, ("wait-for-it",): 1, ("ray", "job", "submit"): 0,
    ("devcontainer", "exec"): 0, ("kubectl", "exec"): 1, ("pnpm", "dlx"): 0, ("op", "run"): 0,
    ("chamber", "exec"): 1, ("aws-vault", "exec"): 1,
}  # fmt: skip
"""First words of a wrapper to the operands it takes before the program (an image, a user)."""

VALUED_OPTIONS = frozenset({
    "-n", "--name", "-p", "--prefix", "-v", "--volume", "-e", "--env", "-w", "--workdir",
    "--network", "--extra", "--group", "--with", "-u", "--user", "--env-file", "--entrypoint",
    "--platform", "-f", "--file", "--python", "--project", "--directory", "--rcfile", "--source",
    "--only-group", "--gpus", "--mount", "-t", "--timeout", "-s", "--signal", "--working-dir",
    "--address", "--runtime-env", "--runtime-env-json", "--package", "-c", "--container",
    "--namespace", "--mode", "--shm-size", "--ulimit", "--memory", "--cpus", "--add-host", "--cwd",
    "--workspace-folder", "--secret", "--service", "--traces_exporter", "--metrics_exporter",
    "--logs_exporter", "--service_name", "--exporter_otlp_endpoint", "--disabled_instrumentations",
})  # fmt: skip
"""Options of wrappers that are followed by their value."""

CONTAINERS = frozenset({"docker", "podman", "docker-compose"})
CONTAINER_OPTIONS = (VALUED_OPTIONS - {"-t", "-s", "-f", "-n", "--with", "--source"}) | {
    "--hostname", "-h", "--link", "--volumes-from", "--label", "-l", "--log-driver", "--log-opt",
    "--device", "--restart", "--pid", "--ipc", "--cap-add", "--security-opt", "--dns", "--expose",
    "--tmpfs", "--cpuset-cpus", "--runtime", "--pull", "--net", "--name", "--env", "--workdir",
    "--publish", "--cidfile", "--label-file", "--userns", "--cgroupns", "--stop-timeout", "-m",
    "--index",
}  # fmt: skip
"""Containers take some of the same letters for switches without a value."""

INTERPRETERS = frozenset({
    "python", "Rscript", "R", "julia", "node", "deno", "bun", "tsx", "ts-node", "bash", "sh",
    "zsh", "dash", "source", ".", "go", "ruby", "php", "perl", "scala", "cargo", "pypy", "ipython",
    "nodemon", "pm2",
})  # fmt: skip
"""Programs that run the source file they are given."""

LAUNCHERS = frozenset({
    "streamlit", "fastapi", "chainlit", "gradio", "marimo", "panel", "voila", "solara", "mesop",
    "accelerate", "torchrun", "deepspeed", "horovodrun", "mpirun", "spark-submit", "papermill",
    "jupyter", "modal", "ray", "prefect", "dagster", "flyte", "pyflyte", "zenml", "kedro",
    "locust", "pytest", "mlflow", "functions-framework", "runpod", "functions_framework", "sbatch",
    "srun", "bokeh", "nbconvert", "torch.distributed.launch", "torch.distributed.run", "anyscale",
    "kfp", "databricks", "taipy", "reflex", "litestar", "robyn", "nicegui", "nsys", "kernprof",
    "snakemake",
})  # fmt: skip
"""Programs that start the source file they are given in their own way."""

SERVERS = frozenset({
    "uvicorn", "gunicorn", "hypercorn", "daphne", "waitress-serve", "granian", "quart", "sanic",
    "uwsgi", "wave",
})  # fmt: skip
"""Programs that start the module they are given as a server, which works only when it is asked."""

INERT = frozenset({
    "echo", "printf", "cat", "cp", "mv", "rm", "ls", "chmod", "chown", "mkdir", "touch", "sed",
    "awk", "grep", "head", "tail", "wc", "diff", "git", "curl", "wget", "tar", "zip", "unzip",
    "scp", "rsync", "export", "test", "find", "tee", "sort", "ln", "stat", "which", "trap", "pip",
    "yq", "jq", "ruff", "black", "flake8", "pylint", "mypy", "isort", "shellcheck", "yamllint",
    "prettier", "eslint", "hadolint", "kubeval", "bandit", "gsutil", "dos2unix", "envsubst",
    "sha256sum", "md5sum",
})  # fmt: skip
"""Programs that read, move or print the files they are given and run none of them."""
