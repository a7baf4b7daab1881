#!/bin/sh
# check.sh BINARY: measures recordings in several processes, merges their states, and compares the summary with that of
# one run over all recordings. It uses GNU parallel, GNU parallel over ssh to this machine, PySpark, and the contract of
# Hadoop streaming: lines sorted by the text before the first tab, and split over reducers. What is missing is skipped
# with a message.
set -eu
binary=$(realpath "$1")
data=$(dirname "$(dirname "$(realpath "$0")")")/data
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$data"
loop='read=sys_enter_read -> sys_exit_read'
recordings='calls.txt calls-stream.txt calls.data irq.txt'

# The names of events and the time of the run are not in a state, and records of a perf.data count as lines in one.
summary() { "$binary" -q -s -f json "$@" | sed 's/,"categories".*//'; }
# shellcheck disable=SC2086
summary "$loop" $recordings > "$work/expected"

check() {
    summary < "$work/states" > "$work/found"
    cmp "$work/expected" "$work/found"
    echo "$1: the merged states give the summary of one run"
}

if parallel --version 2>/dev/null | grep -q GNU; then
    # shellcheck disable=SC2086
    parallel -q "$binary" -q -f state "$loop" ::: $recordings > "$work/states"
    check 'GNU parallel'
    if ssh -o BatchMode=yes -o ConnectTimeout=2 localhost true 2>/dev/null; then
        # shellcheck disable=SC2086
        parallel -q -S localhost "$binary" -q -f state "$loop" ::: $(for name in $recordings; do echo "$data/$name"; done) \
            > "$work/states"
        check 'GNU parallel over ssh'
    else
        echo 'GNU parallel over ssh: skipped, as ssh localhost asks for a password or is not there'
    fi
else
    echo 'GNU parallel: skipped, as it is not installed'
fi

# Each mapper gets names of recordings and writes states. Here, two reducers share the lines.
cat > "$work/map" <<EOF
#!/bin/sh
exec /usr/bin/xargs -r -d '\\n' "$binary" -q -f state '$loop'
EOF
chmod +x "$work/map"
for name in $recordings; do echo "$data/$name" | "$work/map"; done | LC_ALL=C sort -t "$(printf '\t')" -k 1,1 > "$work/sorted"
grep '^[^#]*ledger' "$work/sorted" | "$binary" -q -f state > "$work/states"
grep -v '^[^#]*ledger' "$work/sorted" | "$binary" -q -f state >> "$work/states"
check 'the contract of Hadoop streaming'

python=${FLEET_PYTHON:-python3}
if "$python" -c 'import pyspark' 2>/dev/null; then
    "$python" - "$work" "$data" $recordings <<'EOF' 2>/dev/null
import sys
from pyspark import SparkContext

work, data, *recordings = sys.argv[1:]
context = SparkContext("local[2]", "fleet-check")
# Eight partitions for four names: some are empty.
names = context.parallelize([f"{data}/{name}" for name in recordings], 8)
with open(f"{work}/states", "w") as states:
    states.writelines(line + "\n" for line in names.pipe(f"{work}/map").collect())
EOF
    check 'PySpark'
else
    echo "PySpark: skipped, as $python has no module pyspark (FLEET_PYTHON names another python)"
fi
