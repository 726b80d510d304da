"""Which files something deployed comes to."""

from audits.facts.reach import Reach
from tests.audits.examining import fact_of

CODE = {
    "src/__init__.py": "",
    "src/serve.py": "from src.model import predict\npredict()\n",
    "src/model.py": "def predict():\n    pass\n",
    "src/study.py": "if __name__ == '__main__':\n    pass\n",
    "src/spare.py": "x = 1\n",
}
IMAGE = 'FROM python:3.12\nCOPY . .\nCMD ["python", "-m", "src.serve"]\n'


def test_code_that_nothing_starts_is_not_reached() -> None:
    reach = fact_of(Reach, CODE)
    assert dict(reach.deployed) == {}
    assert set(reach.started) == {"src/study.py"}


def test_an_image_reaches_what_its_entry_imports() -> None:
    reach = fact_of(Reach, {**CODE, "Dockerfile": IMAGE})
    assert reach.runs("src/serve.py")
    assert reach.runs("src/model.py")
    assert not reach.runs("src/spare.py")
