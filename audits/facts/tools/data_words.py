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
    | {"datos", "dados", "données", "daten", "datensatz", "dati"}
)
HOW_TO = frozenset(
    {"configure", "set", "setup", "add", "modify", "replace", "change", "create", "get", "load"}
    | {"prepare", "run", "update", "train", "define", "customize", "import", "export", "build"}
    | {"convert", "install", "how", "optional", "download", "send", "fetch", "upload", "split"}
    | {"clean", "explore", "read", "save", "store", "process", "preprocess", "visualize", "use"}
    | {"analyze", "validate", "monitor", "push", "pull", "request", "requesting", "query"}
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
    | {"prompt", "prompts", "stores", "persistence", "retention", "security", "sharing", "policy"}
    | {"deletion", "backup", "backups", "volume", "volumes", "governance", "residency", "handling"}
    | {"subject", "subjects", "usage", "cleaning", "wrangling", "visualization", "api", "class"}
    | {"folder", "directory", "layout", "adding", "caching", "access", "mining", "warehouse"}
    | {"transfer", "exposure", "poisoning", "corruption", "issues", "error", "errors", "attack"}
    | {"scientists", "engineer", "engineers", "analyst", "analysts", "team", "teams", "center"}
    | {"leak", "leakage", "breach", "loss", "recovery", "sync", "requests", "types"}
)
"""Words of a title that speak of handling data, or of users' rights, not of what they are."""

FIELD_TITLES = frozenset(
    {"labels", "columns", "fields", "variables", "attributes", "dictionary", "codebook", "classes"}
    | {"annotations", "annotation", "categories"}
)
"""Titles of lists that describe data where the document says elsewhere what data they are."""

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
    "types of data",
    "kinds of data",
    "following data",
    "following files",
    "following tables",
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

DATA_HOSTS = (
    "kaggle.com/datasets", "kaggle.com/c/", "kaggle.com/competitions", "huggingface.co/datasets",
    "archive.ics.uci.edu", "openml.org", "zenodo.org/record", "zenodo.org/doi", "figshare.com",
    "dataverse", "physionet.org", "data.gov", "data.europa.eu", "data.world", "datahub.io",
    "registry.opendata.aws", "grouplens.org", "image-net.org", "cocodataset.org", "openslr.org",
    "commonvoice.mozilla.org", "paperswithcode.com/dataset", "datadryad.org", "synapse.org",
    "data.mendeley.com", "mendeley.com/datasets", "ieee-dataport.org", "catalog.ldc.upenn.edu",
    "commoncrawl.org", "dumps.wikimedia.org", "bigquery-public-data", "drivendata.org", "zindi",
    "opendata", "open-data", "data.cityof", "nyc.gov/site/tlc", "ncbi.nlm.nih.gov/geo",
    "cds.climate.copernicus", "data.worldbank.org", "ec.europa.eu/eurostat", "ourworldindata.org",
    "insideairbnb.com", "data.gouv.fr", "govdata.de", "physics.nist.gov", "census.gov/data",
)  # fmt: skip
"""Parts of the addresses at which sets of data are published."""

INVENTED = ("fictional", "synthetic data", "synthetically generated", "simulated data", "made-up")
"""Words by which a text says that its data were invented; that, too, is where they come from."""
