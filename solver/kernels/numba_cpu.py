"""One pass over the mesh that moves the magnetisation and evaluates its new torque.

Arrays are flat, with ghost cells around every row, column and plane (:mod:`solver.workspace`), so
that a few rows at once are one loop without special cases: the ghosts of an open face have no
link, those of a periodic one hold copies. Rows are slices because numba then drops the test for
negative indices, which would keep LLVM from vectorising; the largest torque is taken from a
buffer in a loop of its own for the same reason. What only some problems need (neighbours along z,
easy axes that differ) enters through a background buffer, so that there is one arithmetic for all.
An ``axis`` of None is the y direction, which saves a fifth of the time.

State and torque are replaced in place. With s the step and t the torque field before (0) and after
(1) it, the Barzilai-Borwein sums need only t0 and t1: the Cayley step has |s|² = 4a / (4 + a) and
s·t1 = 4 tau t0·t1 / (4 - a), a = tau² |t0|², because t1 is perpendicular to the new m.

All fields are in T.
"""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from solver.relaxation import QUIET_STEPS

Array = NDArray[Any]
ROWS = 16
"""Rows that are treated at once: enough to hide the start of the loop, few enough for the cache."""

_OPTIONS = {"fastmath": True, "error_model": "numpy", "boundscheck": False}
_jit = numba.njit(cache=True, **_OPTIONS)
_inlined = numba.njit(forceinline=True, **_OPTIONS)
# Inlined by force, so that code from the cache and code just compiled are the same to the bit:
# a function of its own exists twice, optimised differently, and which one runs would depend on
# whether the cache was warm.


@_inlined
def _part(array, first, last):  # type: ignore[no-untyped-def]
    return array[0, first:last], array[1, first:last], array[2, first:last]


@_inlined
def _move(m, t, tau):  # type: ignore[no-untyped-def]
    """Rotate cells by the Cayley transform of the step ``tau`` (1/T) along the torque field."""
    mx, my, mz = m
    tx, ty, tz = t
    one, four = mx.dtype.type(1.0), mx.dtype.type(4.0)
    half, three = mx.dtype.type(0.5), mx.dtype.type(3.0)
    tau2, tau4 = tau * tau, four * tau
    for i in range(mx.size):
        a = tau2 * (tx[i] * tx[i] + ty[i] * ty[i] + tz[i] * tz[i])
        inverse = one / (four + a)
        keep = (four - a) * inverse
        turn = tau4 * inverse
        x = keep * mx[i] + turn * tx[i]
        y = keep * my[i] + turn * ty[i]
        z = keep * mz[i] + turn * tz[i]
        # one Newton step to unit length: rounding errors grow where the field opposes m
        unit = half * (three - (x * x + y * y + z * z))
        mx[i] = unit * x
        my[i] = unit * y
        mz[i] = unit * z


@_inlined
def _torque_cell(m, west, east, up, down, links, weights, background, axis):  # type: ignore[no-untyped-def]
    """Return the torque field B - (m·B) m of one cell."""
    x, y, z = m
    lw, le, lu, ld = links
    s, strength = weights
    total = lw + le + lu + ld
    bx = s * (le * east[0] + lw * west[0] + lu * up[0] + ld * down[0] - total * x)
    by = s * (le * east[1] + lw * west[1] + lu * up[1] + ld * down[1] - total * y)
    bz = s * (le * east[2] + lw * west[2] + lu * up[2] + ld * down[2] - total * z)
    bx += background[0]
    by += background[1]
    bz += background[2]
    if axis is None:
        by += strength * y
    else:
        k = strength * (axis[0] * x + axis[1] * y + axis[2] * z)
        bx += k * axis[0]
        by += k * axis[1]
        bz += k * axis[2]
    along = bx * x + by * y + bz * z
    return bx - along * x, by - along * y, bz - along * z


