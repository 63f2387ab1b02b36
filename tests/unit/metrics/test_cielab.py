"""CIE L*a*b* and CIEDE2000, against published values."""

from __future__ import annotations

import numpy as np
import pytest

from lacuna_models.metrics.cielab import ciede2000, lab_of

Color = tuple[float, float, float]
# Of table 1 of Sharma, Wu and Dalal 2005; each row tries a part of the formula that implementations get wrong.
PUBLISHED: list[tuple[Color, Color, float]] = [
    ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
    ((50, 3.1571, -77.2803), (50, 0, -82.7485), 2.8615),
    ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0000),
    ((50, 0, 0), (50, -1, 2), 2.3669),
    ((50, 2.4900, -0.0010), (50, -2.4900, 0.0009), 7.1792),
    ((50, 2.4900, -0.0010), (50, -2.4900, 0.0012), 7.2195),
    ((50, 2.5, 0), (73, 25, -18), 27.1492),
    ((50, 2.5, 0), (56, -27, -3), 31.9030),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
]


@pytest.mark.parametrize(("one", "other", "difference"), PUBLISHED)
def test_ciede2000_is_the_published_one_both_ways(one: Color, other: Color, difference: float) -> None:
    first, second = np.array(one, np.float64), np.array(other, np.float64)
    assert float(ciede2000(first, second)) == pytest.approx(difference, abs=5e-5)
    assert float(ciede2000(second, first)) == pytest.approx(difference, abs=5e-5)


def test_primaries_are_where_they_are_known_to_be() -> None:
    red, green, blue = lab_of(np.eye(3))
    assert red == pytest.approx([53.24, 80.09, 67.20], abs=0.02)
    assert green == pytest.approx([87.74, -86.18, 83.18], abs=0.02)
    assert blue == pytest.approx([32.30, 79.19, -107.86], abs=0.02)


def test_grays_have_no_chroma_and_lightness_from_0_to_100() -> None:
    lightness, a, b = np.moveaxis(lab_of(np.linspace(0, 1, 256)[:, None].repeat(3, axis=1)), -1, 0)
    assert np.abs([a, b]).max() < 1e-10
    assert lightness[[0, 118, 255]] == pytest.approx([0, 49.6, 100], abs=0.1)
    assert (np.diff(lightness) > 0).all()
