"""What is read is never run, names from outside never become paths, and dependencies are pinned."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spine_radiosurgery.assessment import PatientRecord, study_code
from spine_radiosurgery.cohort.storing import case_folder_name
from spine_radiosurgery.geometry import InputError

try:
    import tomllib
except ImportError:  # Python 3.10
    tomllib = None

ROOT = Path(__file__).resolve().parents[2]
MODULE = ROOT / "SpineRadiosurgery"
PRODUCT = sorted([*MODULE.rglob("*.py"), *(ROOT / "Testing" / "tools").rglob("*.py")])

# They build objects, or run what is in a file.
UNSAFE_MODULES = {
    "pickle", "_pickle", "cPickle", "cloudpickle", "dill", "joblib", "marshal", "shelve", "code",
    "codeop", "runpy", "pty", "commands", "telnetlib", "ftplib", "xmlrpc", "yaml", "torch",
    "tarfile",
}  # fmt: skip
# Anything that another computer could be reached with; Dask alone speaks to its workers.
# The cohort looks whether this machine reaches itself.
NETWORK_FILES = {"clusters.py": {"socket"}}
NETWORK_MODULES = {"socket", "ssl", "http", "urllib", "requests", "httpx", "smtplib", "aiohttp"}
UNSAFE_NAMES = {"eval", "exec", "compile", "__import__"}
UNSAFE_ATTRIBUTES = {
    "os.system", "os.popen", "os.execv", "os.execvp", "os.spawnl", "os.spawnv", "tempfile.mktemp",
    "shutil.unpack_archive", "builtins.eval", "builtins.exec", "np.frompyfunc", "pd.read_pickle",
    "pandas.read_pickle", "pandas.eval", "pd.eval", "ctypes.CDLL", "ctypes.cdll",
}  # fmt: skip
UNSAFE_METHODS = {"extractall", "extract", "read_pickle", "to_pickle", "unsafe_load"}
# The layout is written as XML and none is read.
XML_WRITERS = {"layout.py": {"Element", "SubElement", "tostring"}}


def dotted(node: ast.expr) -> str:
    """`a.b.c` of an expression of names; "" of any other."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := dotted(node.value)):
        return f"{before}.{node.attr}"
    return ""


def keyword(call: ast.Call, name: str) -> object:
    found = next((k.value for k in call.keywords if k.arg == name), None)
    return found.value if isinstance(found, ast.Constant) else found


def complaints(text: str, file: str = "") -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
            level = node.level if isinstance(node, ast.ImportFrom) else 0
            names = [module] if module else [alias.name for alias in node.names]
            for name in names:
                unsafe = UNSAFE_MODULES | NETWORK_MODULES - NETWORK_FILES.get(file, set())
                if level == 0 and name.split(".")[0] in unsafe:
                    yield f"imports {name}"
                if name.startswith("xml") and file not in XML_WRITERS:
                    yield f"imports {name}"
        elif isinstance(node, ast.Attribute) and dotted(node) in UNSAFE_ATTRIBUTES:
            yield dotted(node)
        elif isinstance(node, ast.Attribute) and dotted(node).startswith("ElementTree."):
            if node.attr not in XML_WRITERS.get(file, set()):
                yield dotted(node)
        elif isinstance(node, ast.Call):
            yield from _complaints_of_call(node)


def _complaints_of_call(node: ast.Call) -> Iterator[str]:
    name = dotted(node.func)
    if name in UNSAFE_NAMES:
        yield f"{name}()"
    if isinstance(node.func, ast.Attribute) and node.func.attr in UNSAFE_METHODS:
        yield f".{node.func.attr}()"
    if name in ("np.load", "numpy.load") and keyword(node, "allow_pickle") is not False:
        yield "np.load without allow_pickle=False"
    if keyword(node, "allow_pickle") is True:
        yield "allow_pickle=True"
    if keyword(node, "shell") not in (None, False):
        yield "shell=True"
    if keyword(node, "autoescape") not in (None, True):
        yield "autoescape is not on"


@pytest.mark.parametrize("file", PRODUCT, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_that_is_read_is_run(file) -> None:
    found = list(complaints(file.read_text(encoding="utf-8"), file.name))
    # Tools start programs of this machine, none by a shell.
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "import pickle", "from shelve import open", "eval(text)", "exec(text)", "import yaml",
        "np.load(file)", "np.load(file, allow_pickle=True)", "subprocess.run(x, shell=True)",
        "subprocess.run(x, shell=wanted)", "tempfile.mktemp()", "archive.extractall()",
        "os.system(x)", "import urllib.request", "from xml.etree import ElementTree",
        "Environment(autoescape=False)", "def late():\n    from pickle import loads",
        "run = os.popen",
    ],
)  # fmt: skip
def test_the_look_finds_what_it_looks_for(line) -> None:
    assert list(complaints(line))


