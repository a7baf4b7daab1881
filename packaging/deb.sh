#!/bin/sh
# deb.sh BINARY VERSION FOLDER: packs BINARY into FOLDER/pspp-filter_VERSION-1_ARCH.deb. `make deb` calls it.
set -eu
binary=$1
version=$2-1
out=$3
arch=$(dpkg --print-architecture)
maintainer="${DEBFULLNAME:-pspp-filter maintainers} <${DEBEMAIL:-maintainers@pspp-filter.invalid}>"
description=$(sed -n 's/^description = "\(.*\)"/\1/p' Cargo.toml)

# All files get one time: that of the last commit, or in an unpacked tarball that of its files.
if [ -z "${SOURCE_DATE_EPOCH:-}" ]; then
    SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || date -r CHANGELOG.md +%s)
fi
export SOURCE_DATE_EPOCH

# Each library that BINARY is linked with is in a package that it depends on. The version of libc6 is the newest one
# among its symbols, which objdump prints as "0x069691b4 0x00 02 GLIBC_2.34".
depends=
for library in $(objdump -p "$binary" | awk '$1 == "NEEDED" { print $2 }'); do
    case $library in
    libc.so.6 | libm.so.6 | ld-linux*) ;;
    libgcc_s.so.1) depends=', libgcc-s1 (>= 4.2)' ;;
    *)
        echo "deb.sh: which package has $library?" >&2
        exit 1
        ;;
    esac
done
glibc=$(objdump -p "$binary" | sed -n 's/.* GLIBC_\([0-9][0-9.]*\)$/\1/p' | sort -V | tail -n 1)
depends="libc6 (>= ${glibc:?})$depends"

umask 022
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
trap 'exit 1' HUP INT TERM
chmod 755 "$root"

# Debian's zsh has a folder of its own for the completions of packages.
make --no-print-directory install BINARY="$binary" DESTDIR="$root" PREFIX=/usr \
    ZSHDIR="$root/usr/share/zsh/vendor-completions"
strip --strip-unneeded --remove-section=.comment "$root/usr/bin/pspp-filter"
gzip -9n "$root/usr/share/man/man1/pspp-filter.1"

doc=$root/usr/share/doc/pspp-filter
install -Dm644 packaging/copyright "$doc/copyright"
install -m644 README.md DEPENDENCIES.md BENCHMARKS.md "$doc"
gzip -9nc CHANGELOG.md >"$doc/changelog.gz"
gzip -9nc >"$doc/changelog.Debian.gz" <<END
pspp-filter ($version) unstable; urgency=medium

  * Packaged by its own make deb; changelog.gz says what changed.

 -- $maintainer  $(LC_ALL=C date -u -d "@$SOURCE_DATE_EPOCH" '+%a, %d %b %Y %H:%M:%S +0000')
END

# dpkg-gencontrol counts the size so: whole KiB for each file, 1 KiB for each folder.
size=$(find "$root/usr" -printf '%y %s\n' | awk '{ kib += $1 == "f" ? int(($2 + 1023) / 1024) : 1 } END { print kib }')

mkdir "$root/DEBIAN"
(cd "$root" && find usr -type f | LC_ALL=C sort | xargs md5sum) >"$root/DEBIAN/md5sums"
cat >"$root/DEBIAN/control" <<END
Package: pspp-filter
Version: $version
Architecture: $arch
Maintainer: $maintainer
Installed-Size: $size
Depends: $depends
Recommends: linux-perf
Section: utils
Priority: optional
Description: $(echo "$description" | sed 's/^.*: //')
 pspp-filter reads the text of perf script, perf trace, ftrace or trace-cmd
 report, follows each thread through a loop of events, writes a row of deltas
 each time the loop closes, and prints statistics at the end.
 .
 It streams: memory does not grow with the input.
END
dpkg-deb --root-owner-group --build "$root" "$out/pspp-filter_${version}_$arch.deb"
