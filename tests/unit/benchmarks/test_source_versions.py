"""What results that took long are kept by: a module's code and that of what it imports."""

from __future__ import annotations

from pathlib import Path

from lab.source_versions import closure_of, code_of


def test_what_a_module_imports_belongs_to_it() -> None:
    modules = closure_of("lab.color_solvers")
    assert {"lab.color_solvers", "lab.peers", "lab.cases", "lacuna_models.registry", "lacuna_models.color.planes"} <= modules
    assert {"lacuna_models.bt709", "lacuna_models.run", "lacuna_models.sampling"} <= modules
    assert not modules & {"lab.color_tables", "lacuna_models.color.levin", "cv2", "numpy"}


def test_sentences_and_layout_are_not_code(tmp_path: Path) -> None:
    one, other, changed = (tmp_path / f"{name}.py" for name in ("one", "other", "changed"))
    one.write_text('"""A."""\ndef half(x):\n    """B."""\n    return x / 2\n')
    other.write_text('"""C, longer."""\n\n\ndef half(x):\n    # D\n    return (x / 2)\n')
    changed.write_text("def half(x):\n    return x / 3\n")
    assert code_of(one) == code_of(other) != code_of(changed)
