"""Programs and actions by which a build tells what it is made of and proves where it is from."""

PROVING_PROGRAMS = frozenset(
    {
        "syft",
        "cyclonedx-py",
        "cyclonedx-bom",
        "cyclonedx-npm",
        "cyclonedx-gomod",
        "cyclonedx",
        "cdxgen",
        "bom",
        "spdx-sbom-generator",
        "sbom-tool",
        "cargo-cyclonedx",
        "tern",
        "pip-sbom",
        "sigstore",
        "model_signing",
        "in-toto-run",
        "witness",
        "slsa-verifier",
        "sbom4python",
        "cyclonedx_py",
        "trivy-sbom",
        "ko",
        "gitsign",
        "notation",
        "signtool",
        "codesign",
    }
)
"""Programs that make a list of components, a signature or an attestation."""

PROVING_VERBS: dict[str, tuple[str, ...]] = {
    "cosign": ("sign", "attest", "sign-blob"),
    "docker": ("sbom", "scout sbom", "trust sign"),
    "npm": ("sbom",),
    "gpg": ("--detach-sign", "--clearsign", "-ab", "--sign", "-b"),
    "gpg2": ("--detach-sign",),
    "cargo": ("cyclonedx", "sbom"),
    "mvn": ("cyclonedx:",),
    "trivy": ("cyclonedx", "spdx", "spdx-json", "--format=cyclonedx", "--format=spdx-json"),
    "pip-audit": ("cyclonedx-json", "cyclonedx-xml", "--format=cyclonedx-json"),
    "grype": ("cyclonedx",),
    "twine": ("--attestations", "--sign", "-s"),
    "melange": ("sign",),
    "gh": ("attestation",),
    "uv": ("cyclonedx1.5",),
    "helm": ("--sign",),
    "minisign": ("-S",),
}
"""Programs that do so with one of these words."""

PROVING_ACTIONS = (
    "actions/attest",
    "anchore/sbom-action",
    "sigstore/gh-action-sigstore-python",
    "slsa-framework/slsa-github-generator",
    "cyclonedx/gh-",
    "microsoft/sbom-action",
    "advanced-security/sbom-generator-action",
    "kubernetes-sigs/bom",
    "philips-labs/slsa-provenance",
    "anchore/syft",
    "step-security/provenance",
    "sigstore/sigstore-python",
    "manifestcyber/",
    "eclipse-csi/sbom",
    "psastras/sbom-rs",
    "notaryproject/notation-action",
    "azure/artifact-signing",
    "azure/trusted-signing-action",
    "manifestgeneratortask",
    "interlynk-io/",
)

IMAGE_INPUTS = ("sbom", "provenance", "attests")
"""Inputs by which an action that builds an image is told to attest it."""

PACKAGE_ACTIONS = ("pypa/gh-action-pypi-publish",)
PACKAGE_SECRETS = ("password",)

FORMAT_STRINGS = frozenset({"bomFormat", "CycloneDX", "spdxVersion", "SPDXRef-DOCUMENT"})
"""Strings of code that writes a list of components."""

MANIFEST_WORDS = ("sha256", "hash", "digest", "checksum", "signature")
"""Words of a manifest that says what a model file must hash to."""
