# `make`, `make demo` and `make test` need only the Rust toolchain. `make help` lists the targets.

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

# `make case` runs the cases whose folder has a name that matches this glob.
NAME = *
# `make fuzz` runs each target for this many seconds.
FUZZ_SECONDS = 30
# `make soak` streams this many gigabytes.
SOAK_GB = 20

.PHONY: all help demo test case check msrv deny bench bench-check bench-parts bench-verdicts soak memcheck fuzz pages pictures fleet-check \
    install uninstall dist distcheck deb debcheck clean

all: ## build the program (the default)
	$(CARGO) build --release --locked

# The text behind `##` on the line of a target is its help.
help: ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | awk -F '\t' '{ printf "%-14s %s\n", $$1, $$2 }'

# The loop goes from the guest's kick to the submission of its request, in a capture of QEMU.
DEMO = 'kvm_mmio -> sys_exit_ppoll -> sys_enter_io_submit -> sys_exit_io_submit by all'
demo: all ## show the first rows and the statistics of a shipped capture
	$(BINARY) -q $(DEMO) tests/data/qemu-native.txt | head -n 4
	$(BINARY) -s $(DEMO) tests/data/qemu-native.txt

test: ## run all tests
	$(CARGO) test --locked

# UPDATE=1 writes the output of these cases as the expected one.
case: ## run the cases that match a glob: make case NAME='ftrace-*' [UPDATE=1]
	CASE='$(NAME)' $(if $(UPDATE),UPDATE=1) $(CARGO) test --locked --test cases

check: ## check format, lints and documentation
	$(CARGO) fmt --check
	$(CARGO) clippy --locked --all-targets -- -D warnings
	RUSTDOCFLAGS='-D warnings' $(CARGO) doc --locked --no-deps --document-private-items

msrv: ## check with the oldest Rust that Cargo.toml promises; rustup must have it
	$(CARGO) +$(MSRV) check --locked --all-targets

# deny.toml has the rules for licences, sources and crates that come in two versions. Advisories are left out,
# because `cargo deny check advisories` fetches its database first.
deny: ## check licences and sources of all crates with cargo-deny
	@$(CARGO) deny --version >/dev/null 2>&1 || \
	    { echo 'cargo-deny is missing: cargo install cargo-deny --locked' >&2; exit 1; }
	$(CARGO) deny --locked check licenses bans sources

bench: all ## measure beside wc, grep, rg, awk and inferno, then other inputs and loops; writes BENCHMARKS.md
	BENCH_WRITE=1 $(CARGO) bench --locked --bench compare
	BENCH_WRITE=1 $(CARGO) bench --locked --bench inputs

bench-parts: ## measure the parser, the matcher and the writer, each alone
	$(CARGO) bench --locked --bench parts

bench-verdicts: ## compare simulated recordings; fails if equal ones are called different, or a change is missed
	$(CARGO) bench --locked --bench verdicts

bench-check: all ## count the instructions per line with valgrind; fails where a count grew by more than 2 %
	$(CARGO) bench --locked --bench instructions

# The only unsafe code makes a function run before `main`, which looks whether the descriptors 0 and 1 are closed. So
# the program also runs with each of them closed.
memcheck: all ## run the program under valgrind
	valgrind -q --error-exitcode=99 $(BINARY) -q $(DEMO) tests/data/qemu-native.txt >/dev/null
	valgrind -q --error-exitcode=99 $(BINARY) -q $(DEMO) <&- >/dev/null || test $$? -eq 1
	valgrind -q --error-exitcode=99 $(BINARY) -q $(DEMO) tests/data/qemu-native.txt >&- || test $$? -eq 1

soak: all ## stream 20 GB (SOAK_GB) and check memory and counts
	SOAK_GB=$(SOAK_GB) $(CARGO) bench --locked --bench soak

# The target perf_data gets inputs of up to 16 KiB, and the others of up to 4 KiB, because the perf.data files among the
# seeds are longer than the texts.
fuzz: ## run each fuzz target for 30 s (FUZZ_SECONDS); needs cargo-fuzz and a nightly toolchain
	fuzz/seeds.sh
	for target in $$(cd fuzz && $(CARGO) +nightly fuzz list); do \
	    length=4096; test $$target != perf_data || length=16384; \
	    $(CARGO) +nightly fuzz run $$target -- -max_total_time=$(FUZZ_SECONDS) -max_len=$$length || exit 1; \
	done

pages: all ## write the man page and the completions from the option table
	mkdir -p man completions
	$(BINARY) --generate man > man/pspp-filter.1
	$(BINARY) --generate bash > completions/pspp-filter.bash
	$(BINARY) --generate zsh > completions/_pspp-filter
	$(BINARY) --generate fish > completions/pspp-filter.fish

# The pictures of the README.
LOCK = 'sys_enter_futex -> sys_exit_futex' tests/data/lock.txt.gz
pictures: all ## draw the pictures in docs/ from a shipped capture; needs gnuplot and Chromium
	mkdir -p docs
	$(BINARY) -q -f gnuplot -u ms $(LOCK) | gnuplot -e "set term pngcairo size 900,300; set output 'docs/gnuplot.png'" -
	$(BINARY) -q -f html -u ms --comm worker $(LOCK) > $(TARGET)/page.html
	chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size=900,1010 \
	    --screenshot=docs/page.png file://$(abspath $(TARGET))/page.html 2>/dev/null

fleet-check: all ## merge states from GNU parallel, ssh, Hadoop streaming's contract and PySpark, where they are installed
	tests/fleet/check.sh $(BINARY)

# This builds the program only where there is none yet, because under sudo there may be no cargo.
$(BINARY):
	$(CARGO) build --release --locked

install: $(BINARY) ## install below PREFIX and DESTDIR
	install -Dm755 $(BINARY) $(DESTDIR)$(PREFIX)/bin/pspp-filter
	install -Dm644 man/pspp-filter.1 $(MANDIR)/pspp-filter.1
	install -Dm644 completions/pspp-filter.bash $(BASHDIR)/pspp-filter
	install -Dm644 completions/_pspp-filter $(ZSHDIR)/_pspp-filter
	install -Dm644 completions/pspp-filter.fish $(FISHDIR)/pspp-filter.fish

uninstall: ## remove what install wrote
	rm -f $(DESTDIR)$(PREFIX)/bin/pspp-filter $(MANDIR)/pspp-filter.1 \
	    $(BASHDIR)/pspp-filter $(ZSHDIR)/_pspp-filter $(FISHDIR)/pspp-filter.fish

# The tarball of a commit is the same, byte for byte, wherever it is packed: git gives every file the time of the
# commit and root as its owner, and gzip stores no time.
dist: ## pack the last commit into a source tarball
	mkdir -p $(TARGET)
	git -c tar.umask=0022 archive --format=tar --prefix=pspp-filter-$(VERSION)/ -o $(TARBALL:.gz=) HEAD
	gzip -9nf $(TARBALL:.gz=)

distcheck: dist ## build, test, install and uninstall the source tarball
	packaging/distcheck.sh $(TARBALL) $(VERSION)

deb: all ## make a Debian package; DEBFULLNAME and DEBEMAIL name the maintainer
	packaging/deb.sh $(BINARY) $(VERSION) $(TARGET)

debcheck: deb ## install the Debian package in a folder, run it there and remove it
	packaging/debcheck.sh $(TARGET)/pspp-filter_$(VERSION)-1_$$(dpkg --print-architecture).deb $(VERSION)

clean: ## remove what was built and the inputs of the benches
	$(CARGO) clean
	rm -rf bench-cache
