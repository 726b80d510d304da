"""Files of models made byte by byte: honest ones, and the published ways around scanners.

Nothing here can run: the harmful ones name what would run, and no test loads a file.
"""

import base64
import bz2
import gzip
import io
import json
import lzma
import marshal
import pickle
import struct
import tarfile
import zipfile
import zlib
from collections import OrderedDict
from collections.abc import Callable

END = b"."


def text(word: str) -> bytes:
    """A string as protocol 4 writes it."""
    raw = word.encode()
    return b"\x8c" + bytes([len(raw)]) + raw


def named(module: str, name: str) -> bytes:
    """The opcode that protocols 0 to 2 import with."""
    return f"c{module}\n{name}\n".encode()


def stacked(module: str, name: str) -> bytes:
    """How protocol 4 imports."""
    return text(module) + text(name) + b"\x93"


def calling(module: str, name: str, *args: str) -> bytes:
    """A whole pickle of protocol 4 that calls something with strings."""
    return b"\x80\x04" + stacked(module, name) + tuple_of(*args) + b"R" + END


def tuple_of(*args: str) -> bytes:
    """The strings as a tuple."""
    return b"(" + b"".join(map(text, args)) + b"t"


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    """An archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return out.getvalue()


def tarred(members: dict[str, bytes]) -> bytes:
    """A tar archive."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def tensor(key: str, *shape: int) -> bytes:
    """A tensor of a PyTorch checkpoint: its storage by name, its shape and its strides."""
    count = 1
    for side in shape:
        count *= side
    sides = b"(" + b"".join(b"K" + bytes([n]) for n in shape) + b"t"
    storage = (
        b"(" + text("storage") + named("torch", "FloatStorage") + text(key) + text("cpu")
        + b"J" + struct.pack("<i", count) + b"tQ"
    )  # fmt: skip
    return (
        named("torch._utils", "_rebuild_tensor_v2") + b"(" + storage + b"K\0" + sides + sides
        + b"\x89" + named("collections", "OrderedDict") + b")RtR"
    )  # fmt: skip


def state_dict() -> bytes:
    """The pickle of a checkpoint with two tensors, 12 and 3 numbers."""
    return (
        b"\x80\x02" + named("collections", "OrderedDict") + b")R("
        + text("layer.weight") + tensor("0", 3, 4) + text("layer.bias") + tensor("1", 3) + b"u."
    )  # fmt: skip


def checkpoint(pickled: bytes, extra: dict[str, bytes] | None = None) -> bytes:
    """PyTorch's archive around a pickle."""
    members = {"m/data.pkl": pickled, "m/data/0": b"\1" * 48, "m/data/1": b"\2" * 12}
    return zipped({**members, "m/version": b"3\n", **(extra or {})})


def legacy(pickled: bytes) -> bytes:
    """PyTorch's old form: number, version, machine, object, keys, and raw numbers."""
    magic = pickle.dumps(0x1950A86A20F9469CFC6C, 2)
    info = pickle.dumps({"little_endian": True, "type_sizes": {"int": 4}}, 2)
    return magic + pickle.dumps(1001, 2) + info + pickled + pickle.dumps(["0"], 2) + b"\xc5" * 500


