//! Checks the code that others wrote: the licence of every crate that is built for the program permits its use in a GPL
//! program, and every crate comes from crates.io and is listed in DEPENDENCIES.md. Also checks that `unsafe` appears in
//! only one file of our own.
//!
//! `UPDATE=1 cargo test --test supply` writes DEPENDENCIES.md anew. Read the changes before you commit them.

#![allow(clippy::expect_used, reason = "a test that cannot run fails with the reason")]

#[path = "../common/mod.rs"]
mod common;

mod source_text;

use common::root;
use source_text::names_unsafe;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn text_of(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The licences whose code may become part of a GPL-3.0-or-later program, by their SPDX names.
const ALLOWED: [&str; 10] = [
    "MIT",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "ISC",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Returns whether the SPDX licence expression of a crate permits us to use it: of `a OR b` one licence must be in
/// `ALLOWED`, of `a AND b` both. In older manifests `MIT/Apache-2.0` means `MIT OR Apache-2.0`.
fn is_allowed(expression: &str) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut words = spaced.split_whitespace().collect::<Vec<_>>();
    words.reverse();
    let allowed = alternatives(&mut words);
    allowed && words.is_empty()
}

/// Reads `a OR b OR ...` and returns whether it permits the use. `words` is in reverse order, so that `pop` takes the
/// next word.
fn alternatives(words: &mut Vec<&str>) -> bool {
    let mut allowed = conjunction(words);
    while words.pop_if(|word| *word == "OR").is_some() {
        // `allowed || conjunction(words)` would not read the words of the conjunction if `allowed` is already true.
        allowed |= conjunction(words);
    }
    allowed
}

/// Reads `a AND b AND ...` and returns whether it permits the use.
fn conjunction(words: &mut Vec<&str>) -> bool {
    let mut allowed = one_licence(words);
    while words.pop_if(|word| *word == "AND").is_some() {
        allowed &= one_licence(words);
    }
    allowed
}

/// Reads one licence with its exception (`Apache-2.0 WITH LLVM-exception`), or an expression in parentheses.
fn one_licence(words: &mut Vec<&str>) -> bool {
    match words.pop() {
        None => false,
        Some("(") => {
            let allowed = alternatives(words);
            allowed && words.pop() == Some(")")
        }
        Some(id) if words.pop_if(|word| *word == "WITH").is_some() => {
            words.pop().is_some_and(|exception| ALLOWED.contains(&format!("{id} WITH {exception}").as_str()))
        }
        Some(id) => ALLOWED.contains(&id),
    }
}

#[test]
fn licence_expressions_are_read_as_spdx_means_them() {
    for expression in [
        "MIT",
        "MIT OR Apache-2.0",
        "MIT/Apache-2.0",
        "GPL-2.0-only OR MIT",
        "Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT",
        "(MIT OR Apache-2.0) AND Unicode-3.0",
        "OpenSSL OR MIT AND ISC",
    ] {
        assert!(is_allowed(expression), "{expression}");
    }
    for expression in [
        "",
        "GPL-2.0-only",
        "MIT AND OpenSSL",
        "(MIT OR Apache-2.0) AND OpenSSL",
        "Apache-2.0 WITH Some-exception",
        "OpenSSL OR",
        "MIT Apache-2.0",
        "(MIT",
        "MIT)",
        "(GPL-2.0-only OR MIT",
    ] {
        assert!(!is_allowed(expression), "{expression}");
    }
}

/// Returns the name, version and licence of every crate that is built for the program.
///
/// Crates of build scripts are included, because build scripts run on the machine of everybody who builds the program.
/// Crates that only the tests and benches use are left out.
fn dependencies() -> Vec<[String; 3]> {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "--package", "pspp-filter", "--edges", "no-dev"])
        .args(["--no-dedupe", "--prefix", "none", "--format", "{p}\t{l}"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(tree.status.success(), "cargo tree: {}", String::from_utf8_lossy(&tree.stderr));
    let tree = String::from_utf8(tree.stdout).expect("cargo prints UTF-8");
    let mut crates: Vec<[String; 3]> = tree
        .lines()
        .filter(|line| !line.is_empty())
        .map(|line| {
            // The lines look like these two, with a tab before the licence:
            // rustix v1.1.6	Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT
            // pspp-filter v0.1.0 (/home/me/pspp-filter)	GPL-3.0-or-later
            let (package, licence) = line.split_once('\t').expect("a tab as in the format");
            let (name, rest) = package.split_once(" v").expect("a name and a version");
            let version = rest.split(' ').next().unwrap_or(rest);
            [name, version, licence].map(str::to_owned)
        })
        .filter(|[name, ..]| name != "pspp-filter")
        .collect();
    crates.sort();
    crates.dedup();
    assert!(crates.len() > 5, "only {} crates were found", crates.len());
    crates
}

#[test]
fn every_licence_fits_the_gpl() {
    for [name, version, licence] in dependencies() {
        assert!(is_allowed(&licence), "{name} {version} has the licence '{licence}'");
    }
}

#[test]
fn the_list_of_dependencies_is_the_committed_one() {
    let mut list = String::from(
        "# What is built into pspp-filter\n\n\
         Every crate that is built for the program, those of build scripts included, and its\n\
         licence. `cargo test --test supply` compares this list with `cargo tree`, and\n\
         `UPDATE=1 cargo test --test supply` writes it.\n\n\
         | crate | version | licence |\n| --- | --- | --- |\n",
    );
    for [name, version, licence] in dependencies() {
        list.push_str(&format!("| {name} | {version} | {licence} |\n"));
    }
    if std::env::var_os("UPDATE").is_some() {
        fs::write(root().join("DEPENDENCIES.md"), &list).expect("the list can be written");
    }
    let committed = text_of("DEPENDENCIES.md");
    assert!(committed == list, "DEPENDENCIES.md is not this: UPDATE=1 cargo test --test supply\n{list}");
}

/// Cargo.lock also holds the crates that only the tests and benches use. They are checked too, because their code runs
/// on the machines of developers.
#[test]
fn every_crate_comes_from_crates_io_with_its_checksum() {
    let lock = text_of("Cargo.lock");
    let mut found = Vec::new();
    for package in lock.split("[[package]]\n").skip(1) {
        let value = |key: &str| {
            let quoted = package.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = \""));
            quoted.and_then(|rest| rest.strip_suffix('"'))
        };
        let name = value("name").expect("every package has a name");
        if name != "pspp-filter" {
            let source = value("source");
            assert_eq!(source, Some("registry+https://github.com/rust-lang/crates.io-index"), "{name}");
            assert_eq!(value("checksum").map(str::len), Some(64), "{name}");
            found.push([name, value("version").expect("every package has a version")]);
        }
    }
    for [name, version, _] in dependencies() {
        assert!(found.contains(&[&name, &version]), "{name} {version} is not in Cargo.lock");
    }
}

/// Returns the paths of all Rust files in a folder and its subfolders.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

#[test]
fn unsafe_stands_in_one_file() {
    let files = sources(&root().join("src"));
    assert!(files.len() > 20, "only {} files were found", files.len());
    let with: Vec<_> =
        files.iter().filter(|file| names_unsafe(&fs::read_to_string(file).expect("the file can be read"))).collect();
    assert_eq!(with, [&root().join("src/source/descriptors.rs")]);
    // A build script of ours would run on the machine of everybody who builds the program. The assertion above does not
    // look into build.rs, which would stand outside src, so there must be none.
    assert!(!root().join("build.rs").exists());
}
