"""Reads OpenMetrics text with the parser of Prometheus, and compares it with the JSON summary of the same run.

usage: openmetrics.py METRICS SUMMARY [TOTALS]
SUMMARY is in nanoseconds. TOTALS has the total of each closed loop of the loop x, in nanoseconds, one a line.
"""
import json
import sys
from decimal import Decimal

from prometheus_client.openmetrics.parser import text_string_to_metric_families

BOUNDS = [str(Decimal(2**power).scaleb(-9).normalize().__format__("f")) for power in range(7, 38)] + ["+Inf"]

text = open(sys.argv[1], newline="").read()
summary = json.load(open(sys.argv[2]))
totals = [int(line) for line in open(sys.argv[3])] if len(sys.argv) > 3 else None
families = {family.name: family for family in text_string_to_metric_families(text)}
family = families.pop("pspp_filter_loop_seconds")
assert (family.type, family.unit) == ("histogram", "seconds"), family

series = {}
for sample in family.samples:
    labels = dict(sample.labels)
    bound = labels.pop("le", None)
    of_series = series.setdefault(tuple(sorted(labels.items())), {"bounds": [], "counts": []})
    if bound is None:
        of_series[sample.name.rsplit("_", 1)[1]] = sample.value
    else:
        of_series["bounds"].append(bound)
        of_series["counts"].append(sample.value)


def check(labels, transition):
    found = series.pop(tuple(sorted(labels.items())))
    assert [float(bound) for bound in found["bounds"]] == [float(bound) for bound in BOUNDS], found
    assert found["count"] == found["counts"][-1] == transition["count"], (labels, found)
    assert Decimal(repr(found["sum"])) == Decimal(transition["sum"]) / 10**9, (labels, found)
    assert found["counts"] == sorted(found["counts"]), found
    if totals is not None and labels["transition"] == "total" and labels["loop"] == "x":
        for bound, count in zip(BOUNDS[:-1], found["counts"]):
            ns = float(bound) * 1e9
            least = sum(total <= ns * 0.999 for total in totals)
            most = sum(total <= ns * 1.001 for total in totals)
            assert least <= count <= most, (bound, least, count, most)


for bound in BOUNDS[:-1]:
    assert f'le="{bound}"' in text or not family.samples, bound
for loop in summary["loops"]:
    groups = loop.get("groups")
    for group in [loop] if groups is None else groups:
        for transition in group["transitions"]:
            is_total = transition["name"] == "total"
            name = "total" if is_total else f"{transition['from']} -> {transition['to']}"
            labels = {"loop": loop["name"], "transition": name}
            if groups is not None:
                labels["by"] = "-" if group["value"] is None else group["value"]
            check(labels, transition)
assert not series, series
for name, value in summary["input"].items():
    counter = families.pop(f"pspp_filter_input_{name}")
    assert counter.type == "counter" and counter.samples[0].value == value, counter
assert not families, families