def array_header(kind: str, shape: str = "(2,)") -> bytes:
    """The head of a NumPy file."""
    head = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}".encode()
    head += b" " * (63 - (len(head) + 10) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head


def dumped_array(numbers: bytes, count: int) -> bytes:
    """An array as joblib writes it: a description, a pad, and the numbers between opcodes."""
    dtype = named("numpy", "dtype") + b"(" + text("f8") + b"\x89\x88tR"
    state = (
        b"}(" + text("shape") + b"K" + bytes([count]) + b"\x85" + text("dtype") + dtype
        + text("numpy_array_alignment_bytes") + b"K\x10u"
    )  # fmt: skip
    wrapper = named("joblib.numpy_pickle", "NumpyArrayWrapper") + b")\x81" + state + b"b"
    return wrapper + b"\x03\xff\xff\xff" + numbers


def joblib_file(tail: bytes = b"") -> bytes:
    """A dictionary with an array of two numbers, as joblib writes it."""
    return b"\x80\x04}(" + text("w") + dumped_array(struct.pack("<2d", 0.5, 1.5), 2) + tail + b"u."


def forest() -> bytes:
    """The opcodes of a scikit-learn pipeline, without its numbers."""
    return (
        b"\x80\x04" + stacked("sklearn.pipeline", "Pipeline") + b")\x81}(" + text("steps") + b"]("
        + stacked("sklearn.preprocessing._data", "StandardScaler") + b")\x81"
        + stacked("sklearn.ensemble._forest", "RandomForestClassifier") + b")\x81"
        + stacked("sklearn.tree._tree", "Tree") + b")\x81"
        + stacked("numpy._core.multiarray", "_reconstruct") + stacked("numpy", "ndarray")
        + b"K\0\x85C\x01b\x87Re" + text("_sklearn_version") + text("1.7.0") + b"ub."
    )  # fmt: skip


def keras_config(layer: dict[str, object]) -> bytes:
    """The configuration of a Keras model with one layer."""
    return json.dumps({"class_name": "Sequential", "config": {"layers": [layer]}}).encode()


DENSE: dict[str, object] = {
    "module": "keras.layers",
    "class_name": "Dense",
    "registered_name": None,
    "config": {
        "units": 3,
        "activation": "relu",
        "kernel_initializer": {
            "module": "keras.initializers",
            "class_name": "GlorotUniform",
            "config": {"seed": None},
        },
    },
}
CODE = base64.b64encode(marshal.dumps(compile("1", "x", "eval"))).decode()
LAMBDA: dict[str, object] = {
    "class_name": "Lambda",
    "config": {"function": [CODE, None, None], "function_type": "lambda"},
}
HDF5 = b"\x89HDF\r\n\x1a\n" + b"\0" * 88


def keras_file(config: bytes) -> bytes:
    """Keras' archive."""
    return zipped({"config.json": config, "metadata.json": b"{}", "model.weights.h5": HDF5})


def safetensors_file(header: dict[str, object], numbers: bytes = b"\0" * 24) -> bytes:
    """Safetensors with a header of one's own."""
    raw = json.dumps(header).encode()
    return struct.pack("<Q", len(raw)) + raw + numbers


WEIGHTS: dict[str, object] = {"w": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}}


def gguf_file(told: dict[str, str], shapes: tuple[tuple[int, ...], ...] = ((2, 3),)) -> bytes:
    """GGUF, version 3, with keys of text and tensors of some shapes."""

    def word(value: str) -> bytes:
        raw = value.encode()
        return struct.pack("<Q", len(raw)) + raw

    keys = b"".join(word(k) + struct.pack("<I", 8) + word(v) for k, v in told.items())
    tensors = b"".join(
        word(f"t{i}") + struct.pack("<I", len(s)) + struct.pack(f"<{len(s)}Q", *s)
        + struct.pack("<IQ", 0, 0)
        for i, s in enumerate(shapes)
    )  # fmt: skip
    return b"GGUF" + struct.pack("<IQQ", 3, len(shapes), len(told)) + keys + tensors + b"\0" * 64


def part(number: int, content: bytes | int) -> bytes:
    """One field of a protobuf."""
    if isinstance(content, int):
        return bytes([number << 3, content])
    length, size = b"", len(content)
    while size > 0x7F:
        length += bytes([size & 0x7F | 0x80])
        size >>= 7
    key = number << 3 | 2
    head = bytes([key]) if key < 0x80 else bytes([key & 0x7F | 0x80, key >> 7])
    return head + length + bytes([size]) + content


def onnx_file(operator: str = "Gemm", domain: str = "", location: str = "") -> bytes:
    """An ONNX model with one node and one tensor of 2 x 3."""
    where = part(13, part(1, b"location") + part(2, location.encode())) if location else b""
    numbers = part(5, part(1, b"\x02\x03") + part(2, 1) + part(8, b"w") + where)
    node = part(1, part(1, b"x") + part(4, operator.encode()) + part(7, domain.encode()))
    return (
        part(1, 8) + part(2, b"pytorch") + part(7, node + part(2, b"g") + numbers)
        + part(8, part(2, 17)) + part(14, part(1, b"license") + part(2, b"mit"))
    )  # fmt: skip


