"""The demagnetising field: factors of bodies, quadrature, direct sums."""

from __future__ import annotations

import math

import numpy as np
import pytest

from solver.mesh import EXACT, Mesh
from solver.terms import demag_kernel_3d
from solver.terms.demag import make_demag
from solver.terms.demag_kernel_2d import demag_tensor_2d
from solver.terms.demag_kernel_3d import demag_tensor_3d

SIZE = (0.5e-9, 0.6e-9, 0.8e-9)
PAIRS = {(0, 0): 0, (1, 1): 1, (2, 2): 2, (0, 1): 3, (0, 2): 4, (1, 2): 5}


def _infinite_prism_factor(p):
    """Return the factor along the edge that is ``p`` times as long as the other (Aharoni 1998)."""
    log = (1 - p * p) / (2 * p) * math.log(1 + p * p)
    return (log + p * math.log(p) + 2 * math.atan(1 / p)) / math.pi


def _prism_factor(a, b, c):
    """Return the factor along c of a prism a x b x c (Aharoni, J. Appl. Phys. 83, 3432, 1998)."""
    ab, bc, ca = math.hypot(a, b), math.hypot(b, c), math.hypot(c, a)
    d = math.hypot(a, b, c)
    return (
        (b * b - c * c) / (2 * b * c) * math.log((d - a) / (d + a))
        + (a * a - c * c) / (2 * a * c) * math.log((d - b) / (d + b))
        + b / (2 * c) * math.log((ab + a) / (ab - a))
        + a / (2 * c) * math.log((ab + b) / (ab - b))
        + c / (2 * a) * math.log((bc - b) / (bc + b))
        + c / (2 * b) * math.log((ca - a) / (ca + a))
        + 2 * math.atan(a * b / (c * d))
        + (a**3 + b**3 - 2 * c**3) / (3 * a * b * c)
        + (a * a + b * b - 2 * c * c) / (3 * a * b * c) * d
        + c / (a * b) * (ca + bc)
        - (ab**3 + bc**3 + ca**3) / (3 * a * b * c)
    ) / math.pi


def _body_factor(mesh, axis):
    """Return the factor of the whole mesh, magnetised uniformly along one axis."""
    J = np.zeros((3, *mesh.shape))
    J[axis] = 1.0
    field = np.empty_like(J)
    make_demag(mesh).write_field(J, field)
    return -field[axis].mean()


def _direct_sum(mesh, J):
    """Return the field by a sum over all pairs of cells and their images, z not exact."""
    reach = [n * max(images, 1) for n, images in zip(mesh.cells, mesh.pbc, strict=True)]
    wide = Mesh(cells=tuple(reach), cell_size=mesh.cell_size, pbc=(0, 0, 0))
    tensor = demag_tensor_3d(wide)
    field = np.zeros_like(J)
    shape = np.array(mesh.shape)
    for here in np.ndindex(mesh.shape):
        for there in np.ndindex(mesh.shape):
            copies = [range(-max(p, 1), max(p, 1) + 1) if p else (0,) for p in mesh.pbc[::-1]]
            for copy in np.ndindex(*(len(c) for c in copies)):
                offset = [c[i] for c, i in zip(copies, copy, strict=True)]
                d = np.array(here) - there + shape * offset
                if (np.abs(d) >= np.array(reach[::-1])).any():
                    continue
                N = tensor[(slice(None), *d)]
                for a in range(3):
                    for b in range(3):
                        n = N[PAIRS[min(a, b), max(a, b)]]
                        field[(a, *here)] -= n * J[(b, *there)]
    return field


@pytest.mark.parametrize("n", [1, 2, 5])
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_cube_has_one_third_along_every_edge(n, axis):
    mesh = Mesh(cells=(n, n, n), cell_size=(1e-9, 1e-9, 1e-9), pbc=(0, 0, 0))
    assert _body_factor(mesh, axis) == pytest.approx(1 / 3, abs=1e-7)


@pytest.mark.parametrize("n", [1, 2, 9])
def test_infinite_square_rod_has_one_half(n):
    mesh = Mesh(cells=(n, n, 1), cell_size=(1e-9, 1e-9, 1e-9))
    assert _body_factor(mesh, 0) == pytest.approx(0.5, abs=1e-12)
    assert _body_factor(mesh, 1) == pytest.approx(0.5, abs=1e-12)
    assert _body_factor(mesh, 2) == 0


@pytest.mark.parametrize("ratio", [0.25, 0.5, 2.0, 4.0])
def test_infinite_prism_has_the_factor_of_aharoni(ratio):
    mesh = Mesh(cells=(1, 1, 1), cell_size=(ratio * 1e-9, 1e-9, 1e-9))
    assert _body_factor(mesh, 0) == pytest.approx(_infinite_prism_factor(ratio), abs=1e-13)


