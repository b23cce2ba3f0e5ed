"""Stored steps are found among curves, and views are remembered; without a window."""

from __future__ import annotations

import numpy as np

from smcogui.ui.widgets.plot_curve import PlotCurve
from smcogui.ui.widgets.plot_points import PlotPoints
from smcogui.ui.widgets.zoom_history import PlotView, ZoomHistory


def _points() -> PlotPoints:
    rising = PlotCurve(mu0_H_T=[-2.0, 0.0, 2.0], M_over_Ms=[-1.0, 0.0, 1.0], label="rising")
    falling = PlotCurve(mu0_H_T=[2.0, 0.0, -2.0], M_over_Ms=[0.9, 0.5, -0.9], label="falling")
    none = PlotCurve(mu0_H_T=[], M_over_Ms=[], label="none")
    return PlotPoints([rising, none, falling])


def test_nearest_counts_distance_in_the_reaches() -> None:
    points = _points()
    wide = points.nearest(1.2, 0.5, reach_T=1.0, reach_M=0.01)
    assert wide is not None
    assert (wide.curve, wide.step) == ("falling, simulated", 1)
    narrow = points.nearest(1.2, 0.5, reach_T=0.01, reach_M=1.0)
    assert narrow is not None
    assert narrow.mu0_H_T == 2.0


def test_right_is_right_on_rising_and_falling_curves() -> None:
    points = _points()
    for curve in ("rising, simulated", "falling, simulated"):
        middle = points.at_field(curve, 0.1)
        assert middle is not None
        right = points.beside(middle, 1)
        assert right is not None
        assert right.mu0_H_T == 2.0
        assert points.beside(right, 1) == right


def test_curves_without_points_are_passed_over() -> None:
    points = _points()
    start = points.at("rising, simulated", 1)
    assert start is not None
    after = points.on_other_curve(start, 1)
    assert after is not None
    assert after.curve == "falling, simulated"
    assert points.at("none, simulated", 0) is None
    assert PlotPoints([]).nearest(0.0, 0.0, 1.0, 1.0) is None
    assert PlotPoints([]).first() is None


def test_every_point_is_its_own_nearest() -> None:
    rng = np.random.default_rng(4)
    curves = [
        PlotCurve(mu0_H_T=rng.normal(size=n), M_over_Ms=rng.normal(size=n), label=f"{n}")
        for n in (1, 5, 30)
    ]
    points = PlotPoints(curves)
    for curve in curves:
        for step, (H, M) in enumerate(zip(curve.mu0_H_T, curve.M_over_Ms, strict=True)):
            found = points.nearest(float(H), float(M), 1.0, 1.0)
            assert found is not None
            assert (found.curve, found.step) == (curve.title, step)


def _view(width: float) -> PlotView:
    return PlotView(left_T=-width, right_T=width, bottom=-1.0, top=1.0)


def test_new_view_forgets_those_that_were_left() -> None:
    zoom = ZoomHistory()
    for width in (3.0, 2.0, 1.0):
        zoom.visit(_view(width))
    assert zoom.back() == _view(2.0)
    zoom.visit(_view(5.0))
    assert not zoom.can_go_forward
    assert [zoom.back() for _ in range(4)] == [_view(2.0), _view(3.0), None, None]
    assert zoom.forward() == _view(3.0)


def test_history_is_of_limited_length() -> None:
    zoom = ZoomHistory()
    for number in range(200):
        zoom.visit(_view(1.0 + number))
    count = 0
    while zoom.can_go_back:
        zoom.back()
        count += 1
    assert count == 49