@_inlined
def _bb_cell(old, new, tau):  # type: ignore[no-untyped-def]
    """Return the contributions of one cell to s·s, s·y and y·y, y = t0 - t1."""
    two = tau + tau
    four, sixteen = (two + two) / tau, (two + two) * (two + two) / (tau * tau)
    yx, yy, yz = old[0] - new[0], old[1] - new[1], old[2] - new[2]
    t2 = old[0] * old[0] + old[1] * old[1] + old[2] * old[2]
    ty = old[0] * yx + old[1] * yy + old[2] * yz
    a = tau * tau * t2
    inverse = four * tau / (sixteen - a * a)
    return (
        tau * t2 * (four - a) * inverse,
        ((four + a) * ty - (a + a) * t2) * inverse,
        yx * yx + yy * yy + yz * yz,
    )


@_inlined
def _torque(wide, up, down, links, weights, background, axis, t, tau, squares):  # type: ignore[no-untyped-def]
    """Replace the torque field of a few rows; return the sums s·s, s·y, y·y.

    ``wide`` starts one cell before and ends one cell after the rows, and so does the first link.
    """
    mx, my, mz = wide
    px, py, pz = up
    qx, qy, qz = down
    lx, ly, ly_down = links
    s, strength, moment = weights
    hx, hy, hz = background
    tx, ty, tz = t
    zero = mx.dtype.type(0.0)
    ss, sy, yy = zero, zero, zero
    for i in range(tx.size):
        old = (tx[i], ty[i], tz[i])
        new = _torque_cell(
            (mx[i + 1], my[i + 1], mz[i + 1]),
            (mx[i], my[i], mz[i]),
            (mx[i + 2], my[i + 2], mz[i + 2]),
            (px[i], py[i], pz[i]),
            (qx[i], qy[i], qz[i]),
            (lx[i], lx[i + 1], ly[i], ly_down[i]),
            (s[i], strength[i]),
            (hx[i], hy[i], hz[i]),
            axis,
        )
        tx[i], ty[i], tz[i] = new
        squares[i] = new[0] * new[0] + new[1] * new[1] + new[2] * new[2]
        a, b, c = _bb_cell(old, new, tau)
        ss += moment[i] * a
        sy += moment[i] * b
        yy += moment[i] * c
    return ss, sy, yy


@_inlined
def _largest(values):  # type: ignore[no-untyped-def]
    largest = values[0]
    for i in range(values.size):
        largest = max(largest, values[i])
    return largest


@_inlined
def _torque_rows(m, t, field, links, weights, axis, tau, first, last, row, squares):  # type: ignore[no-untyped-def]
    """Apply :func:`_torque` to the flat cells from ``first`` to ``last``."""
    return _torque(
        _part(m, first - 1, last + 1),
        _part(m, first + row, last + row),
        _part(m, first - row, last - row),
        (links[0, first - 1 : last], links[1, first:last], links[1, first - row : last - row]),
        _part(weights, first, last),
        _part(field, first, last),
        axis,
        _part(t, first, last),
        tau,
        squares,
    )


@_inlined
def _fused_pass(m, t, field, links, weights, axis, tau, shape, squares):  # type: ignore[no-untyped-def]
    """Move and evaluate a single open plane, each row just before its neighbours need it."""
    _, ny, _, row, _, origin = shape
    ss, sy, yy, largest = 0.0, 0.0, 0.0, 0.0
    moved = origin
    end = origin + ny * row
    for first in range(origin, end, ROWS * row):
        last = min(first + ROWS * row, end)
        ahead = min(last + row, end)
        _move(_part(m, moved, ahead), _part(t, moved, ahead), tau)
        moved = ahead
        sums = _torque_rows(m, t, field, links, weights, axis, tau, first, last, row, squares)
        ss += sums[0]
        sy += sums[1]
        yy += sums[2]
        largest = max(largest, _largest(squares[: last - first]))
    return ss, sy, yy, largest


