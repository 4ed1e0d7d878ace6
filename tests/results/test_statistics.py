import statistics

from hypothesis import given
from hypothesis import strategies as st

from polls.results.statistics import median_value, share


@given(st.lists(st.integers(-3, 9), min_size=1))
def test_the_median_is_the_lower_one_of_the_standard_library(values: list[int]) -> None:
    counts = {value: values.count(value) for value in values}
    assert median_value(counts) == statistics.median_low(values)


def test_nothing_has_no_median_and_no_share() -> None:
    assert median_value({}) is None
    assert median_value({1: 0, 2: 0}) is None
    assert share(0, 0) is None
    assert share(1, 4) == 0.25
