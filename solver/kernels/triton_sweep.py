"""Descents of many problems on an NVIDIA card: one fused sweep an iteration, written in Triton.

A program of the sweep moves its cells, and their neighbours again on the way, so that no cell has
to wait for another: states and torques lie twice, and a sweep reads one copy and writes the other.
Coefficients are looked up in tables by the region ids of a cell and its neighbour, which is a byte
a cell instead of twenty. A second, small kernel adds the sums up and chooses the next step, so
that nothing returns to the processor before a round is over. The arithmetic is that of
:mod:`solver.kernels.numba_cpu` for a single open plane.
"""

# Triton reads the annotations of its kernels' arguments: no `from __future__ import annotations`.
from typing import Final

import triton
import triton.language as tl

from solver.batch.steps import (
    ACTIVE,
    COUNT,
    LARGEST,
    LEFT,
    MOVE_LIMIT,
    QUIET,
    TAU,
    TORQUE_LIMIT,
)
from solver.relaxation import LONGEST_STEP, QUIET_STEPS

BLOCK: Final = 256
"""Cells a program, one a thread: more need so many registers that few programs run at once."""
WARPS: Final = BLOCK // 32
_SUMS: Final = tl.constexpr(4)
_TAU, _LARGEST, _QUIET = tl.constexpr(TAU), tl.constexpr(LARGEST), tl.constexpr(QUIET)
_COUNT, _LEFT, _ACTIVE = tl.constexpr(COUNT), tl.constexpr(LEFT), tl.constexpr(ACTIVE)
_TORQUE_LIMIT, _MOVE_LIMIT = tl.constexpr(TORQUE_LIMIT), tl.constexpr(MOVE_LIMIT)
_LONGEST, _QUIET_STEPS = tl.constexpr(LONGEST_STEP), tl.constexpr(QUIET_STEPS)


@triton.jit
def _taken(steps, slot, slots):  # type: ignore[no-untyped-def]
    """Return the step in 1/T that is taken; a cell turns by 1 rad at most."""
    largest = tl.load(steps + _LARGEST * slots + slot)
    tau = tl.minimum(tl.load(steps + _TAU * slots + slot), _LONGEST)
    return tl.minimum(tau, 1.0 / tl.maximum(largest, 1e-12))


@triton.jit
def _moved(m, t, i, inside, cells, tau):  # type: ignore[no-untyped-def]
    """Return m of some cells after the Cayley step, and their torque before it."""
    tx = tl.load(t + i, mask=inside, other=0.0)
    ty = tl.load(t + cells + i, mask=inside, other=0.0)
    tz = tl.load(t + 2 * cells + i, mask=inside, other=0.0)
    a = tau * tau * (tx * tx + ty * ty + tz * tz)
    inverse = 1.0 / (4.0 + a)
    keep = (4.0 - a) * inverse
    turn = 4.0 * tau * inverse
    x = keep * tl.load(m + i, mask=inside, other=0.0) + turn * tx
    y = keep * tl.load(m + cells + i, mask=inside, other=0.0) + turn * ty
    z = keep * tl.load(m + 2 * cells + i, mask=inside, other=0.0) + turn * tz
    # one Newton step to unit length: rounding errors grow where the field opposes m
    unit = 0.5 * (3.0 - (x * x + y * y + z * z))
    return unit * x, unit * y, unit * z, tx, ty, tz


@triton.jit
def _flow(m, t, ids, links, here, i, inside, cells, tau, x, y, z, REGIONS: tl.constexpr):  # type: ignore[no-untyped-def]
    """Return the exchange with the neighbours ``i`` of cells that have moved to x, y, z."""
    nx, ny, nz, _, _, _ = _moved(m, t, i, inside, cells, tau)
    there = tl.load(ids + i, mask=inside, other=0).to(tl.int32)
    link = tl.load(links + here * REGIONS + there, mask=inside, other=0.0)
    return link * (nx - x), link * (ny - y), link * (nz - z)