# fmt: off
HONEST: dict[str, Callable[[], bytes]] = {
    "plain.pkl": lambda: pickle.dumps({"a": [1, 2.5, None, "x", b"y", True, 2**70]}, 4),
    "protocol0.pkl": lambda: pickle.dumps(OrderedDict(a=1), 0),
    "protocol1.pkl": lambda: pickle.dumps({"a": (1, 2)}, 1),
    "protocol5.pkl": lambda: pickle.dumps({"a": bytearray(b"xyz")}, 5),
    "forest.pkl": forest,
    "old_forest.pkl": lambda: (
        b"(" + named("sklearn.ensemble.forest", "RandomForestClassifier") + b"o."
    ),
    "booster.pkl": lambda: (
        b"\x80\x04" + stacked("xgboost.sklearn", "XGBClassifier") + b")\x81}" + text("_Booster")
        + stacked("xgboost.core", "Booster") + b")\x81sb."
    ),
    "forest.joblib": joblib_file,
    "forest.gz": lambda: gzip.compress(joblib_file()),
    "forest.zlib": lambda: zlib.compress(joblib_file()),
    "forest.bz2": lambda: bz2.compress(joblib_file()),
    "forest.xz": lambda: lzma.compress(joblib_file()),
    "array.npy": lambda: array_header("<f8") + b"\0" * 16,
    "objects.npy": lambda: array_header("|O") + pickle.dumps(["a", None], 4),
    "arrays.npz": lambda: zipped({"x.npy": array_header("<f8") + b"\0" * 16}, 8),
    "state.pt": lambda: checkpoint(state_dict()),
    "state.bin": lambda: checkpoint(state_dict()),
    "legacy.pt": lambda: legacy(state_dict()),
    "arguments.bin": lambda: checkpoint(
        b"\x80\x02" + named("transformers.training_args", "TrainingArguments") + b")\x81."
    ),
    "model.safetensors": lambda: safetensors_file(WEIGHTS),
    "model.gguf": lambda: gguf_file(
        {"general.architecture": "llama", "tokenizer.chat_template": "{% for m in messages %}"
         "{{ m['role'] ~ m.content | trim }}{% endfor %}{{ raise_exception('no') }}"}
    ),
    "model.onnx": onnx_file,
    "outside.onnx": lambda: onnx_file(location="weights/model.onnx_data"),
    "model.keras": lambda: keras_file(keras_config(DENSE)),
    "model.h5": lambda: HDF5 + keras_config(DENSE) + b"\0" * 40,
    "config.json": lambda: b'{"model_type": "bert", "architectures": ["BertModel"]}',
    "MLmodel": lambda: b"flavors:\n  python_function:\n    loader_module: mlflow.sklearn\n"
    b"  sklearn:\n    sklearn_version: 1.5\nrun_id: abc\n",
    "model.txt": lambda: b"tree\nversion=v4\nnum_class=1\n",
}
"""Files as they lie in honest data rooms: none may be called unsafe, nor inconclusive."""

