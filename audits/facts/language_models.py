"""Which files handle a generative language model: by the names of its classes, or by their own."""

from audits.facts.code import SourceFile
from audits.facts.names import below, words_of
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
    """Whether it defines a network of its own that is a language model.

    Such a one has a method that generates, a head over the words, or the name of one.
    """
    networks = {
        d.name
        for d in file.definitions
        if d.kind == "class"
        and below((d.bases[-1:] and d.bases[-1]) or "", ("torch.nn", "flax.linen"))
    }
    if not networks:
        return False
    methods = (d.name.rpartition(".") for d in file.definitions if d.kind == "function")
    if any(owner in networks and method == "generate" for owner, _, method in methods):
        return True
    heads = any(c.method == "lm_head" or "lm_head" in c.receiver for c in file.calls)
    return heads or any(map(_is_named_so, networks))


def _is_named_so(network: str) -> bool:
    """By its name; feature-wise modulation is called FiLM."""
    words = words_of(network)
    named = words & {"gpt", "gpt2", "lm"} or {"language", "model"} <= words
    return (bool(named) and "film" not in network.lower()) or "llama" in network.lower()
