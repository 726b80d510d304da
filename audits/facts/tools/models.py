"""Where models and data come from by name: hubs, providers of hosted models, public data sets."""

import re

HUB_LIBRARIES = (
    "transformers", "diffusers", "peft", "sentence_transformers", "huggingface_hub", "optimum",
    "vllm", "unsloth", "trl", "setfit", "gliner", "flair", "auto_gptq", "awq", "open_clip", "timm",
    "FlagEmbedding", "adapters", "ctransformers", "llama_cpp", "faster_whisper", "fastembed",
)  # fmt: skip
"""Libraries that fetch models from a hub by `organisation/name`."""

BY_NAME = {
    "transformers.pipeline": ("huggingface", 1, ("model",)),
    "sentence_transformers.SentenceTransformer": ("huggingface", 0, ("model_name_or_path",)),
    "sentence_transformers.CrossEncoder": ("huggingface", 0, ("model_name",)),
    "huggingface_hub.snapshot_download": ("huggingface", 0, ("repo_id",)),
    "huggingface_hub.hf_hub_download": ("huggingface", 0, ("repo_id",)),
    "vllm.LLM": ("huggingface", 0, ("model",)),
    "faster_whisper.WhisperModel": ("huggingface", 0, ("model_size_or_path",)),
    "fastembed.TextEmbedding": ("huggingface", 0, ("model_name",)),
    "langchain_huggingface.HuggingFaceEmbeddings": ("huggingface", 0, ("model_name", "model")),
    "langchain_community.embeddings.HuggingFaceEmbeddings": ("huggingface", 0, ("model_name",)),
    "langchain.embeddings.HuggingFaceEmbeddings": ("huggingface", 0, ("model_name",)),
    "llama_index.embeddings.huggingface.HuggingFaceEmbedding": ("huggingface", 0, ("model_name",)),
    "timm.create_model": ("timm", 0, ("model_name",)),
    "spacy.load": ("spacy", 0, ("name",)),
    "whisper.load_model": ("openai-whisper", 0, ("name",)),
    "tensorflow_hub.load": ("tensorflow-hub", 0, ("handle",)),
    "tensorflow_hub.KerasLayer": ("tensorflow-hub", 0, ("handle",)),
    "torch.hub.load": ("torch-hub", 1, ("model",)),
    "ultralytics.YOLO": ("ultralytics", 0, ("model",)),
    "ollama.chat": ("ollama", 0, ("model",)),
    "ollama.generate": ("ollama", 0, ("model",)),
    "langchain_ollama.ChatOllama": ("ollama", 0, ("model",)),
    "langchain_ollama.OllamaLLM": ("ollama", 0, ("model",)),
    "langchain_community.llms.Ollama": ("ollama", 0, ("model",)),
    "langchain_community.chat_models.ChatOllama": ("ollama", 0, ("model",)),
}  # fmt: skip
"""Calls that fetch a model by name: hub, position of the name, keywords that may hold it."""

FETCHED_BY_KEYWORD = (
    "pretrained_model_name_or_path",
    "model_name_or_path",
    "model_name",
    "model_id",
)
NO_MODEL = ("tokenizer", "processor", "featureextractor", "config", "scheduler")
"""Parts of a class's name by which its `from_pretrained` brings no weights."""

OWN_WEIGHTS = frozenset({"pt", "pth", "onnx", "bin", "safetensors", "gguf", "pkl", "joblib", "h5"})

PROVIDERS = {
    "OpenAI": (
        ("openai", "langchain_openai", "llama_index.llms.openai",
         "langchain.chat_models.ChatOpenAI",
         "langchain.llms.OpenAI", "@ai-sdk/openai", "@langchain/openai", "async_openai"),
        ("api.openai.com",),
    ),
    "Microsoft Azure": (
        ("azure.ai.openai", "azure.ai.inference", "@azure/openai", "@ai-sdk/azure"),
        ("openai.azure.com",),
    ),
    "Anthropic": (
        ("anthropic", "langchain_anthropic", "llama_index.llms.anthropic", "@anthropic-ai/sdk",
         "@ai-sdk/anthropic", "@langchain/anthropic"),
        ("api.anthropic.com",),
    ),
    "Google": (
        ("google.generativeai", "google.genai", "vertexai", "langchain_google_genai",
         "langchain_google_vertexai", "@google/generative-ai", "@google/genai", "@ai-sdk/google",
         "@google-cloud/vertexai"),
        ("generativelanguage.googleapis.com", "aiplatform.googleapis.com"),
    ),
    "Mistral AI": (
        ("mistralai", "langchain_mistralai", "@mistralai/mistralai", "@ai-sdk/mistral"),
        ("api.mistral.ai",),
    ),
    "Cohere": (("cohere", "langchain_cohere", "cohere-ai", "@ai-sdk/cohere"), ("api.cohere.",)),
    "Groq": (("groq", "langchain_groq", "groq-sdk", "@ai-sdk/groq"), ("api.groq.com",)),
    "Together": (("together", "langchain_together", "together-ai"), ("api.together.xyz",)),
    "Replicate": (("replicate",), ("api.replicate.com",)),
    "Amazon Bedrock": (
        ("langchain_aws", "@aws-sdk/client-bedrock-runtime", "@ai-sdk/amazon-bedrock"),
        ("bedrock-runtime.",),
    ),
    "DeepSeek": (("langchain_deepseek", "@ai-sdk/deepseek"), ("api.deepseek.com",)),
    "xAI": (("xai_sdk", "langchain_xai", "@ai-sdk/xai"), ("api.x.ai",)),
    "OpenRouter": (("@openrouter/ai-sdk-provider",), ("openrouter.ai/api",)),
    "Hugging Face": (("huggingface_hub.InferenceClient", "@huggingface/inference"),
                     ("api-inference.huggingface.co", "router.huggingface.co")),
    "Perplexity": (("@ai-sdk/perplexity",), ("api.perplexity.ai",)),
    "Fireworks": (("fireworks", "langchain_fireworks"), ("api.fireworks.ai",)),
    "Alibaba Cloud": (("dashscope",), ("dashscope.aliyuncs.com",)),
    "Zhipu AI": (("zhipuai",), ("open.bigmodel.cn",)),
}  # fmt: skip
"""Whom the code asks: packages and hosts."""