# fmt: on
EVIL = calling("posix", "system", "true")
OS0 = b"cos\nsystem\n(S'true'\ntR."
_PLAIN_CALLS = (
    ("os", "system"), ("nt", "system"), ("posix", "popen"), ("subprocess", "Popen"),
    ("subprocess", "check_output"), ("builtins", "eval"), ("builtins", "exec"),
    ("__builtin__", "eval"), ("__builtin__", "apply"), ("builtins", "getattr"),
    ("builtins", "__import__"), ("builtins", "open"), ("builtins", "breakpoint"), ("pip", "main"),
    ("pip._internal.cli.main", "main"), ("pip._internal", "main"),
    ("importlib", "import_module"), ("importlib._bootstrap", "_gcd_import"), ("imp", "load_source"),
    ("runpy", "run_path"), ("runpy", "_run_code"), ("pkgutil", "resolve_name"),
    ("zipimport", "zipimporter"), ("code", "interact"), ("code", "InteractiveInterpreter.runcode"),
    ("codeop", "compile_command"), ("bdb", "Bdb.run"), ("pdb", "run"), ("pdb", "Pdb.runctx"),
    ("cProfile", "run"), ("profile", "Profile.run"), ("timeit", "timeit"), ("trace", "Trace.run"),
    ("doctest", "debug_script"), ("pydoc", "pipepager"), ("pydoc", "locate"),
    ("operator", "attrgetter"), ("operator", "methodcaller"), ("_operator", "attrgetter"),
    ("functools", "partial"), ("functools", "reduce"), ("types", "CodeType"),
    ("types", "FunctionType"), ("marshal", "loads"), ("pickle", "loads"), ("_pickle", "loads"),
    ("dill", "loads"), ("dill._dill", "_create_function"), ("cloudpickle.cloudpickle", "subimport"),
    ("joblib", "load"), ("numpy", "load"), ("numpy.testing._private.utils", "runstring"),
    ("numpy.testing", "runstring"), ("numpy.f2py.crackfortran", "getlincoef"),
    ("numpy.f2py.crackfortran", "myeval"), ("numpy.f2py.diagnose", "run_command"),
    ("numpy.distutils.exec_command", "exec_command"), ("numpy.ctypeslib", "load_library"),
    ("pandas.io.pickle", "read_pickle"), ("pandas", "read_pickle"), ("pandas", "eval"),
    ("pandas.core.computation.eval", "eval"), ("torch", "load"), ("torch.serialization", "load"),
    ("torch.hub", "load"), ("torch._inductor.codecache", "compile_file"),
    ("torch._dynamo.guards", "GuardBuilder.get"),
    ("torch.utils.bottleneck.__main__", "run_cprofile"),
    ("torch.utils.collect_env", "run"), ("torch.utils._config_module", "ConfigModule.load_config"),
    ("torch.utils.data.datapipes.utils.decoder", "basichandlers"),
    ("torch.fx.experimental.symbolic_shapes", "ShapeEnv.evaluate_guards_expression"),
    ("torch.jit.unsupported_tensor_ops", "execWrapper"), ("torch.utils.cpp_extension", "load"),
    ("idlelib.pyshell", "ModifiedInterpreter.runcode"), ("idlelib.calltip", "get_entity"),
    ("idlelib.autocomplete", "AutoComplete.get_entity"), ("idlelib.run", "Executive.runcode"),
    ("idlelib.debugobj", "ObjectTreeItem.SetText"), ("lib2to3.pgen2.grammar", "Grammar.loads"),
    ("lib2to3.pgen2.pgen", "ParserGenerator.make_label"), ("ensurepip", "_run_pip"),
    ("venv", "create"), ("distutils.file_util", "write_file"), ("setuptools", "setup"),
    ("shutil", "rmtree"), ("socket", "create_connection"), ("ssl", "get_server_certificate"),
    ("urllib.request", "urlopen"), ("http.client", "HTTPSConnection"), ("ftplib", "FTP"),
    ("requests.api", "get"), ("aiohttp", "ClientSession"), ("httplib", "HTTPSConnection"),
    ("imaplib", "IMAP4_stream"), ("smtplib", "SMTP"), ("webbrowser", "open"), ("pty", "spawn"),
    ("ctypes", "CDLL"), ("_ctypes", "dlopen"), ("asyncio.unix_events", "_UnixSubprocessTransport"),
    ("multiprocessing.util", "spawnv_passfds"), ("_posixsubprocess", "fork_exec"),
    ("commands", "getoutput"), ("sys", "exit"), ("io", "FileIO"), ("_io", "FileIO"),
    ("logging", "FileHandler"), ("logging.config", "listen"), ("tempfile", "mkstemp"),
    ("sqlite3", "connect"), ("inspect", "stack"), ("_osx_support", "_read_output"),
    ("_aix_support", "_read_cmd_output"), ("_pyrepl.pager", "pipe_pager"),
    ("test.support.script_helper", "assert_python_ok"), ("unittest.mock", "_importer"),
    ("site", "execsitecustomize"), ("mailcap", "findmatch"), ("psutil", "Popen"),
    ("tensorflow.python.framework.load_library", "load_op_library"), ("tensorflow.io", "read_file"),
    ("tensorflow", "load_op_library"), ("keras.models", "load_model"),
    ("random", "_os.system"), ("collections", "_sys.exit"), ("sklearn.utils", "os.system"),
    ("numpy.testing", "_private.utils.runstring"), ("torch", "serialization.load"),
    ("torch", "os.system"), ("IPython", "embed"), ("pexpect", "run"), ("paramiko", "SSHClient"),
)  # fmt: skip