@_inlined
def _copy_ghosts(m, periodic, shape):  # type: ignore[no-untyped-def]
    """Copy the cells at the far side of a periodic direction into its ghosts."""
    nx, ny, nz, row, plane, origin = shape
    for c in range(3):
        for k in range(nz):
            base = origin + k * plane
            if periodic[0]:
                for j in range(ny):
                    here = base + j * row
                    m[c, here - 1] = m[c, here + nx - 1]
                    m[c, here + nx] = m[c, here]
            if periodic[1]:
                for i in range(nx):
                    m[c, base - row + i] = m[c, base + (ny - 1) * row + i]
                    m[c, base + ny * row + i] = m[c, base + i]
        if periodic[2]:
            for i in range(ny * row):
                m[c, origin - plane + i] = m[c, origin + (nz - 1) * plane + i]
                m[c, origin + nz * plane + i] = m[c, origin + i]


@_inlined
def _add_along_z(out, field, m, above, below, link, link_below, weight):  # type: ignore[no-untyped-def]
    """Write the frozen field plus the exchange with the planes above and below."""
    for i in range(out.size):
        flow = link[i] * (above[i] - m[i]) + link_below[i] * (below[i] - m[i])
        out[i] = field[i] + weight[i] * flow


@_inlined
def _add_local_axes(out, m, axes):  # type: ignore[no-untyped-def]
    """Add the anisotropy field of easy axes that differ between cells."""
    ax, ay, az = axes
    for i in range(ax.size):
        along = ax[i] * m[0][i] + ay[i] * m[1][i] + az[i] * m[2][i]
        out[0][i] += along * ax[i]
        out[1][i] += along * ay[i]
        out[2][i] += along * az[i]


@_inlined
def _fill_background(background, field, m, links, weights, local_axes, first, last, plane):  # type: ignore[no-untyped-def]
    """Write what the fused loop does not know for the flat cells from ``first`` to ``last``."""
    for c in range(3):
        if plane > 0:
            _add_along_z(
                background[c, first:last],
                field[c, first:last],
                m[c, first:last],
                m[c, first + plane : last + plane],
                m[c, first - plane : last - plane],
                links[2, first:last],
                links[2, first - plane : last - plane],
                weights[0, first:last],
            )
        else:
            background[c, first:last] = field[c, first:last]
    if local_axes is not None:
        _add_local_axes(
            _part(background, first, last), _part(m, first, last), _part(local_axes, first, last)
        )


@_inlined
def _general_pass(  # type: ignore[no-untyped-def]
    m, t, field, links, weights, axis, tau, shape, squares, periodic, background, local_axes
):
    """Move everything, then evaluate everything: several planes, periodic sides, local axes."""
    _, ny, nz, row, plane, origin = shape
    ss, sy, yy, largest = 0.0, 0.0, 0.0, 0.0
    for k in range(nz):
        first = origin + k * plane
        _move(_part(m, first, first + ny * row), _part(t, first, first + ny * row), tau)
    _copy_ghosts(m, periodic, shape)
    for k in range(nz):
        end = origin + k * plane + ny * row
        for first in range(origin + k * plane, end, ROWS * row):
            last = min(first + ROWS * row, end)
            _fill_background(
                background,
                field,
                m,
                links,
                weights,
                local_axes,
                first,
                last,
                plane if nz > 1 else 0,
            )
            sums = _torque_rows(
                m, t, background, links, weights, axis, tau, first, last, row, squares
            )
            ss += sums[0]
            sy += sums[1]
            yy += sums[2]
            largest = max(largest, _largest(squares[: last - first]))
    return ss, sy, yy, largest


@_inlined
def _pass(m, t, field, links, weights, background, local_axes, axis, tau, shape, squares, periodic):  # type: ignore[no-untyped-def]
    # numba leaves out the branch that an argument of None rules out
    if background is None:
        return _fused_pass(m, t, field, links, weights, axis, tau, shape, squares)
    return _general_pass(
        m, t, field, links, weights, axis, tau, shape, squares, periodic, background, local_axes
    )


def evaluate(arrays: Any, axis: Any, shape: Any, periodic: Any) -> float:
    """Write the torque field of the present state; return the largest torque in T."""
    # a descent of one step of length zero, so that one function is compiled and not two
    still = descend(arrays, axis, shape, periodic, (0.0, 1.0, 0, 0), (0.0, 0.0, 0.0), 1)
    return float(still[1])