def test_templates_never_switch_escaping_off() -> None:
    templates = sorted((MODULE / "Resources" / "Report").rglob("*.j2"))
    assert templates
    for template in templates:
        text = template.read_text(encoding="utf-8")
        assert not re.search(r"\|\s*safe\b|autoescape|\{%-?\s*raw", text), template.name
        # Only `tojson` is fit for a script, and no attribute that runs one is ever written.
        assert not re.search(r"\son\w+\s*=|javascript:", text, re.IGNORECASE), template.name


HOSTILE = st.one_of(
    st.sampled_from(
        [
            "", ".", "..", "../../etc/passwd", "/etc/passwd", "a/../../b", "..\\..\\b", "C:\\b",
            "C:b", "a\0b", "CON", "nul.txt", "LPT1", "~root", "-rf", "a" * 300, "\u202egnp.exe",
            " a ", "a.",
            "a:stream", "\n", "$(reboot)", "`reboot`", "%2e%2e%2f", "\ud800", "e\u0301" * 200,
        ]
    ),
    st.text(max_size=300),
    st.text(alphabet="./\\:~\0 a", max_size=20),
)  # fmt: skip
RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


def is_plain(name: str) -> bool:
    """Whether every file system takes it as a name of a file in a folder, and as no option."""
    return bool(
        re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,120}", name)
        and not name.endswith(".")
        and not RESERVED.fullmatch(name)
    )


@given(HOSTILE)
def test_folder_of_a_case_is_a_plain_name(case) -> None:
    assert is_plain(case_folder_name(case))


@given(HOSTILE)
def test_code_of_a_patient_is_a_plain_name_or_refused(text) -> None:
    """Records are files named after it."""
    try:
        record = PatientRecord(patient=text, levels=("T8",))
    except InputError:
        return
    assert not record.patient or (
        re.fullmatch(r"[\w.-]{1,64}", record.patient) and record.patient not in (".", "..")
    )


@given(HOSTILE)
def test_study_codes_are_plain_names(identifier) -> None:
    try:
        assert is_plain(study_code(identifier))
    except InputError:
        pass


LISTS = sorted((ROOT / "requirements").glob("*.txt"))
_ENTRY = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[\w,-]+\])?\s*(.*)$", re.MULTILINE)


def entries(text: str) -> dict[str, str]:
    """The requirements of a list: name to version, marker and hashes."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    return {normal(name): rest for name, rest in _ENTRY.findall(joined)}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("file", LISTS, ids=lambda path: path.name)
def test_every_pinned_package_has_one_version_and_hashes(file) -> None:
    text = file.read_text(encoding="utf-8")
    found = entries(text)
    assert found
    for name, rest in found.items():
        assert re.match(r"==[\w.+!-]+\s", rest), name
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", rest), name
    assert not re.search(
        r"^(?:-e|--(?:extra-)?index|--find-links|--trusted)|@ ", text, re.MULTILINE
    )


@pytest.mark.skipif(tomllib is None, reason="Python 3.10 cannot read pyproject.toml")
@pytest.mark.parametrize("minor", ["3.10", "3.11", "3.12", "3.13"])
def test_lists_hold_all_that_the_package_names(minor) -> None:
    with (ROOT / "pyproject.toml").open("rb") as stream:
        project = tomllib.load(stream)
    extras = project["project"]["optional-dependencies"]
    groups = project["dependency-groups"]
    asked = list(project["project"]["dependencies"])
    asked += [r for name in ("pdf", "exports", "cohort") for r in extras[name]]
    asked += [r for group in groups.values() for r in group if isinstance(r, str)]
    names = {normal(re.match(r"[\w.-]+", requirement)[0]) for requirement in asked}
    pinned = entries((ROOT / "requirements" / f"{minor}.txt").read_text(encoding="utf-8"))
    assert names - set(pinned) == set()


def test_environments_are_installed_by_hash_only() -> None:
    script = (ROOT / "requirements" / "environment.sh").read_text(encoding="utf-8")
    installs = [
        line for line in script.splitlines() if re.match(r"\s+install .*--requirement", line)
    ]
    assert installs and all("--require-hashes" in line and "--no-deps" in line for line in installs)