def _computed_name() -> bytes:
    """The name comes out of a call, so that it is written down nowhere."""
    made = named("_codecs", "encode") + tuple_of("system", "latin1") + b"R"
    return b"\x80\x04" + text("os") + made + b"\x93" + tuple_of("true") + b"R."


def _memo_trick() -> bytes:
    """Module and name lie in the memo, under other numbers than their order, and are swapped in."""
    kept = text("system") + b"q\x09" + b"0" + text("posix") + b"q\x05" + b"0"
    return b"\x80\x04" + kept + b"h\x05h\x09\x93" + tuple_of("true") + b"R."


def _memo_decoy() -> bytes:
    """The memo's entry is overwritten after a decoy was kept there."""
    decoy = text("collections") + b"r\x01\0\0\0" + b"0" + text("posix") + b"r\x01\0\0\0" + b"0"
    return b"\x80\x04" + decoy + b"j\x01\0\0\0" + text("system") + b"\x93" + tuple_of("x") + b"R."


def _crc(content: bytes) -> bytes:
    """Both checksums of the first member spoiled: Python refuses it, PyTorch reads it."""
    spoiled = bytearray(content)
    at = spoiled.rfind(b"PK\x01\x02", 0, spoiled.find(b"PK\x01\x02") + 4)
    spoiled[14:18] = spoiled[at + 16 : at + 20] = b"\xde\xad\xbe\xef"
    return bytes(spoiled)


def _flags(content: bytes) -> bytes:
    """Marked as encrypted, in the directory and before the data."""
    spoiled = bytearray(content)
    at = spoiled.find(b"PK\x01\x02")
    spoiled[6] |= 1
    spoiled[at + 8] |= 1
    return bytes(spoiled)


def _two_names(content: bytes) -> bytes:
    """Another name before the data than in the directory."""
    return content.replace(b"m/data.pkl", b"m/data.txt", 1)


def _hidden(content: bytes) -> bytes:
    """The directory speaks of an empty archive; the member lies before it."""
    return content[: content.find(b"PK\x01\x02")] + zipped({})


def _raw_as_opcodes() -> bytes:
    """joblib takes these bytes for numbers, a plain unpickler runs them."""
    pad = b"0" + OS0.ljust(ord("0"), b"0")
    numbers = struct.pack("<2d", 0.5, 1.5)
    return b"\x80\x04" + dumped_array(numbers, 2).replace(b"\x03\xff\xff\xff", pad, 1) + b"."


