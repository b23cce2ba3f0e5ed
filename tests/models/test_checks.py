"""What nothing can be learned from is refused, in words that name row and column."""

from __future__ import annotations

import numpy as np
import pytest
from known_table import INPUTS, OUTPUTS, make_table

from models.checks import check_inputs, check_table
from models.errors import DataError


def changed(row: int, column: int, value: float) -> np.ndarray:
    X = make_table(60).X
    X[row, column] = value
    return X


def test_a_good_table_with_gaps_passes() -> None:
    table = make_table(60)

    check_table(table.X, table.Y, INPUTS, OUTPUTS)


def test_five_rows_are_too_few() -> None:
    table = make_table(5)

    with pytest.raises(DataError, match="there are 5 designs; at least 40") as caught:
        check_table(table.X, table.Y, INPUTS, OUTPUTS)
    assert caught.value.given == "5"


@pytest.mark.parametrize(("value", "word"), [(np.nan, "nan"), (np.inf, "inf"), (-3.0, "-3")])
def test_bad_inputs_are_named_with_row_and_column(value: float, word: str) -> None:
    with pytest.raises(DataError, match=f"b_nm cannot be used: row 8: {word}"):
        check_table(changed(7, 1, value), make_table(60).Y, INPUTS, OUTPUTS)


def test_metres_for_nanometres_are_noticed() -> None:
    table = make_table(60)
    X = table.X * [1e-9, 1]

    with pytest.raises(
        DataError, match=r"a_nm is around .*looks like m, and nm is expected.*1e\+09"
    ):
        check_table(X, table.Y, INPUTS, OUTPUTS)


def test_constant_columns_are_refused_unless_meant() -> None:
    table = make_table(60)
    table.X[:, 0] = 50.0

    with pytest.raises(DataError, match="a_nm = 50"):
        check_table(table.X, table.Y, INPUTS, OUTPUTS)
    check_table(table.X, table.Y, INPUTS, OUTPUTS, may_be_constant=("a_nm",))


def test_the_same_row_twice_is_refused_and_a_repeat_with_another_result_is_not() -> None:
    table = make_table(60)
    table.X[9], table.Y[9] = table.X[3], table.Y[3] + 0.01
    check_table(table.X, table.Y, INPUTS, OUTPUTS)
    table.Y[9] = table.Y[3]

    with pytest.raises(DataError, match="row 10 is row 4 again"):
        check_table(table.X, table.Y, INPUTS, OUTPUTS)


def test_outputs_that_are_constant_rare_or_infinite_are_refused() -> None:
    table = make_table(60)
    constant, rare, infinite = table.Y.copy(), table.Y.copy(), table.Y.copy()
    constant[:, 0] = 2.0
    rare[5:, 1] = np.nan
    infinite[4, 0] = np.inf

    for Y, words in (
        (constant, "field_T is 2 in every row"),
        (rare, "rows have a share; at least 20"),
        (infinite, "field_T cannot be used: row 5: inf"),
    ):
        with pytest.raises(DataError, match=words):
            check_table(table.X, Y, INPUTS, OUTPUTS)


def test_wrong_number_of_columns_is_refused() -> None:
    with pytest.raises(DataError, match=r"\(3, 1\); 2 columns are expected: a_nm, b_nm"):
        check_inputs(np.ones((3, 1)), INPUTS)
