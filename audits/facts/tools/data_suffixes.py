"""Endings by which tables, arrays and archives of them are told."""

DATA_SUFFIXES = (
    ".csv", ".tsv", ".parquet", ".feather", ".arrow", ".jsonl", ".ndjson", ".arff", ".avro", ".orc",
    ".npy", ".npz", ".h5", ".hdf5", ".rds", ".rda", ".rdata", ".sav", ".dta", ".xlsx", ".xls",
    ".sqlite", ".sqlite3", ".db", ".libsvm", ".tfrecord", ".mat", ".nc", ".zarr", ".fasta", ".dat",
)  # fmt: skip

TABLE_ARCHIVES = (".csv.gz", ".tsv.gz", ".json.gz", ".jsonl.gz", ".parquet.gz", ".csv.zip")
"""Endings of archives that hold a table."""
