"""Checks a trace of -f perfetto against the rules of its viewers, and against the rows of -f json -u ns.

Usage: perfetto.py TRACE ROWS [COUNT]

ROWS is a file with the rows of the same input, printed with --show TID@1,PID@1. With COUNT, the trace may lack the last
loops of ROWS, but it must have at least COUNT loops. Without COUNT, it must have all of them. Prints the number of
loops, and the number of loops whose events come from several threads.
"""

import decimal
import itertools
import json
import sys


def exact(text):
    return decimal.Decimal(text)


def read(path):
    with open(path, "rb") as file:
        return file.read().decode("utf-8")


decimal.getcontext().prec = 40
trace = json.loads(read(sys.argv[1]), parse_float=exact, parse_int=exact)
rows = [json.loads(line, parse_float=exact, parse_int=exact) for line in read(sys.argv[2]).splitlines()]
assert list(trace) == ["traceEvents"], list(trace)

# For each id of async slices, the list of its events in the order of the file. Each closed loop has an id of its own.
# The same for each id of flows. Only loops whose events come from several threads have flows.
loops, flows, named = {}, {}, set()
last_slice = None
for event in trace["traceEvents"]:
    phase = event["ph"]
    if phase == "M":
        assert isinstance(event["args"]["name"], str), event
        key = (event["name"], event["pid"], event.get("tid"))
        assert event["name"] in ("process_name", "thread_name"), event
        named.add(key)
        continue
    assert event["ts"] >= 0 and event["cat"] and isinstance(event["name"], str), event
    assert -(event["ts"].as_tuple().exponent) <= 3, event
    assert isinstance(event.get("args", {}), dict), event
    place = (event["pid"], event["tid"], event["ts"])
    if phase in "be":
        assert isinstance(event["id"], str), event
        loops.setdefault(event["id"], []).append(event)
    elif phase == "X":
        assert event["dur"] == exact("0.001"), event
        last_slice = place
    else:
        assert phase in "stf" and event["bp"] == "e" and isinstance(event["id"], decimal.Decimal), event
        assert last_slice == place, (event, last_slice)
        flows.setdefault(event["id"], []).append(event)

assert len(loops) <= len(rows), (len(loops), len(rows))
assert len(loops) >= int(sys.argv[3] if len(sys.argv) > 3 else len(rows)), (len(loops), len(rows))
start = None
for row, events in zip(rows, loops.values()):
    thread = {(event["cat"], event["pid"], event["tid"]) for event in events}
    assert len(thread) == 1, events
    outer, inner, last = events[0], events[1:-1], events[-1]
    assert (outer["ph"], last["ph"], outer["name"]) == ("b", "e", last["name"]), events
    assert outer["name"] == outer["cat"] == row["loop"], (outer, row)
    assert set(outer["args"]) == {"key"} | set(row["show"]), outer
    assert all(outer["args"][name] == value for name, value in row["show"].items()), (outer, row)
    tid = int(row["show"]["TID@1"] or 0)
    pid = tid if row["show"]["PID@1"] is None else int(row["show"]["PID@1"])
    assert (outer["pid"], outer["tid"]) == (pid, tid), (outer, row)
    # The transitions follow one another, from the begin of the loop to its end.
    at = outer["ts"]
    deltas = []
    for begin, end in itertools.batched(inner, 2) if hasattr(itertools, "batched") else zip(inner[::2], inner[1::2]):
        assert (begin["ph"], end["ph"], begin["name"]) == ("b", "e", end["name"]), (begin, end)
        assert " -> " in begin["name"] and begin["ts"] == at, begin
        deltas.append((end["ts"] - begin["ts"]) * 1000)
        at = end["ts"]
    assert at == last["ts"], events
    assert deltas == row["deltas"] and sum(deltas) == row["total"], (deltas, row)
    # The times in the trace are in microseconds since a whole second, which is the same for all loops.
    begins = row["start"] - outer["ts"] / 1000000
    assert begins == begins.to_integral_value() and start in (None, begins), (row, outer, start)
    start = begins

for number, events in flows.items():
    assert "".join(event["ph"] for event in events) == "s" + "t" * (len(events) - 2) + "f", events
    assert len({(event["cat"], event["name"]) for event in events}) == 1, events
    assert len({(event["pid"], event["tid"]) for event in events}) > 1, events
    assert str(number) in loops, number
print(len(loops), len(flows))
