"""Words by which a text on data tells of their source and of their content."""

TITLE_WORDS = frozenset(
    {
        "data",
        "dataset",
        "datasets",
        "corpus",
        "corpora",
        "datasheet",
    }
)
HOW_TO = frozenset(
    {"configure", "set", "setup", "add", "modify", "replace", "change", "create", "get", "load"}
    | {"prepare", "run", "update", "train", "define", "customize", "import", "export", "build"}
    | {"convert", "install", "how", "optional"}
)
"""Words that open the title of an instruction."""

PREPOSITIONS = frozenset({"for", "used", "behind"})
"""Words of a title after which stands what the data serve."""


NOT_ABOUT_DATA = frozenset(
    {
        "validation",
        "versioning",
        "pipeline",
        "pipelines",
        "augmentation",
        "engineering",
        "loading",
        "loader",
        "loaders",
        "preparation",
        "preprocessing",
        "processing",
        "drift",
        "quality",
        "science",
        "structure",
        "structures",
        "parallel",
        "model",
        "ingestion",
        "stack",
        "using",
        "use",
        "local",
        "privacy",
        "protection",
        "flow",
        "transformation",
        "migration",
        "migrations",
        "layer",
        "custom",
        "own",
        "upload",
        "tests",
        "testing",
        "scientist",
        "download",
        "management",
        "store",
        "storage",
    }
)
"""Words of a title that speak of handling data, not of what they are."""

SOURCE_WORDS = (
    "collected",
    "obtained",
    "downloaded",
    "provided by",
    "published by",
    "scraped",
    "sourced",
    "source of",
    "data source",
    "comes from",
    "come from",
    "taken from",
    "derived from",
    "gathered",
    "available at",
    "available from",
    "available on",
    "available through",
    "publicly available",
    "public data",
    "kaggle",
    "uci ",
    "openml",
    "huggingface.co/datasets",
    "accessed",
    "extracted from",
    "from the",
    "released by",
    "portal",
    "retrieved from",
    "recorded by",
    "records from",
    "http://",
    "https://",
)
CONTENT_WORDS = (
    "attributes",
    "columns",
    "fields",
    "features",
    "records",
    "rows",
    "samples",
    "examples",
    "contains",
    "containing",
    "consists",
    "consisting",
    "comprising",
    "comprises",
    "includes",
    "instances",
    "observations",
    "variables",
    "hours of",
    "images",
    "documents",
    "utterances",
    "questions",
    "labels",
    "splits",
    "split of",
    "subset",
    "entries",
    "transcripts",
    "each row",
    "schema",
)

FILE_WORDS = (
    "datasheet",
    "data_sheet",
    "data-sheet",
    "dataset",
    "data_card",
    "data-card",
    "datacard",
    "data_dictionary",
    "data-dictionary",
    "codebook",
    "data-statement",
)
"""Parts of the name of a file that is about data throughout."""
