"""Licences of well-known packages and models, as their makers publish them (looked at 2026-11).

Only what is commonly known and binding for a company is listed; everything else is "unknown", never
"fine". A licence can change with a version: the entry is a reason to look, not a legal opinion.
"""

import re
from enum import StrEnum

from msgspec import Struct


class Terms(StrEnum):
    """What a licence asks of a company that sells a service or a program."""

    NETWORK = "asks for the source code of a service built on it"
    SOURCE_AVAILABLE = "limits use in production or for competing services"
    COPYLEFT = "asks for the source code of a program that is passed on with it"
    NON_COMMERCIAL = "allows no commercial use"
    CONDITIONS = "allows commercial use under conditions"
    OPEN = "allows commercial use"


class KnownPackage(Struct, frozen=True):
    """`imports` are the modules by which code uses it."""

    licence: str
    terms: Terms
    imports: tuple[str, ...]


def _known(licence: str, terms: Terms, **packages: str) -> dict[str, KnownPackage]:
    """Packages under one licence; a name's `_` may also be `-`."""
    return {
        name.replace("_", "-"): KnownPackage(licence, terms, tuple(modules.split()))
        for name, modules in packages.items()
    }


PYTHON_PACKAGES = {
    **_known("AGPL-3.0", Terms.NETWORK, ultralytics="ultralytics", pymupdf="fitz pymupdf",
             pymupdf4llm="pymupdf4llm", deepchecks="deepchecks", borb="borb", boxmot="boxmot",
             yolov5="yolov5"),
    **_known("BUSL-1.1", Terms.SOURCE_AVAILABLE, alibi="alibi", alibi_detect="alibi_detect",
             seldon_core="seldon_core"),
    **_known("GPL-3.0", Terms.COPYLEFT, html2text="html2text", phonemizer="phonemizer",
             marker_pdf="marker", surya_ocr="surya", leidenalg="leidenalg", cvxopt="cvxopt",
             pyqt5="PyQt5", pyqt6="PyQt6", labelme="labelme"),
    **_known("GPL-2.0", Terms.COPYLEFT, unidecode="unidecode", fuzzywuzzy="fuzzywuzzy",
             rpy2="rpy2", mysqlclient="MySQLdb", igraph="igraph", python_igraph="igraph"),
}  # fmt: skip
"""By the name on PyPI. Some are also sold under other terms: then a contract answers."""

STATED = (
    (re.compile(r"\bAGPL", re.IGNORECASE), Terms.NETWORK),
    (re.compile(r"\bSSPL", re.IGNORECASE), Terms.NETWORK),
    (re.compile(r"\b(?:BUSL|BSL-1\.1|Elastic-2\.0|Elastic License|RSAL)", re.IGNORECASE),
     Terms.SOURCE_AVAILABLE),
)  # fmt: skip
"""Licences that a lock file states; where there is a choice (`MIT OR …`) the other counts."""