def test_infinite_prism_of_4_to_1_has_the_tabulated_factor():
    cut = Mesh(cells=(4, 1, 1), cell_size=(1e-9, 1e-9, 1e-9))
    assert _body_factor(cut, 0) == pytest.approx(0.23009340, abs=1e-8)


@pytest.mark.parametrize(
    ("cells", "size"), [((1, 1, 1), (1.0, 2.0, 3.0)), ((4, 2, 3), (0.5, 0.7, 1.1))]
)
def test_prism_has_the_factors_of_aharoni(cells, size):
    mesh = Mesh(cells=cells, cell_size=tuple(s * 1e-9 for s in size), pbc=(0, 0, 0))
    a, b, c = (n * s for n, s in zip(cells, size, strict=True))
    assert _body_factor(mesh, 2) == pytest.approx(_prism_factor(a, b, c), abs=1e-7)
    assert _body_factor(mesh, 1) == pytest.approx(_prism_factor(c, a, b), abs=1e-7)
    assert _body_factor(mesh, 0) == pytest.approx(_prism_factor(b, c, a), abs=1e-7)


def test_trace_is_one_on_the_cell_and_zero_elsewhere():
    mesh = Mesh(cells=(6, 5, 4), cell_size=SIZE, pbc=(0, 0, 0))
    trace = demag_tensor_3d(mesh)[:3].sum(axis=0)
    assert trace[0, 0, 0] == pytest.approx(1.0, abs=1e-12)
    trace[0, 0, 0] = 0.0
    assert np.abs(trace).max() < 1e-7


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_tensor_is_even_or_odd_under_reflection(axis):
    mesh = Mesh(cells=(4, 3, 3), cell_size=SIZE, pbc=(0, 0, 0))
    tensor = demag_tensor_3d(mesh)
    array_axis = 3 - axis
    mirrored = np.roll(np.flip(tensor, axis=array_axis), 1, axis=array_axis)
    sign = np.ones(6)
    for (a, b), component in PAIRS.items():
        if a != b and axis in (a, b):
            sign[component] = -1
    np.testing.assert_allclose(mirrored, tensor * sign[:, None, None, None], atol=1e-14)


def test_tensor_follows_an_exchange_of_the_axes():
    mesh = Mesh(cells=(3, 4, 2), cell_size=SIZE, pbc=(0, 0, 0))
    turned = Mesh(cells=(4, 3, 2), cell_size=(SIZE[1], SIZE[0], SIZE[2]), pbc=(0, 0, 0))
    xx, yy, zz, xy, xz, yz = demag_tensor_3d(mesh)
    expected = [c.swapaxes(1, 2) for c in (yy, xx, zz, xy, yz, xz)]
    np.testing.assert_allclose(demag_tensor_3d(turned), expected, atol=1e-12)


def test_tensor_equals_quadrature_over_both_cells():
    mesh = Mesh(cells=(4, 3, 3), cell_size=SIZE, pbc=(0, 0, 0))
    tensor = demag_tensor_3d(mesh)
    nodes, weights = np.polynomial.legendre.leggauss(5)
    d = np.array(SIZE) / SIZE[0]
    shift = (nodes[:, None] - nodes[None, :]).ravel() / 2
    weight = (weights[:, None] * weights[None, :]).ravel() / 4
    i, j, k = 3, 2, 2
    r = np.stack(
        np.meshgrid(*((n + shift) * s for n, s in zip((i, j, k), d, strict=True)), indexing="ij")
    )
    w = weight[:, None, None] * weight[None, :, None] * weight[None, None, :]
    r2 = (r * r).sum(axis=0)
    for (a, b), component in PAIRS.items():
        dipole = (r2 * (a == b) - 3 * r[a] * r[b]) / r2**2.5
        expected = d.prod() / (4 * math.pi) * (w * dipole).sum()
        assert tensor[component, k, j, i] == pytest.approx(expected, abs=1e-9)


def test_near_and_far_formulas_meet():
    size = (1.0, 1.2, 1.6)
    near, far = np.empty(6), np.empty(6)
    for cell in [(9, 0, 0), (0, 9, 0), (0, 0, 9), (8, 7, 3), (5, 5, 6)]:
        place = tuple(n * s for n, s in zip(cell, size, strict=True))
        demag_kernel_3d._near(*place, *size, near)
        demag_kernel_3d._far(*place, size, math.prod(size), far)
        np.testing.assert_allclose(near, far, atol=2e-8)