ROUTERS = ("litellm", "langchain", "llama_index", "instructor", "dspy", "ai", "crewai", "autogen",
           "pydantic_ai", "semantic_kernel", "haystack", "guidance", "langchain_core")  # fmt: skip
"""Packages that ask whichever provider a model's name belongs to."""

MODEL_IDS = (
    (re.compile(r"(?:anthropic|amazon|meta|cohere|mistral|ai21)\.[a-z][\w.]{0,40}-[\w.-]{1,60}"
                r"(?::\d+)?"),
     "Amazon Bedrock"),
    (re.compile(r"(?:openai/)?(?:(?:gpt-|chatgpt-|text-davinci-|dall-e-|gpt-image-|tts-|whisper-)\d"
                r"[\w.:-]{0,60}|o[134](?:-[\w.-]{1,40})?|text-embedding-(?:ada|3)[\w-]{1,20})"),
     "OpenAI"),
    (re.compile(r"(?:anthropic/)?claude-[\w.@-]{1,60}"), "Anthropic"),
    (re.compile(r"(?:gemini/|google/|models/|vertex_ai/)?(?:gemini-|text-bison|chat-bison"
                r"|textembedding-gecko)[\w.@-]{0,60}"), "Google"),
    (re.compile(r"(?:mistral/)?(?:mistral-(?:tiny|small|medium|large|embed)|open-mi[sx]tral"
                r"|codestral-|pixtral-|ministral-)[\w.-]{0,60}"), "Mistral AI"),
    (re.compile(r"(?:cohere/)?(?:command-(?:r|a|light|nightly)|embed-(?:english|multilingual)-"
                r"|rerank-)[\w.-]{0,60}"), "Cohere"),
    (re.compile(r"(?:deepseek/)?deepseek-(?:chat|reasoner|coder)"), "DeepSeek"),
    (re.compile(r"(?:xai/)?grok-[\w.-]{1,60}"), "xAI"),
    (re.compile(r"(?:dashscope/)?qwen-(?:max|plus|turbo|vl)[\w.-]{0,60}"), "Alibaba Cloud"),
)  # fmt: skip
"""What providers call their models, and whose they are."""

LOCAL_BUILDERS = frozenset({
    "csv", "json", "jsonl", "parquet", "text", "imagefolder", "audiofolder", "arrow", "pandas",
    "webdataset", "sql", "xml", "generator",
})  # fmt: skip
"""Names by which `load_dataset` reads a file of one's own."""

DATA_BY_NAME = {
    "datasets.load_dataset": ("huggingface", 0, ("path",)),
    "sklearn.datasets.fetch_openml": ("openml", 0, ("name", "data_id")),
    "openml.datasets.get_dataset": ("openml", 0, ("dataset_id",)),
    "tensorflow_datasets.load": ("tensorflow-datasets", 0, ("name",)),
    "tensorflow_datasets.builder": ("tensorflow-datasets", 0, ("name",)),
    "seaborn.load_dataset": ("seaborn", 0, ("name",)),
    "kagglehub.dataset_download": ("kaggle", 0, ("handle",)),
    "nltk.download": ("nltk", 0, ("info_or_id",)),
    "ir_datasets.load": ("ir-datasets", 0, ("dataset_id",)),
    "ucimlrepo.fetch_ucirepo": ("uci", 0, ("name", "id")),
    "river.datasets": ("river", 0, ()),
}
"""Calls that load public data by name: source, position of the name, keywords that may hold it."""

DATA_BY_MODULE = {
    "sklearn.datasets": (
        "scikit-learn", re.compile(r"(?:load|fetch)_(?!files|svmlight|sample)(\w+)"),
    ),
    "torchvision.datasets": (
        "torchvision", re.compile(r"(?!ImageFolder|DatasetFolder|Fake|Vision)([A-Z]\w+)"),
    ),
    "torchaudio.datasets": ("torchaudio", re.compile(r"([A-Z]\w+)")),
    "torchtext.datasets": ("torchtext", re.compile(r"(\w+)")),
    "torch_geometric.datasets": ("torch-geometric", re.compile(r"([A-Z]\w+)")),
}  # fmt: skip
"""Modules whose functions or classes are data sets, with the pattern of their names."""

KERAS_DATA = re.compile(r"(?:tensorflow\.)?keras(?:\.api)?\.datasets\.(\w+)\.load_data")
BUILT_IN_MODELS = re.compile(
    r"(?:(torchvision)\.models(?:\.\w+)?|(?:tensorflow\.)?(keras)\.applications(?:\.\w+)?)\.(\w+)"
)
"""Architectures that come with weights trained by the library's makers."""
