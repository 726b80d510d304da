"""Code from a tree: names across files, notebooks at their lines, other languages beside."""

from audits.facts.code import Code
from tests.audits.examining import fact_of, notebook


def _calls(files: dict[str, str], path: str) -> list[tuple[str, int]]:
    file = fact_of(Code, files).get(path)
    assert file is not None
    return [(c.name, c.line) for c in file.calls]


def test_a_folder_called_like_a_library_does_not_hide_it() -> None:
    files = {"mlflow/run.py": "x = 1\n", "train.py": "import mlflow\nmlflow.log_metric('a', 1)\n"}
    assert _calls(files, "train.py") == [("mlflow.log_metric", 2)]


def test_what_is_defined_here_is_named_by_its_file() -> None:
    files = {"src/app/a.py": "def go():\n    pass\n", "src/app/b.py": "from a import go\ngo()\n"}
    assert _calls(files, "src/app/b.py") == [("src/app/a.py:go", 2)]


def test_a_re_export_is_followed_to_the_library() -> None:
    files = {
        "pkg/__init__.py": "",
        "pkg/config.py": "import mlflow\n",
        "pkg/run.py": "from pkg.config import mlflow\nmlflow.log_metric('a', 1)\n",
    }
    assert _calls(files, "pkg/run.py") == [("mlflow.log_metric", 2)]


def test_a_star_import_is_followed() -> None:
    files = {"base.py": "from openai import OpenAI\n", "run.py": "from base import *\nOpenAI()\n"}
    assert _calls(files, "run.py") == [("openai.OpenAI", 2)]


def test_a_method_that_is_inherited_is_the_librarys() -> None:
    files = {
        "base.py": "import lightning as L\nclass Base(L.LightningModule):\n    pass\n",
        "net.py": (
            "from base import Base\nclass Net(Base):\n    def step(self):\n"
            "        self.log('a', 1)\n"
        ),
    }
    assert _calls(files, "net.py") == [("lightning.LightningModule.log", 4)]


def test_a_circle_of_imports_ends() -> None:
    files = {"a.py": "from b import x\nx.go()\n", "b.py": "from a import x\n"}
    assert len(_calls(files, "a.py")) == 1


def test_imports_know_the_file_they_bring() -> None:
    files = {
        "lib/net.ts": "export const a = 1;\n",
        "app/page.ts": 'import { a } from "@/lib/net";\n',
    }
    file = fact_of(Code, files).get("app/page.ts")
    assert file is not None
    assert file.imports[0].target == "lib/net.ts"


def test_calls_in_a_notebook_stand_at_the_lines_of_its_file() -> None:
    text = notebook((1, "import mlflow\n%matplotlib inline\n"), (2, "mlflow.log_metric('a', 1)\n"))
    ((name, line),) = _calls({"a.ipynb": text}, "a.ipynb")
    assert name == "mlflow.log_metric"
    assert "log_metric" in text.splitlines()[line - 1]


def test_a_notebook_of_r_is_read_as_r() -> None:
    text = notebook((1, "library(glmnet)\nm <- cv.glmnet(x)\n"), language="R")
    assert ("cv.glmnet", 17) in _calls({"a.ipynb": text}, "a.ipynb") or any(
        n == "cv.glmnet" for n, _ in _calls({"a.ipynb": text}, "a.ipynb")
    )


def test_chunks_of_r_markdown_keep_their_lines() -> None:
    text = "# Title\n\ntrain(x)\n\n```{r}\nlibrary(caret)\ntrain(x)\n```\n"
    assert [c for c in _calls({"a.Rmd": text}, "a.Rmd") if c[0] == "train"] == [("train", 7)]


def test_python_2_is_read_by_its_lines() -> None:
    files = {"old.py": "import pickle\nprint 'x'\nm = pickle.load(f)\n"}
    assert ("pickle.load", 3) in _calls(files, "old.py")


def test_vendored_code_is_not_read() -> None:
    assert fact_of(Code, {"node_modules/a/b.js": "go()\n"}).files == ()
