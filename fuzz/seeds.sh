#!/bin/sh
# seeds.sh: writes the first inputs of each fuzz target to fuzz/corpus/TARGET. `make fuzz` calls it.
#
# The inputs are made from the captures, the loops of the tests and the files of the predecessor, all in tests/data.
set -eu
cd "$(dirname "$0")/.."
data=tests/data
corpus=fuzz/corpus
mkdir -p $corpus/line $corpus/filter $corpus/grammar $corpus/conf $corpus/csv $corpus/perf_data

# perf_data: the first byte chooses the fields that are wanted, and whether the recording comes through a pipe. The
# second one chooses how few records may wait in memory.
for file in $data/*.data; do
    for choice in 0 1 10 11; do
        { printf "\\$choice"; printf 7; cat "$file"; } >"$corpus/perf_data/$(basename "$file")-$choice"
    done
done

# conf: the predecessor's.
cp $data/*.conf $corpus/conf

# csv: beginnings of the predecessor's file without its header, behind a byte that chooses the header and the format.
for size in 200 2000 20000; do
    tail -n +2 $data/upstream-perf_data.csv | head -c $size | sed '1s/^/0/' >$corpus/csv/upstream-$size
done

# grammar: a loop each.
cut -f 1 $data/loops-malformed.tsv | split -l 1 - $corpus/grammar/malformed-
split -l 1 $data/loops-wellformed.txt $corpus/grammar/wellformed-

# filter: the end of each capture, whose first two bytes are taken as the choice of key and matching.
for capture in $data/fields-*.txt $data/odd-comms.txt $data/callchain.txt $data/*trace*.txt; do
    tail -n 60 "$capture" | head -c 4000 >"$corpus/filter/$(basename "$capture")"
done

# line: single lines, and three lines together, because a line is read by what the lines before it showed.
for capture in $data/*.txt; do
    name=$(basename "$capture" .txt)
    head -n 40 "$capture" | split -l 1 - "$corpus/line/$name-"
    head -n 60 "$capture" | split -l 3 - "$corpus/line/$name-three-"
done
