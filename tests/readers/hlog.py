"""Reads an interval log with the Python package hdrhistogram, and compares it with the JSON summary of the same run.

usage: hlog.py LOG SUMMARY
SUMMARY is in nanoseconds. The histograms of a tag are added up.
"""
import json
import math
import sys
from fractions import Fraction

from hdrh.histogram import HdrHistogram
from hdrh.log import HistogramLogReader

HOUR = 3600 * 10**9
log, summary = sys.argv[1], json.load(open(sys.argv[2]))

added, spans = {}, {}
reader = HistogramLogReader(log, HdrHistogram(1, 100 * HOUR, 3))
while True:
    histogram = reader.get_next_interval_histogram()
    if histogram is None:
        break
    tag = histogram.get_tag()
    assert not set(tag) & set(" ,"), tag
    added.setdefault(tag, HdrHistogram(1, 100 * HOUR, 3)).add(histogram)
    spans.setdefault(tag, []).append((histogram.get_start_time_stamp(), histogram.get_end_time_stamp()))

expected = set()
for loop in summary["loops"]:
    for transition in loop["transitions"]:
        if transition["count"] == 0:
            continue
        name = transition["name"]
        ends = f"{transition['from']}->{transition['to']}"
        tag = f"{loop['name']}:{ends if name != 'total' else name}"
        expected.add(tag)
        histogram = added[tag]
        assert histogram.get_total_count() == transition["count"], (tag, histogram.get_total_count())
        for percentile, name in [(0, "min"), (90, "p90"), (99, "p99"), (99.9, "p99.9"), (100, "max")]:
            # The reader rounds the rank of a percentile to the nearest whole number, and the summary rounds it up. So
            # the reader is asked for the percentile that has exactly the rank of the summary.
            rank = math.ceil(Fraction(str(percentile)) * transition["count"] / 100)
            value = histogram.get_value_at_percentile(100 * rank / transition["count"])
            assert abs(value - transition[name]) <= 0.0015 * value + 1, (tag, name, value, transition[name])
        assert abs(histogram.get_mean_value() / (transition["mean"] or 1) - 1) < 0.001, tag
        # The reader returns times in milliseconds, and the summary has seconds.
        for start, end in spans[tag]:
            assert start <= loop["last"] * 1000 + 1 and end >= loop["first"] * 1000 - 1, (tag, start, end)
assert set(added) == expected, set(added) ^ expected
