#!/bin/sh
# distcheck.sh TARBALL VERSION: does with the tarball in a temporary folder what a packager does. `make distcheck`
# calls it.
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

# The tarball must be the same if it is packed elsewhere, with another umask, time zone and time.
(
    umask 077
    TZ=Asia/Tokyo CARGO_TARGET_DIR=$folder/again make --no-print-directory dist
) >"$folder/log" 2>&1 || fail "$(cat "$folder/log")"
cmp "$tarball" "$folder/again/pspp-filter-$version.tar.gz"

# A packager has no .git above the folder and nothing that was built before.
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

# cargo can install the program, too.
cargo install --path . --root "$folder/cargo" --locked
[ "$("$folder/cargo/bin/pspp-filter" --version)" = "pspp-filter $version" ] || fail "cargo's --version"

echo "distcheck: $tarball is fine"