@_jit
def descend(arrays, axis, shape, periodic, start, limits, iterations):  # type: ignore[no-untyped-def]
    """Take Barzilai-Borwein steps in the frozen field (Exl et al., J. Appl. Phys. 115, 17D118).

    Parameters
    ----------
    arrays : tuple
        m, t, field, links, weights, background, local_axes of the workspace; t is up to date.
        Without a background a single open plane is done in one fused sweep.
    start : tuple of (float, float, int, int)
        Step in 1/T, largest torque in T, how many steps running moved less than the limit, and
        the number of the first iteration (its parity picks the formula).
    limits : tuple of float
        Torque in T and change of m at which to stop, longest step in 1/T.
    iterations : int
        At most so many steps.

    Returns
    -------
    tuple
        The next ``start``.
    """
    tau, largest, quiet, count = start
    torque_limit, move_limit, cap = limits
    m, t, field, links, weights, background, local_axes = arrays
    squares = np.zeros(ROWS * shape[3], m.dtype)
    for _ in range(iterations):
        # a cell turns by 1 rad at most: beyond that the Cayley step overshoots the field
        tau = min(tau, cap, 1.0 / max(largest, 1e-12))
        moved = tau * largest
        ss, sy, yy, square = _pass(
            m,
            t,
            field,
            links,
            weights,
            background,
            local_axes,
            axis,
            m.dtype.type(tau),
            shape,
            squares,
            periodic,
        )
        largest = math.sqrt(square)
        count += 1
        quiet = quiet + 1 if moved < move_limit else 0
        if largest < torque_limit or quiet >= QUIET_STEPS:
            break
        # where the energy is not convex along the step, longer steps leave the region soonest
        if sy <= 0.0:
            tau *= 2.0
        elif count % 2 == 0:
            tau = ss / sy
        else:
            tau = sy / yy
    return tau, largest, quiet, count


@_inlined
def _overlap(m, i, j):  # type: ignore[no-untyped-def]
    return m[0, i] * m[0, j] + m[1, i] * m[1, j] + m[2, i] * m[2, j]


@_inlined
def _overlap_with(a, b, i):  # type: ignore[no-untyped-def]
    return a[0, i] * b[0, i] + a[1, i] * b[1, i] + a[2, i] * b[2, i]


@_jit
def energy_per_moment(m, field, links, weights, local_axes, axis, applied, shape):  # type: ignore[no-untyped-def]
    """Return the energy divided by the total moment, in T, with the last computed demag field.

    The sum over cells of (moment fraction) times -m·(B_exchange + B_anisotropy + B_demag) / 2
    - m·B_applied; ``field`` holds B_demag + B_applied.
    """
    nx, ny, nz, row, plane, origin = shape
    energy = 0.0
    for k in range(nz):
        for j in range(ny):
            first = origin + k * plane + j * row
            for i in range(first, first + nx):
                overlap = links[0, i] * (_overlap(m, i, i + 1) - 1.0)
                overlap += links[0, i - 1] * (_overlap(m, i, i - 1) - 1.0)
                overlap += links[1, i] * (_overlap(m, i, i + row) - 1.0)
                overlap += links[1, i - row] * (_overlap(m, i, i - row) - 1.0)
                if nz > 1:
                    overlap += links[2, i] * (_overlap(m, i, i + plane) - 1.0)
                    overlap += links[2, i - plane] * (_overlap(m, i, i - plane) - 1.0)
                if axis is None:
                    along = m[1, i]
                else:
                    along = axis[0] * m[0, i] + axis[1] * m[1, i] + axis[2] * m[2, i]
                inner = weights[0, i] * overlap + weights[1, i] * along * along
                if local_axes is not None:
                    inner += _overlap_with(local_axes, m, i) ** 2
                inner += _overlap_with(field, m, i)
                outer = applied[0] * m[0, i] + applied[1] * m[1, i] + applied[2] * m[2, i]
                energy -= 0.5 * weights[2, i] * (inner + outer)
    return energy