@triton.jit
def sweep(  # type: ignore[no-untyped-def]
    m_copies, t_copies, demag, regions, sides, rows, steps, partial,
    links, weights, axes, applied, slots, nx, ny,
    MOVES: tl.constexpr, REGIONS: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    """Move and evaluate a block of cells of one problem; write its four partial sums."""
    slot = tl.load(rows + tl.program_id(1)).to(tl.int64)
    # one is known to the compiler, the other to the device only
    if MOVES:  # noqa: SIM102
        if tl.load(steps + _ACTIVE * slots + slot) == 0.0:
            return
    number = m_copies.dtype.element_ty
    cells = nx * ny
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    inside = i < cells
    column = i % nx
    side = tl.load(sides + slot).to(tl.int64)
    old = (side * slots + slot) * 3 * cells
    new = ((1 - side) * slots + slot) * 3 * cells
    m, t, ids = m_copies + old, t_copies + old, regions + slot * cells
    tau = tl.zeros((), number)
    if MOVES:
        tau = _taken(steps, slot, slots).to(number)
    x, y, z, tx, ty, tz = _moved(m, t, i, inside, cells, tau)

    here = tl.load(ids + i, mask=inside, other=0).to(tl.int32)
    link_x = links + slot * 2 * REGIONS * REGIONS
    link_y = link_x + REGIONS * REGIONS
    ex, ey, ez = _flow(
        m, t, ids, link_x, here, i - 1, inside & (column > 0), cells, tau, x, y, z, REGIONS
    )
    fx, fy, fz = _flow(
        m, t, ids, link_x, here, i + 1, inside & (column < nx - 1), cells, tau, x, y, z, REGIONS
    )
    gx, gy, gz = _flow(
        m, t, ids, link_y, here, i - nx, inside & (i >= nx), cells, tau, x, y, z, REGIONS
    )
    hx, hy, hz = _flow(
        m, t, ids, link_y, here, i + nx, inside & (i < cells - nx), cells, tau, x, y, z, REGIONS
    )

    table = weights + slot * 3 * REGIONS + here
    weight = tl.load(table)
    moment = tl.load(table + 2 * REGIONS)
    ux, uy, uz = (
        tl.load(axes + 3 * slot),
        tl.load(axes + 3 * slot + 1),
        tl.load(axes + 3 * slot + 2),
    )
    k = tl.load(table + REGIONS) * (ux * x + uy * y + uz * z)
    frozen = demag + slot * 2 * cells + i
    bx = weight * (ex + fx + gx + hx) + k * ux + tl.load(applied + 3 * slot)
    by = weight * (ey + fy + gy + hy) + k * uy + tl.load(applied + 3 * slot + 1)
    bz = weight * (ez + fz + gz + hz) + k * uz + tl.load(applied + 3 * slot + 2)
    bx += tl.load(frozen, mask=inside, other=0.0)
    by += tl.load(frozen + cells, mask=inside, other=0.0)
    along = bx * x + by * y + bz * z
    bx -= along * x
    by -= along * y
    bz -= along * z

    tl.store(m_copies + new + i, x, mask=inside)
    tl.store(m_copies + new + cells + i, y, mask=inside)
    tl.store(m_copies + new + 2 * cells + i, z, mask=inside)
    tl.store(t_copies + new + i, bx, mask=inside)
    tl.store(t_copies + new + cells + i, by, mask=inside)
    tl.store(t_copies + new + 2 * cells + i, bz, mask=inside)

    moment = tl.where(inside, moment, 0.0)
    yx, yy, yz = tx - bx, ty - by, tz - bz
    t2 = tx * tx + ty * ty + tz * tz
    projected = tx * yx + ty * yy + tz * yz
    a = tau * tau * t2
    inverse = 4.0 * tau / (16.0 - a * a)
    square = tl.where(inside, bx * bx + by * by + bz * bz, 0.0)
    sums = partial + (slot * tl.num_programs(0) + tl.program_id(0)) * _SUMS
    tl.store(sums, tl.sum(moment * (tau * t2 * (4.0 - a) * inverse)))
    tl.store(sums + 1, tl.sum(moment * (((4.0 + a) * projected - (a + a) * t2) * inverse)))
    tl.store(sums + 2, tl.sum(moment * (yx * yx + yy * yy + yz * yz)))
    tl.store(sums + 3, tl.max(square, axis=0))


@triton.jit
def follow(sides, rows, steps, partial, slots, blocks, BLOCKS: tl.constexpr):  # type: ignore[no-untyped-def]
    """Add the sums of one problem up and choose its next step."""
    slot = tl.load(rows + tl.program_id(0)).to(tl.int64)
    if tl.load(steps + _ACTIVE * slots + slot) == 0.0:
        return
    i = tl.arange(0, BLOCKS)
    sums = partial + (slot * blocks + i) * _SUMS
    inside = i < blocks
    ss = tl.sum(tl.load(sums, mask=inside, other=0.0).to(tl.float64))
    sy = tl.sum(tl.load(sums + 1, mask=inside, other=0.0).to(tl.float64))
    yy = tl.sum(tl.load(sums + 2, mask=inside, other=0.0).to(tl.float64))
    square = tl.max(tl.load(sums + 3, mask=inside, other=0.0).to(tl.float64), axis=0)
    tau = _taken(steps, slot, slots)
    moved = tau * tl.load(steps + _LARGEST * slots + slot)
    largest = tl.sqrt(square)
    count = tl.load(steps + _COUNT * slots + slot) + 1.0
    left = tl.load(steps + _LEFT * slots + slot) - 1.0
    quiet = tl.load(steps + _QUIET * slots + slot) + 1.0
    quiet = tl.where(moved < tl.load(steps + _MOVE_LIMIT * slots + slot), quiet, 0.0)
    converged = (largest < tl.load(steps + _TORQUE_LIMIT * slots + slot)) | (quiet >= _QUIET_STEPS)
    # where the energy is not convex along the step, longer steps leave the region soonest
    is_even = count - 2.0 * tl.floor(0.5 * count) == 0.0
    following = tl.where(sy <= 0.0, 2.0 * tau, tl.where(is_even, ss / sy, sy / yy))
    tl.store(steps + _TAU * slots + slot, tl.where(converged, tau, following))
    tl.store(steps + _LARGEST * slots + slot, largest)
    tl.store(steps + _QUIET * slots + slot, quiet)
    tl.store(steps + _COUNT * slots + slot, count)
    tl.store(steps + _LEFT * slots + slot, left)
    tl.store(steps + _ACTIVE * slots + slot, tl.where(converged | (left <= 0.0), 0.0, 1.0))
    tl.store(sides + slot, 1 - tl.load(sides + slot))
