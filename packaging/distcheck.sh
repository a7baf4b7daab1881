#!/bin/sh
# distcheck.sh TARBALL VERSION: what a packager does with the tarball, in a
# temporary folder. `make distcheck` calls it.
set -eu
tarball=$(realpath "$1")
version=$2
fail() {
    echo "distcheck: $*" >&2
    exit 1
}

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM

# Packed again elsewhere, with another umask, zone and time, it is the same.
(
    umask 077
    TZ=Asia/Tokyo CARGO_TARGET_DIR=$folder/again make --no-print-directory dist
) >"$folder/log" 2>&1 || fail "$(cat "$folder/log")"
cmp "$tarball" "$folder/again/pspp-filter-$version.tar.gz"

# As others have it: no .git above, and nothing that was built before.
tar -xzf "$tarball" -C "$folder"
cd "$folder/pspp-filter-$version"
unset CARGO_TARGET_DIR MAKEFLAGS MFLAGS
make all test

installed=$folder/installed
make install DESTDIR="$installed" PREFIX=/usr
binary=$installed/usr/bin/pspp-filter
[ "$("$binary" --version)" = "pspp-filter $version" ] || fail "--version is '$("$binary" --version)'"
rows=$("$binary" -qH 'sys_enter_io_submit -> sys_exit_io_submit' tests/data/qemu-native.txt | wc -l)
[ "$rows" -eq 173 ] || fail "$rows rows instead of 173"
make uninstall DESTDIR="$installed" PREFIX=/usr
left=$(find "$installed" ! -type d)
[ -z "$left" ] || fail "uninstall left $left"

# The other way to install: cargo's.
cargo install --path . --root "$folder/cargo" --locked
[ "$("$folder/cargo/bin/pspp-filter" --version)" = "pspp-filter $version" ] || fail "cargo's --version"

echo "distcheck: $tarball is fine"
