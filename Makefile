# The Rust toolchain is all that `make`, `make demo` and `make test` need.

PREFIX  = /usr/local
DESTDIR =
CARGO   = cargo
TARGET  = $(or $(CARGO_TARGET_DIR),target)
BINARY  = $(TARGET)/release/pspp-filter
MANDIR  = $(DESTDIR)$(PREFIX)/share/man/man1
BASHDIR = $(DESTDIR)$(PREFIX)/share/bash-completion/completions
ZSHDIR  = $(DESTDIR)$(PREFIX)/share/zsh/site-functions
FISHDIR = $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d

VERSION = $(shell sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml)
MSRV    = $(shell sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
TARBALL = $(TARGET)/pspp-filter-$(VERSION).tar.gz

FUZZ_SECONDS = 30

.PHONY: all demo test check msrv deny bench bench-check bench-parts soak memcheck fuzz pages \
    install uninstall dist distcheck deb debcheck clean

all:
	$(CARGO) build --release --locked

# From the guest's kick to the submission of its request, in a capture of QEMU:
# the first rows, and the statistics of all.
DEMO = 'kvm_mmio -> sys_exit_ppoll -> sys_enter_io_submit -> sys_exit_io_submit by all'
demo: all
	$(BINARY) -q $(DEMO) tests/data/qemu-native.txt | head -n 4
	$(BINARY) -s $(DEMO) tests/data/qemu-native.txt

test:
	$(CARGO) test --locked

check:
	$(CARGO) fmt --check
	$(CARGO) clippy --locked --all-targets -- -D warnings
	RUSTDOCFLAGS='-D warnings' $(CARGO) doc --locked --no-deps --document-private-items

# The oldest Rust that Cargo.toml promises; rustup must have it.
msrv:
	$(CARGO) +$(MSRV) check --locked --all-targets

# Licences, sources and doubled crates, by deny.toml. Advisories are not among
# them: `cargo deny check advisories` fetches its database first.
deny:
	@$(CARGO) deny --version >/dev/null 2>&1 || \
	    { echo 'cargo-deny is missing: cargo install cargo-deny --locked' >&2; exit 1; }
	$(CARGO) deny --locked check licenses bans sources

# Beside wc, grep, rg, awk and inferno on the same file; writes BENCHMARKS.md. Then other inputs and loops.
bench: all
	BENCH_WRITE=1 $(CARGO) bench --locked --bench compare
	BENCH_WRITE=1 $(CARGO) bench --locked --bench inputs

# The parser, the matcher and the writer, each alone.
bench-parts:
	$(CARGO) bench --locked --bench parts

# Instructions a line, with valgrind; fails where one grew by more than a twentieth.
bench-check: all
	$(CARGO) bench --locked --bench instructions

# valgrind on the one function that is not safe code by the compiler's word, and on a whole run.
memcheck: all
	valgrind -q --error-exitcode=99 $(BINARY) -q $(DEMO) tests/data/qemu-native.txt >/dev/null
	valgrind -q --error-exitcode=99 $(BINARY) -q $(DEMO) <&- >/dev/null || test $$? -eq 1
	valgrind -q --error-exitcode=99 $(BINARY) -q $(DEMO) tests/data/qemu-native.txt >&- || test $$? -eq 1

# 20 GB that are made on the way, with an eye on memory and the count of loops.
SOAK_GB = 20
soak: all
	SOAK_GB=$(SOAK_GB) $(CARGO) bench --locked --bench soak

# Needs cargo-fuzz and a nightly toolchain. Seeds: lines of the captures and their ends, the loops of the
# tests, and the predecessor's files.
fuzz:
	mkdir -p fuzz/corpus/line fuzz/corpus/filter fuzz/corpus/grammar fuzz/corpus/conf fuzz/corpus/csv fuzz/corpus/perf_data
	for file in tests/data/*.data; do \
	    for how in '\0' '\1' '\10' '\11'; do { printf "$$how"; cat $$file; } >fuzz/corpus/perf_data/$$(basename $$file)-$${how#?}; done; \
	done
	cp tests/data/*.conf fuzz/corpus/conf
	for size in 200 2000 20000; do \
	    tail -n +2 tests/data/upstream-perf_data.csv | head -c $$size | sed '1s/^/0/' >fuzz/corpus/csv/upstream-$$size; \
	done
	cut -f 1 tests/data/loops-malformed.tsv | split -l 1 - fuzz/corpus/grammar/malformed-
	split -l 1 tests/data/loops-wellformed.txt fuzz/corpus/grammar/wellformed-
	for capture in tests/data/fields-*.txt tests/data/odd-comms.txt tests/data/callchain.txt tests/data/*trace*.txt; do \
	    tail -n 60 $$capture | head -c 4000 >fuzz/corpus/filter/$$(basename $$capture); \
	done
	for capture in tests/data/*.txt; do \
	    head -n 40 $$capture | split -l 1 - fuzz/corpus/line/$$(basename $$capture .txt)-; \
	    head -n 60 $$capture | split -l 3 - fuzz/corpus/line/$$(basename $$capture .txt)-three-; \
	done
	for target in $$(cd fuzz && $(CARGO) +nightly fuzz list); do \
	    $(CARGO) +nightly fuzz run $$target -- -max_total_time=$(FUZZ_SECONDS) -max_len=$$(case $$target in perf_data) echo 16384;; *) echo 4096;; esac) || exit 1; \
	done

pages: all
	mkdir -p man completions
	$(BINARY) --generate man > man/pspp-filter.1
	$(BINARY) --generate bash > completions/pspp-filter.bash
	$(BINARY) --generate zsh > completions/_pspp-filter
	$(BINARY) --generate fish > completions/pspp-filter.fish

# Builds only where there is no program yet: under sudo there may be no cargo.
$(BINARY):
	$(CARGO) build --release --locked

install: $(BINARY)
	install -Dm755 $(BINARY) $(DESTDIR)$(PREFIX)/bin/pspp-filter
	install -Dm644 man/pspp-filter.1 $(MANDIR)/pspp-filter.1
	install -Dm644 completions/pspp-filter.bash $(BASHDIR)/pspp-filter
	install -Dm644 completions/_pspp-filter $(ZSHDIR)/_pspp-filter
	install -Dm644 completions/pspp-filter.fish $(FISHDIR)/pspp-filter.fish

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/pspp-filter $(MANDIR)/pspp-filter.1 \
	    $(BASHDIR)/pspp-filter $(ZSHDIR)/_pspp-filter $(FISHDIR)/pspp-filter.fish

# The last commit, byte for byte the same wherever it is packed: git gives every
# file the commit's time and root as its owner, and gzip keeps no time.
dist:
	mkdir -p $(TARGET)
	git -c tar.umask=0022 archive --format=tar --prefix=pspp-filter-$(VERSION)/ -o $(TARBALL:.gz=) HEAD
	gzip -9nf $(TARBALL:.gz=)

# Builds, tests, installs and uninstalls what is in the tarball.
distcheck: dist
	packaging/distcheck.sh $(TARBALL) $(VERSION)

# Needs dpkg-deb. DEBFULLNAME and DEBEMAIL name the maintainer.
deb: all
	packaging/deb.sh $(BINARY) $(VERSION) $(TARGET)

# Installs the package in a folder and removes it again; lintian looks too where there is one.
debcheck: deb
	packaging/debcheck.sh $(TARGET)/pspp-filter_$(VERSION)-1_$$(dpkg --print-architecture).deb $(VERSION)

clean:
	$(CARGO) clean
	rm -rf bench-cache
