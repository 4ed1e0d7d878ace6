"""When simulated readers answer: more in the evening, few at night."""

import math
from bisect import bisect_right
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import accumulate

from django.utils import timezone

HOUR = timedelta(hours=1)
# How busy each hour of the local day is.
BUSY = (3, 1, 1, 1, 1, 2, 4, 8, 10, 8, 7, 7, 10, 10, 7, 6, 7, 9, 13, 17, 22, 24, 18, 9)


def moments(start: datetime, end: datetime) -> Callable[[float], datetime]:
    """A function from a place in the order of arrival, 0 to 1, to a moment; it never decreases."""
    count = max(0, math.ceil((end - start) / HOUR))
    hours = [start + index * HOUR for index in range(count)]
    parts = [min(HOUR, end - hour) for hour in hours]
    weights = [
        BUSY[timezone.localtime(hour).hour] * (part / HOUR)
        for hour, part in zip(hours, parts, strict=True)
    ]
    sums = [0.0, *accumulate(weights)]

    def moment(place: float) -> datetime:
        if not hours:  # opened this very moment
            return start
        wanted = place * sums[-1]
        index = min(bisect_right(sums, wanted), len(hours)) - 1
        within = (wanted - sums[index]) / weights[index]
        return hours[index] + parts[index] * within

    return moment
