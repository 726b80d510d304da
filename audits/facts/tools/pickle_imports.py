"""What a pickle may import: parts of the frameworks that only rebuild data, and what runs code.

An honest pickle of a model names classes of its framework and a few rebuilding functions. These are
listed, by framework; everything that can run a command, import by name, read or write a file, or
reach the network is listed too. What is on neither list is unknown, and never called safe.

Sources: the lists of `torch._weights_only_unpickler` and `skops.io`; the documentation of CPython's
`pickle` ("Restricting Globals"); and the published ways around scanners (picklescan's advisories
of 2025 and 2026, modelscan's open issues): pip.main, importlib, runpy, bdb and pdb, timeit,
profile, idlelib, lib2to3, doctest, ensurepip, numpy.testing's runstring, numpy.f2py and
torch's internals.
"""

import re
from _compat_pickle import IMPORT_MAPPING, NAME_MAPPING
from enum import StrEnum


class Standing(StrEnum):
    """What an import of a pickle is."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    DANGEROUS = "dangerous"


_RUNS = """
    os posix nt sys subprocess _posixsubprocess _winapi commands popen2 importlib imp _imp
    _frozen_importlib _frozen_importlib_external runpy code codeop pty socket _socket shutil ctypes
    _ctypes cffi asyncio signal webbrowser pdb bdb cProfile profile pstats trace timeit doctest
    pydoc zipimport pkgutil pip ensurepip venv distutils setuptools pkg_resources idlelib lib2to3
    test unittest tempfile io _io fileinput linecache marshal ssl _ssl http httplib urllib urllib2
    ftplib     smtplib imaplib poplib telnetlib nntplib xmlrpc socketserver requests aiohttp httpx
    urllib3
    paramiko pexpect dill cloudpickle pickle _pickle cPickle shelve dbm sqlite3 inspect atexit site
    sysconfig cgi rlcompleter curses tkinter antigravity mailcap _osx_support _aix_support _pyrepl
    pyrepl multiprocessing sched mmap zipfile tarfile py_compile compileall modulefinder pytest
    _pytest nose IPython ipykernel sh plumbum fabric invoke docker psutil win32api win32com _winreg
    winreg git
"""
DANGEROUS_MODULES = frozenset(_RUNS.split())
"""Modules of which nothing belongs into a model, whatever is taken from them."""

DANGEROUS_PARTS = (
    "numpy.testing", "numpy.f2py", "numpy.distutils", "numpy.ctypeslib", "torch.hub",
    "torch._inductor", "torch._dynamo", "torch.fx.experimental", "torch.fx.graph_module",
    "torch.package", "torch.testing", "torch.jit.unsupported_tensor_ops", "torch.utils.bottleneck",
    "torch.utils.collect_env", "torch.utils.data.datapipes", "torch.utils._config_module",
    "torch.utils.cpp_extension", "torch.utils.model_zoo", "torch.distributed.rpc",
    "torch.distributed.run", "torch.multiprocessing", "torch._numpy.testing", "torch.ops",
    "torch.classes", "torch.library", "pandas.io", "pandas.core.computation", "scipy.weave",
    "logging.config", "joblib.externals", "joblib.parallel",
    "tensorflow.python.framework.load_library", "tensorflow.python.lib.io", "tensorflow.io",
    "transformers.dynamic_module_utils", "lightning.pytorch.core.saving",
)  # fmt: skip
"""Parts of frameworks that load, compile, run, read or write."""

_BUILT_IN = """
    set frozenset list dict tuple int float complex bytes bytearray str bool object slice range
    unicode long xrange Ellipsis NotImplemented
"""
BUILTINS_KNOWN = frozenset(_BUILT_IN.split())
BUILTINS_UNKNOWN = frozenset({"type", "print", "len", "abs", "min", "max", "sum", "zip", "sorted"})

_RUNNING_NAMES = """
    __import__ eval exec execfile compile open getattr setattr delattr globals locals vars input
    breakpoint apply system popen spawn Popen check_output check_call runstring import_module reload
    load_library load loads fromfile memmap read_pickle load_module run_module run_path FileHandler
    attrgetter methodcaller partial partialmethod reduce filter get_file load_model resolve_name
    CodeType FunctionType load_op_library read_file write_file
