#!/bin/sh
# debcheck.sh PACKAGE VERSION: installs the package in a temporary folder, runs the program there, and removes the
# package. `make debcheck` calls it. It does not need root.
set -eu
package=$1
version=$2
fail() {
    echo "debcheck: $*" >&2
    exit 1
}

dpkg-deb --info "$package"
dpkg-deb --contents "$package"
dpkg-deb --contents "$package" | grep -v ' root/root ' && fail 'a file is not root'\''s'
dpkg-deb --contents "$package" | grep usr/local && fail 'a file is under /usr/local'
if command -v lintian >/dev/null; then
    # A package that does not go to Debian's archive closes no bug there.
    lintian --allow-root --fail-on error,warning --suppress-tags initial-upload-closes-no-bugs "$package"
else
    echo 'debcheck: skipped: lintian is not installed'
fi

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
trap 'exit 1' HUP INT TERM
mkdir -p "$root/var/lib/dpkg/info" "$root/var/lib/dpkg/updates"
: >"$root/var/lib/dpkg/status"
# The packages that it depends on are not in that folder, but installed outside.
to_folder() {
    dpkg --root="$root" --force-not-root --force-script-chrootless --force-depends --log=/dev/null "$@"
}

to_folder -i "$package"
(cd "$root" && md5sum --quiet -c var/lib/dpkg/info/pspp-filter.md5sums)
binary=$root/usr/bin/pspp-filter
[ "$("$binary" --version)" = "pspp-filter $version" ] || fail "--version is '$("$binary" --version)'"
for file in man/man1/pspp-filter.1.gz doc/pspp-filter/copyright doc/pspp-filter/changelog.gz \
    bash-completion/completions/pspp-filter zsh/vendor-completions/_pspp-filter \
    fish/vendor_completions.d/pspp-filter.fish; do
    [ -s "$root/usr/share/$file" ] || fail "/usr/share/$file is missing"
done
gzip -dc "$root/usr/share/man/man1/pspp-filter.1.gz" | cmp - man/pspp-filter.1

to_folder -r pspp-filter
to_folder -P pspp-filter
left=$(find "$root" -mindepth 1 ! -path "$root/var*")
[ -z "$left" ] || fail "removing left $left"

echo "debcheck: $package is fine"