MODELS = (
    (re.compile(r"facebook/(?:nllb-200|musicgen|seamless-m4t|mms-|opt-|galactica)[\w.-]*"),
     "a non-commercial licence of Meta", Terms.NON_COMMERCIAL),
    (re.compile(r"(?:CohereForAI|CohereLabs)/(?:c4ai-|aya-)[\w.-]*"),
     "CC-BY-NC-4.0", Terms.NON_COMMERCIAL),
    (re.compile(r"black-forest-labs/FLUX\.1-dev"), "FLUX.1 [dev] Non-Commercial",
     Terms.NON_COMMERCIAL),
    (re.compile(r"jinaai/(?:jina-embeddings-v3|jina-reranker-v2[\w.-]*)"),
     "CC-BY-NC-4.0", Terms.NON_COMMERCIAL),
    (re.compile(r"microsoft/layoutlmv[23]-[\w.-]*"), "CC-BY-NC-SA-4.0", Terms.NON_COMMERCIAL),
    (re.compile(r"coqui/XTTS-v[12]"), "Coqui Public Model License", Terms.NON_COMMERCIAL),
    (re.compile(r"nvidia/NV-Embed-v[12]"), "CC-BY-NC-4.0", Terms.NON_COMMERCIAL),
    (re.compile(r"mistralai/(?:Codestral-22B-v0\.1|Mistral-Large-Instruct-2\d{3}"
                r"|Ministral-8B-Instruct-2410)"),
     "a licence of Mistral for research", Terms.NON_COMMERCIAL),
    (re.compile(r"(?:huggyllama|decapoda-research)/llama-[\w.-]*"), "LLaMA (2023), research only",
     Terms.NON_COMMERCIAL),
    (re.compile(r"Qwen/Qwen2\.5-(?:3B|VL-3B|Coder-3B)(?:-[\w.-]*)?"), "Qwen Research",
     Terms.NON_COMMERCIAL),
    (re.compile(r"meta-llama/[\w.-]+"), "the Llama community licence", Terms.CONDITIONS),
    (re.compile(r"google/(?:gemma|codegemma|paligemma|medgemma)-[\w.-]*"), "the Gemma terms",
     Terms.CONDITIONS),
    (re.compile(r"stabilityai/(?:stable-diffusion-3|sdxl-turbo|sd-turbo|stable-video)[\w.-]*"),
     "the Stability AI community licence (free up to a yearly revenue)", Terms.CONDITIONS),
    (re.compile(r"(?:stabilityai|runwayml|CompVis|stable-diffusion-v1-5)/stable-diffusion[\w.-]*"),
     "CreativeML Open RAIL (forbidden uses)", Terms.CONDITIONS),
    (re.compile(r"bigscience/bloomz?(?:-[\w.-]*)?|bigcode/starcoder[\w.-]*"),
     "a RAIL licence (forbidden uses)", Terms.CONDITIONS),
    (re.compile(r"(?:google-bert/)?(?:bert|distilbert|albert)-[\w-]+|distilbert/[\w.-]+"
                r"|google/(?:flan-t5|vit|electra|mt5)-[\w.-]+|(?:google-t5/)?t5-[\w]+"),
     "Apache-2.0", Terms.OPEN),
    (re.compile(r"(?:openai-community/)?gpt2(?:-\w+)?|(?:FacebookAI/)?roberta-\w+"
                r"|microsoft/phi-[\w.-]+|BAAI/bge-[\w.-]+|openai/clip-[\w.-]+|microsoft/deberta-[\w.-]+"),
     "MIT", Terms.OPEN),
    (re.compile(r"openai/whisper-[\w.-]+|mistralai/(?:Mistral-7B|Mixtral-8x)[\w.-]+"
                r"|Qwen/Qwen2\.5-(?:0\.5|1\.5|7|14|32)B(?:-[\w.-]*)?|EleutherAI/pythia-[\w.-]+"
                r"|sentence-transformers/all-[\w.-]+"),
     "Apache-2.0", Terms.OPEN),
)  # fmt: skip
"""Models on the hub by name, the first that fits."""

MODEL_STATED = (
    (re.compile(r"(?i)(?:cc-)?by-nc|non-?commercial|\bresearch\b"), Terms.NON_COMMERCIAL),
    (re.compile(r"(?i)\bagpl"), Terms.NETWORK),
    (re.compile(r"(?i)llama|gemma|openrail|community|\brail\b"), Terms.CONDITIONS),
    (re.compile(r"(?i)\b(?:apache-2\.0|mit|bsd-\d|cc0-1\.0|cc-by-4\.0|unlicense)"), Terms.OPEN),
)
"""What a card or the header of weights says of its licence."""

MODEL_HUBS = {"ultralytics": ("AGPL-3.0, or a contract with Ultralytics", Terms.NETWORK)}
"""Hubs whose models all have the same licence."""


def known_package(ecosystem: str, name: str) -> KnownPackage | None:
    """What the table knows of a package; only names of PyPI are in it."""
    return PYTHON_PACKAGES.get(name.lower().replace("_", "-")) if ecosystem == "pypi" else None


def known_model(hub: str, name: str) -> tuple[str, Terms] | None:
    """The licence of a model by its hub or by its name there, with what it asks."""
    if hub in MODEL_HUBS:
        return MODEL_HUBS[hub]
    if hub != "huggingface":
        return None
    fitting = ((licence, terms) for form, licence, terms in MODELS if form.fullmatch(name))
    return next(fitting, None)