"""
DANGEROUS_NAMES = frozenset(_RUNNING_NAMES.split())
"""Names that are dangerous in whatever module: re-exports hide where they come from."""

_ARRAYS = {
    "_reconstruct", "scalar", "ndarray", "dtype", "_frombuffer", "_ufunc_reconstruct", "bool_",
    "float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16",
    "uint32", "uint64", "complex64", "complex128", "str_", "bytes_", "object_", "void",
    "datetime64", "timedelta64", "longdouble", "matrix", "recarray", "record", "generic",
}  # fmt: skip
_REBUILD_TORCH = {
    "_rebuild_tensor", "_rebuild_tensor_v2", "_rebuild_tensor_v3", "_rebuild_parameter",
    "_rebuild_parameter_with_state", "_rebuild_sparse_tensor", "_rebuild_qtensor",
    "_rebuild_meta_tensor_no_storage", "_rebuild_nested_tensor", "_rebuild_wrapper_subclass",
    "_rebuild_device_tensor_from_numpy", "_rebuild_sparse_csr_tensor", "_rebuild_xla_tensor",
    "_rebuild_device_tensor_from_cpu_tensor",
}  # fmt: skip
_TORCH = {
    "Size", "device", "Tensor", "Generator", "float", "float16", "float32", "float64", "half",
    "double", "bfloat16", "int8", "int16", "int32", "int64", "uint8", "bool", "long", "short",
    "int", "complex64", "complex128", "qint8", "quint8", "strided", "per_tensor_affine",
    "per_channel_affine", "contiguous_format", "preserve_format", "channels_last",
}  # fmt: skip

KNOWN_NAMES: dict[str, frozenset[str]] = {
    module: frozenset(names.split() if isinstance(names, str) else names)
    for module, names in {
        "collections": "OrderedDict defaultdict Counter deque",
        "copyreg": "_reconstructor __newobj__ __newobj_ex__",
        "_codecs": "encode",
        "re": "_compile",
        "array": "array _array_reconstructor",
        "datetime": "datetime date time timedelta timezone",
        "decimal": "Decimal",
        "fractions": "Fraction",
        "pathlib": "PosixPath WindowsPath PurePosixPath PureWindowsPath Path PurePath",
        "pathlib._local": "PosixPath WindowsPath PurePosixPath Path",
        "random": "Random",
        "argparse": "Namespace",
        "types": "SimpleNamespace",
        "typing": "Any Optional Union List Dict Tuple Callable",
        "enum": "Enum IntEnum",
        "numpy": _ARRAYS,
        "numpy.core.multiarray": _ARRAYS,
        "numpy._core.multiarray": _ARRAYS,
        "numpy.core.numeric": _ARRAYS,
        "numpy._core.numeric": _ARRAYS,
        "numpy.core": _ARRAYS,
        "numpy._core": _ARRAYS,
        "numpy.random._pickle": "__randomstate_ctor __generator_ctor __bit_generator_ctor",
        "numpy.random._mt19937": "MT19937",
        "numpy.random._pcg64": "PCG64",
        "numpy.random": "RandomState Generator",
        "numpy.random.bit_generator": "__pyx_unpickle_SeedSequence SeedSequence",
        "numpy.ma": "MaskedArray",
        "numpy.ma.core": "_mareconstruct MaskedArray",
        "numpy.matrixlib.defmatrix": "matrix",
        "pandas": "DataFrame Series Index MultiIndex RangeIndex DatetimeIndex TimedeltaIndex "
        "CategoricalIndex PeriodIndex IntervalIndex Timestamp Timedelta Period Interval "
        "StringDtype CategoricalDtype BooleanDtype Int64Dtype Float64Dtype Categorical",
        "pandas._libs.internals": "_unpickle_block",
        "pandas._libs.arrays": "__pyx_unpickle_NDArrayBacked",
        "pandas._libs.tslibs.timestamps": "_unpickle_timestamp Timestamp",
        "pandas._libs.tslibs.timedeltas": "_timedelta_unpickle Timedelta",
        "pandas.core.indexes.base": "_new_Index Index",
        "pandas.core.indexes.datetimes": "_new_DatetimeIndex DatetimeIndex",
        "pandas.core.internals.blocks": "new_block",
        "scipy.sparse._csr": "csr_matrix csr_array",
        "scipy.sparse._csc": "csc_matrix csc_array",
        "scipy.sparse._coo": "coo_matrix coo_array",
        "scipy.sparse.csr": "csr_matrix",
        "scipy.sparse.csc": "csc_matrix",
        "scipy.sparse.coo": "coo_matrix",
        "scipy.interpolate._interpolate": "interp1d PPoly",
        "scipy.interpolate.interpolate": "interp1d",
        "scipy.special._ufuncs": "expit logit",
        "scipy.stats._distn_infrastructure": "rv_frozen rv_continuous_frozen rv_discrete_frozen",
        "sklearn.neighbors._dist_metrics": "newObj",
        "sklearn.metrics._dist_metrics": "newObj",
        "sklearn.neighbors._kd_tree": "newObj",
        "sklearn.neighbors._ball_tree": "newObj",
        "sklearn.feature_extraction._hash": "FeatureHasher",
        "joblib.numpy_pickle": "NumpyArrayWrapper NDArrayWrapper ZNDArrayWrapper",
        "sklearn.externals.joblib.numpy_pickle": "NumpyArrayWrapper NDArrayWrapper",
        "torch": _TORCH,
        "torch._utils": _REBUILD_TORCH,
        "torch._tensor": "_rebuild_from_type_v2 Tensor",
        "torch.nn.parameter": "Parameter Buffer UninitializedParameter",
        "torch.storage": "TypedStorage UntypedStorage",
        "torch.serialization": "_get_layout",
        "torch.jit._pickle": "build_intlist build_doublelist build_boollist build_tensorlist "
        "build_tensor_from_id restore_type_tag",
        "logging": "getLogger Logger",
        "torch.torch_version": "TorchVersion",
        "transformers.trainer_utils": "IntervalStrategy SchedulerType HubStrategy SaveStrategy "
        "EvaluationStrategy FSDPOption",
        "transformers.training_args": "OptimizerNames TrainingArguments ParallelMode",
        "transformers.training_args_seq2seq": "Seq2SeqTrainingArguments",
        "accelerate.state": "PartialState AcceleratorState",
        "accelerate.utils.dataclasses": "DistributedType DynamoBackend",
        "trl.trainer.sft_config": "SFTConfig",
    }.items()
}
"""Functions and classes by their exact names."""

CLASSES_OF: dict[str, tuple[str, ...]] = {
    "scikit-learn": ("sklearn.",),
    "PyTorch": ("torch.nn.", "torch.optim."),
    "pandas": ("pandas.core.", "pandas._libs.", "pandas.arrays."),
    "NumPy": ("numpy.dtypes.",),
    "XGBoost": ("xgboost.sklearn", "xgboost.core", "xgboost.callback"),
    "LightGBM": ("lightgbm.sklearn", "lightgbm.basic", "lightgbm.compat"),
    "CatBoost": ("catboost.core",),
    "imbalanced-learn": ("imblearn.",),
    "statsmodels": ("statsmodels.",),
    "Prophet": ("prophet.forecaster", "prophet.models"),
    "lifelines": ("lifelines.",),
    "category_encoders": ("category_encoders.",),
    "torchvision": ("torchvision.models.", "torchvision.ops.", "torchvision.transforms."),
    "timm": ("timm.models.", "timm.layers."),
}
"""Packages whose classes, by the shape of their names, may stand in a model."""

FRAMEWORKS: tuple[tuple[str, str], ...] = (
    ("xgboost", "XGBoost"), ("lightgbm", "LightGBM"), ("catboost", "CatBoost"),
    ("prophet", "Prophet"), ("statsmodels", "statsmodels"), ("lifelines", "lifelines"),
    ("transformers", "Transformers"), ("torch", "PyTorch"), ("keras", "Keras"),
    ("tensorflow", "TensorFlow"), ("sklearn", "scikit-learn"), ("imblearn", "scikit-learn"),
    ("pandas", "pandas"), ("numpy", "NumPy"),
)  # fmt: skip
"""What a file is called after, the most telling first."""

_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
"""What Python could import at all."""

_CLASS = re.compile(r"_{0,2}[A-Z][A-Za-z0-9_]*")
_STORAGE = re.compile(r"[A-Z][A-Za-z0-9]{0,30}Storage")
_INNER = re.compile(r"(?:^|\.)(?:tests?|testing|conftest|externals|hub|cli|__main__)(?:\.|$)")


def standing(module: str, name: str) -> Standing:
    """What an import is, under its name in Python 2 as well as in Python 3."""
    found = {_standing(*pair) for pair in {(module, name), _renamed(module, name)}}
    for speaks in (Standing.DANGEROUS, Standing.KNOWN):
        if speaks in found:
            return speaks
    return Standing.UNKNOWN


def _renamed(module: str, name: str) -> tuple[str, str]:
    """Python 3's name of what Python 2 called otherwise; protocols 0 to 2 are read with these."""
    renamed = NAME_MAPPING.get((module, name))
    return renamed if renamed else (IMPORT_MAPPING.get(module, module), name)