def test_2d_tensor_equals_quadrature_over_both_cells():
    mesh = Mesh(cells=(4, 4, 1), cell_size=SIZE)
    difference, n_xy = demag_tensor_2d(mesh)
    nodes, weights = np.polynomial.legendre.leggauss(8)
    shift = (nodes[:, None] - nodes[None, :]).ravel() / 2
    weight = (weights[:, None] * weights[None, :]).ravel() / 4
    aspect = SIZE[1] / SIZE[0]
    x, y = np.meshgrid(2 + shift, (3 + shift) * aspect, indexing="ij")
    w = weight[:, None] * weight[None, :] * aspect / (2 * math.pi)
    r4 = (x * x + y * y) ** 2
    assert difference[3, 2] == pytest.approx((w * (y * y - x * x) / r4).sum(), abs=1e-12)
    assert n_xy[3, 2] == pytest.approx((w * -2 * x * y / r4).sum(), abs=1e-12)


@pytest.mark.parametrize(
    ("cells", "pbc"),
    [
        ((3, 4, 2), (0, 0, 0)),
        ((4, 3, 1), (0, 0, 0)),
        ((3, 2, 2), (0, 0, 2)),
        ((2, 3, 2), (2, 1, 0)),
        ((2, 2, 1), (1, 2, 3)),
    ],
)
def test_convolution_equals_the_direct_sum(cells, pbc):
    mesh = Mesh(cells=cells, cell_size=SIZE, pbc=pbc)
    J = np.random.default_rng(4).normal(size=(3, *mesh.shape))
    field = np.empty_like(J)
    make_demag(mesh).write_field(J, field)
    np.testing.assert_allclose(field, _direct_sum(mesh, J), atol=1e-12)


def test_2d_convolution_equals_the_direct_sum():
    mesh = Mesh(cells=(5, 4, 1), cell_size=SIZE)
    J = np.random.default_rng(4).normal(size=(3, *mesh.shape))
    D, n_xy = demag_tensor_2d(mesh)
    expected = np.zeros_like(J)
    for j, i in np.ndindex(4, 5):
        for q, p in np.ndindex(4, 5):
            half = 0.5 if (j, i) == (q, p) else 0.0
            d, xy = D[j - q, i - p], n_xy[j - q, i - p]
            jx, jy = J[0, 0, q, p], J[1, 0, q, p]
            expected[0, 0, j, i] -= (half + d) * jx + xy * jy
            expected[1, 0, j, i] -= xy * jx + (half - d) * jy
    field = np.empty_like(J)
    make_demag(mesh).write_field(J, field)
    np.testing.assert_allclose(field, expected, atol=1e-13)


@pytest.mark.parametrize("pbc", [(0, 0, EXACT), (2, 0, EXACT)])
def test_3d_equals_2d_where_nothing_depends_on_z(pbc):
    plane = Mesh(cells=(6, 5, 1), cell_size=SIZE, pbc=pbc)
    stack = Mesh(cells=(6, 5, 4), cell_size=SIZE, pbc=pbc)
    J = np.random.default_rng(4).normal(size=(3, 1, 5, 6))
    flat, deep = np.empty_like(J), np.empty((3, 4, 5, 6))
    make_demag(plane).write_field(J, flat)
    make_demag(stack).write_field(np.repeat(J, 4, axis=1), deep)
    np.testing.assert_allclose(deep, np.repeat(flat, 4, axis=1), atol=1e-12)


def test_images_converge_to_the_exact_limit():
    J = np.random.default_rng(4).normal(size=(3, 3, 3, 4))
    fields = {}
    for images in (5, 20, 80, EXACT):
        mesh = Mesh(cells=(4, 3, 3), cell_size=SIZE, pbc=(0, 0, images))
        fields[images] = np.empty_like(J)
        make_demag(mesh).write_field(J, fields[images])
    errors = [np.abs(fields[n] - fields[EXACT]).max() for n in (5, 20, 80)]
    assert errors[0] > 4 * errors[1]
    assert errors[1] < 2e-5
    # the sum over 80 images is itself about 1e-6 from its limit
    assert errors[2] < 2e-6


def test_single_precision_keeps_six_digits():
    for mesh in (
        Mesh(cells=(16, 12, 1), cell_size=SIZE),
        Mesh(cells=(8, 6, 4), cell_size=SIZE),
    ):
        J = np.random.default_rng(4).normal(size=(3, *mesh.shape))
        single, double = np.empty_like(J, dtype=np.float32), np.empty_like(J)
        make_demag(mesh, np.float32).write_field(J.astype(np.float32), single)
        make_demag(mesh).write_field(J, double)
        np.testing.assert_allclose(single, double, atol=2e-6)


def test_distant_formula_meets_the_full_average():
    size = (0.5e0, 0.5e0, 2.0e0)
    excess = (0.0, 0.0, math.sqrt(2.0**2 - 0.5**2))
    full, distant = np.empty(6), np.empty(6)
    for place in ((40.0, 30.0, 2.0), (10.0, 5.0, 60.0), (34.0, 34.0, 20.0)):
        demag_kernel_3d._far(*place, size, math.prod(size), full)
        demag_kernel_3d._far(*place, excess, math.prod(size), distant)
        np.testing.assert_allclose(distant, full, atol=2e-5 * np.abs(full).max())