# fmt: off
EVIL_FILES: dict[str, Callable[[], bytes]] = {
    **{
        f"{m}.{n} by protocol 4.pkl": (lambda m=m, n=n: calling(m, n, "x"))  # type: ignore[misc] # mypy infers no lambda with defaults
        for m, n in _PLAIN_CALLS
    },
    **{
        f"{m}.{n} by protocol 0.pkl": (
            lambda m=m, n=n: named(m, n) + b"(S'x'\ntR."  # type: ignore[misc] # mypy infers no lambda with defaults
        )
        for m, n in _PLAIN_CALLS[:40]
    },
    "instance opcode.pkl": lambda: b"(S'true'\nios\nsystem\n.",
    "object opcode.pkl": lambda: b"(" + named("os", "system") + b"S'true'\no.",
    "new object.pkl": lambda: b"\x80\x02" + named("os", "system") + b"U\x04true\x85\x81.",
    "new object with names.pkl": lambda: (
        b"\x80\x04" + stacked("subprocess", "Popen") + tuple_of("x") + b"}\x92."
    ),
    "only imported.pkl": lambda: b"\x80\x04" + stacked("antigravity", "geohash") + b".",
    "no protocol.pkl": lambda: stacked("os", "system") + tuple_of("true") + b"R.",
    "wrong protocol.pkl": lambda: b"\x80\x05" + OS0,
    "spaced import.pkl": lambda: b"\x80\x02N0" + OS0,
    "python 2 name.pkl": lambda: b"\x80\x02" + named("__builtin__", "execfile") + b"(U\x01xtR.",
    "computed name.pkl": _computed_name,
    "memo trick.pkl": _memo_trick,
    "memo decoy.pkl": _memo_decoy,
    "broken behind the call.pkl": lambda: b"\x80\x02" + OS0[:-1] + b"\xff\xff\xff",
    "cut off behind the call.pkl": lambda: b"\x80\x02" + OS0[:-1],
    "a bad string first.pkl": lambda: b"\x80\x02S'unfinished\n0" + OS0,
    "an unknown memo last.pkl": lambda: b"\x80\x02" + OS0[:-1] + b"h\x77.",
    "second pickle.pkl": lambda: pickle.dumps({"a": 1}, 4) + EVIL,
    "third pickle.pkl": lambda: pickle.dumps(1, 2) + pickle.dumps(2, 2) + OS0,
    "pickle within bytes.pkl": lambda: pickle.dumps({"inner": EVIL}, 4),
    "pickle within bytes twice.pkl": lambda: pickle.dumps([pickle.dumps([EVIL], 4)], 4),
    "behind a great array.pkl": lambda: b"\x80\x04(B" + struct.pack("<I", 10**6) + b"\0" * 10**6
    + b"0" + EVIL[2:],
    "named as text.txt": lambda: EVIL,
    "named as text, protocol 0.csv": lambda: OS0,
    "named as weights.safetensors": lambda: EVIL,
    "named as PyTorch.bin": lambda: EVIL,
    "named as a picture.png": lambda: OS0,
    "without an ending": lambda: EVIL,
    "in joblib.joblib": lambda: joblib_file(text("x") + EVIL[2:-1]),
    "numbers that are opcodes.joblib": _raw_as_opcodes,
    "gzip.pkl": lambda: gzip.compress(EVIL),
    "zlib.joblib": lambda: zlib.compress(EVIL),
    "bzip2.pkl": lambda: bz2.compress(OS0),
    "xz.pkl": lambda: lzma.compress(EVIL),
    "lzma.pkl": lambda: lzma.compress(EVIL, lzma.FORMAT_ALONE),
    "gzip of gzip.pkl": lambda: gzip.compress(gzip.compress(EVIL)),
    "objects.npy": lambda: array_header("|O") + EVIL,
    "objects.npz": lambda: zipped({"x.npy": array_header("|O") + EVIL}, 8),
    "checkpoint.pt": lambda: checkpoint(EVIL),
    "checkpoint as config.json": lambda: checkpoint(EVIL),
    "checkpoint of protocol 0.pt": lambda: checkpoint(OS0),
    "another member.pt": lambda: checkpoint(state_dict(), {"m/extra.pkl": EVIL}),
    "a member named as text.pt": lambda: checkpoint(state_dict(), {"m/notes.txt": EVIL}),
    "a member of protocol 0 named as text.pt": lambda: checkpoint(state_dict(), {"m/n.txt": OS0}),
    "in the numbers.pt": lambda: checkpoint(state_dict(), {"m/data/2": EVIL}),
    "deflated.pt": lambda: zipped({"m/data.pkl": EVIL}, 8),
    "wrong checksum.pt": lambda: _crc(checkpoint(EVIL)),
    "marked as encrypted.pt": lambda: _flags(checkpoint(EVIL)),
    "two names.pt": lambda: _two_names(checkpoint(EVIL)),
    "hidden member.pt": lambda: _hidden(checkpoint(EVIL)),
    "archive in an archive.zip": lambda: zipped({"a.zip": zipped({"b.bin": EVIL})}),
    "checkpoint behind a pickle.pt": lambda: EVIL + checkpoint(state_dict()),
    "pickle before an archive.pkl": lambda: OS0 + zipped({"a.txt": b"hello"}),
    "legacy.pt": lambda: legacy(EVIL),
    "legacy, in the keys.pt": lambda: legacy(state_dict() + EVIL),
    "tar.pt": lambda: tarred({"pickle": EVIL, "tensors": b"x"}),
    "tar.nemo": lambda: gzip.compress(tarred({"model_weights.ckpt": checkpoint(EVIL)})),
    "lambda.keras": lambda: keras_file(keras_config(LAMBDA)),
    "lambda.h5": lambda: HDF5 + keras_config(LAMBDA),
    "escaped lambda.h5": lambda: HDF5
    + keras_config(LAMBDA).replace(b"Lambda", b"\\u004cambda").replace(b"class", b"\\u0063lass"),
    "spaced lambda.h5": lambda: HDF5 + b"{ \n " + keras_config(LAMBDA)[1:],
    "lambda named as weights.bin": lambda: HDF5 + keras_config(LAMBDA),
    "a module of Python.keras": lambda: keras_file(
        keras_config({"module": "os", "class_name": "system", "config": {}})
    ),
    "built-ins.keras": lambda: keras_file(
        keras_config({"module": "builtins", "class_name": "exec", "config": {}})
    ),
    "a helper of Keras.keras": lambda: keras_file(
        keras_config({"module": "keras.src.utils", "class_name": "get_file", "config": {}})
    ),
    "a marked lambda.keras": lambda: keras_file(
        keras_config({"class_name": "Dense", "config": {"activation": {
            "class_name": "__lambda__", "config": {"value": CODE}}}})
    ),
    "template.gguf": lambda: gguf_file(
        {"tokenizer.chat_template": "{% for x in ().__class__.__base__.__subclasses__() %}"
         "{% if 'warning' in x.__name__ %}{{x()._module.__builtins__}}{% endif %}{% endfor %}"}
    ),
    "template by filter.gguf": lambda: gguf_file(
        {"tokenizer.chat_template": "{{ lipsum|attr('_' ~ '_globals_' ~ '_') }}"}
    ),
    "tokenizer_config.json": lambda: json.dumps(
        {"tokenizer_class": "T", "chat_template": "{{ cycler.__init__.__globals__.os.popen('x') }}"}
    ).encode(),
    "python operator.onnx": lambda: onnx_file("PyOp", "ai.onnx.contrib"),
    "data outside.onnx": lambda: onnx_file(location="../../../etc/passwd"),
    "data of the machine.onnx": lambda: onnx_file(location="/etc/passwd"),
}
"""Each must be called unsafe, by its name or in spite of it."""

