"""Which files handle a generative language model: by the names of its classes, or by their own."""

from audits.facts.code import SourceFile
from audits.facts.names import below
from audits.facts.readings import reading
from audits.facts.tools import substance


@reading
def names_language_model(file: SourceFile) -> bool:
    """Whether it names a class of one; an adapter alone may be of any other kind of network."""
    words = {part for i in file.imports for part in i.module.split(".")}
    words |= {part for name in file.names for part in name.split(".")}
    if any(map(is_language_model, words)):
        return True
    adapts = not words.isdisjoint(substance.ADAPTERS)
    return adapts and not any(w.startswith(_OTHER) or w.endswith(_OTHER_HEADS) for w in words)


def is_language_model(name: str) -> bool:
    """Whether a class is one of a generative language model."""
    if name in substance.LANGUAGE_MODELS:
        return True
    return name.endswith(substance.LANGUAGE_HEADS) and not name.startswith(_OTHER)


_OTHER = ("Whisper", "Speech", "Blip", "Pix2Struct", "diffusers", "ViT", "Stable", "Wav2Vec")
_OTHER_HEADS = ("ForSequenceClassification", "ForTokenClassification", "ForImageClassification")


@reading
def generates(file: SourceFile) -> bool:
    """Whether it defines a network of its own that generates text."""
    words = any(
        i.module.startswith(("tiktoken", "sentencepiece", "tokenizers")) for i in file.imports
    )
    if "generate" not in {d.name.rpartition(".")[2] for d in file.definitions} and not words:
        return False
    networks = {
        d.name
        for d in file.definitions
        if d.kind == "class"
        and below((d.bases[-1:] and d.bases[-1]) or "", ("torch.nn", "flax.linen"))
    }
    makes = any(
        d.name.rpartition(".")[0] in networks and d.name.endswith(".generate")
        for d in file.definitions
    )
    return makes or (words and bool(networks) and any("lm_head" in c.receiver for c in file.calls))
