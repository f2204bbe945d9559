"""The README's Python example runs as it stands; its console example: Testing/Panel."""

from __future__ import annotations

import re

import spine_radiosurgery as sr


def test_python_example_of_the_readme_runs(repository, tmp_path, monkeypatch, capsys):
    text = (repository / "README.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(import .*?)```", text, flags=re.DOTALL)
    case = sr.make_phantom(sr.SpinePhantom(level="L1"))
    sr.write_dicom_case(case, tmp_path / "CASE_DIR")
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "README.md", "exec"), {})  # the project's own text
    assert "cord volume" in capsys.readouterr().out