# fmt: on
DOUBTFUL: dict[str, Callable[[], bytes]] = {
    "empty.pkl": lambda: b"",
    "own class.pkl": lambda: b"\x80\x04" + stacked("acme.models", "Churn") + b")\x81.",
    "main class.pkl": lambda: b"\x80\x04" + stacked("__main__", "Model") + b")\x81.",
    "extension.pkl": lambda: b"\x80\x02\x82\x07.",
    "cut off.pkl": lambda: forest()[:60],
    "unknown opcode.pkl": lambda: forest()[:-1] + b"\xff.",
    "something behind.pkl": lambda: forest() + b"\xfe\xfd" * 40,
    "7z.pkl": lambda: b"7z\xbc\xaf\x27\x1c" + b"\0" * 60,
    "rar.pt": lambda: b"Rar!\x1a\x07\x01\x00" + b"\0" * 60,
    "lz4.joblib": lambda: b"\x04\x22\x4d\x18" + b"\0" * 60,
    "broken gzip.pkl": lambda: gzip.compress(forest())[:-30],
    "wrong checksum.pt": lambda: _crc(checkpoint(state_dict())),
    "marked as encrypted.pt": lambda: _flags(checkpoint(state_dict())),
    "two names.pt": lambda: _two_names(checkpoint(state_dict())),
    "hidden member.pt": lambda: _hidden(checkpoint(state_dict())),
    "unknown packing.pt": lambda: zipped({"m/data.pkl": state_dict()}, zipfile.ZIP_LZMA),
    "noise.bin": lambda: bytes(range(160, 256)) * 9,
    "bytes left over.safetensors": lambda: safetensors_file(WEIGHTS, b"\0" * 99),
    "broken header.safetensors": lambda: struct.pack("<Q", 20) + b"{" + b"x" * 60,
    "broken header.gguf": lambda: gguf_file({"general.name": "x"})[:40],
    "own operator.onnx": lambda: onnx_file("Fast", "acme.ops"),
    "own class.keras": lambda: keras_file(
        keras_config({"module": "acme.layers", "class_name": "Fast", "config": {}})
    ),
    "vocabulary of the machine.keras": lambda: keras_file(
        keras_config({"class_name": "StringLookup", "config": {"vocabulary": "/etc/passwd"}})
    ),
    "own loader MLmodel": lambda: b"flavors:\n  python_function:\n    loader_module: acme.load\n",
}
"""Neither can be shown: never clean, and no accusation either."""
