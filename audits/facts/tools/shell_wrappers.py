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
    "--workspace-folder", "--secret", "--service",
})  # fmt: skip
"""Options of wrappers that are followed by their value."""