def _standing(module: str, name: str) -> Standing:
    if name in KNOWN_NAMES.get(module, ()):
        return Standing.KNOWN
    top = module.partition(".")[0]
    if top in ("builtins", "__builtin__"):
        return _built_in(name)
    if not _DOTTED.fullmatch(module) or not _DOTTED.fullmatch(name):
        return Standing.UNKNOWN
    if top in DANGEROUS_MODULES or name in DANGEROUS_NAMES or _hides(name):
        return Standing.DANGEROUS
    if any(module == part or module.startswith(f"{part}.") for part in DANGEROUS_PARTS):
        return Standing.DANGEROUS
    if _INNER.search(module):
        return Standing.UNKNOWN
    if module in ("torch", "torch.cuda") and _STORAGE.fullmatch(name):
        return Standing.KNOWN
    known = any(
        f"{module}.".startswith(start) for starts in CLASSES_OF.values() for start in starts
    )
    return Standing.KNOWN if known and _CLASS.fullmatch(name) else Standing.UNKNOWN


def _built_in(name: str) -> Standing:
    if name in BUILTINS_KNOWN:
        return Standing.KNOWN
    return Standing.UNKNOWN if name in BUILTINS_UNKNOWN else Standing.DANGEROUS


def _hides(name: str) -> bool:
    """Whether a dotted name reaches through a module or into something's insides."""
    inner = name.split(".")
    return len(inner) > 1 and not all(_CLASS.fullmatch(part) for part in inner)


def framework_of(modules: frozenset[str]) -> str:
    """The framework that a pickle's imports tell of; empty where they tell of none."""
    tops = {module.partition(".")[0] for module in modules}
    return next((name for top, name in FRAMEWORKS if top in tops), "")
