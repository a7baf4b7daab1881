//! What the program is made of: every crate that is built for it has a licence
//! that fits the GPL, comes from crates.io and stands in DEPENDENCIES.md; and
//! `unsafe` stands in one file.
//!
//! `UPDATE=1 cargo test --test supply` writes DEPENDENCIES.md; read what changed
//! before it is committed.

#![allow(clippy::expect_used, reason = "a test that cannot run fails with the reason")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text_of(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Licences whose code may become part of a GPL-3.0-or-later program.
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

/// Whether a licence expression of SPDX lets us use the crate: of alternatives
/// one, of a conjunction all. Cargo's older `MIT/Apache-2.0` means alternatives.
fn is_allowed(expression: &str) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut words = spaced.split_whitespace().collect::<Vec<_>>();
    words.reverse();
    let allowed = alternatives(&mut words);
    allowed && words.is_empty()
}

/// `words` in reverse, so that the next one is popped.
fn alternatives(words: &mut Vec<&str>) -> bool {
    let mut allowed = conjunction(words);
    while words.pop_if(|word| *word == "OR").is_some() {
        // Not `||`: the words are read in any case.
        allowed |= conjunction(words);
    }
    allowed
}

fn conjunction(words: &mut Vec<&str>) -> bool {
    let mut allowed = one_licence(words);
    while words.pop_if(|word| *word == "AND").is_some() {
        allowed &= one_licence(words);
    }
    allowed
}

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

/// Name, version and licence of every crate that is built for the program.
///
/// Not those of the tests and benches alone, but those of build scripts: they
/// run on the machine of everybody who builds.
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

/// Those of the tests and benches too: their code runs here as well.
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

/// A source text without its comments, strings and characters.
fn code_of(source: &str) -> String {
    let mut code = String::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let skipped = comment(rest).or_else(|| raw_string(rest, &code)).or_else(|| quoted(rest));
        if skipped.is_some() {
            code.push(' ');
        } else {
            code.push(first);
        }
        rest = &rest[skipped.unwrap_or(first.len_utf8())..];
    }
    code
}

/// The length of the comment that `text` begins with. Block comments nest.
fn comment(text: &str) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    text.strip_prefix("/*")?;
    let (mut depth, mut at) = (0, 0);
    while at < text.len() {
        let here = &text.as_bytes()[at..];
        let step = if here.starts_with(b"/*") {
            depth += 1;
            2
        } else if here.starts_with(b"*/") {
            depth -= 1;
            2
        } else {
            1
        };
        at += step;
        if depth == 0 {
            return Some(at);
        }
    }
    Some(text.len())
}

/// The length of `r"..."`, `r#"..."#`, `br##"..."##`, from the r on. The r of
/// `for` begins none, nor does that of `r#type`.
fn raw_string(text: &str, before: &str) -> Option<usize> {
    let within_word = |text: &str| text.ends_with(|last: char| last.is_alphanumeric() || last == '_');
    let outside = before.strip_suffix(['b', 'c']).unwrap_or(before);
    if within_word(outside) {
        return None;
    }
    let hashes = text.strip_prefix('r')?;
    let body = hashes.trim_start_matches('#');
    let hashes = &hashes[..hashes.len() - body.len()];
    let end = format!("\"{hashes}");
    let closed = body.strip_prefix('"')?.find(&end)?;
    Some("r".len() + hashes.len() + "\"".len() + closed + end.len())
}

/// The length of the string or character that `text` begins with. A lifetime is neither.
fn quoted(text: &str) -> Option<usize> {
    let quote = text.chars().next().filter(|first| ['"', '\''].contains(first))?;
    let mut chars = text.char_indices().skip(1);
    if quote == '\'' {
        // 'a' but not 'a, and '\'' or '\u{7f}'.
        let (_, first) = chars.next()?;
        if first != '\\' {
            return chars.next().filter(|(_, second)| *second == '\'').map(|(at, _)| at + 1);
        }
        chars.next();
    }
    while let Some((at, next)) = chars.next() {
        match next {
            '\\' => drop(chars.next()),
            _ if next == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

fn names_unsafe(source: &str) -> bool {
    code_of(source)
        .split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .any(|word| ["unsafe", "unsafe_code"].contains(&word))
}

#[test]
fn unsafe_is_seen_in_code_and_not_in_text() {
    for code in [
        "unsafe { f() }",
        "#![allow(unsafe_code)]",
        "#[unsafe(no_mangle)]",
        "fn f<'a>(x: &'a str) { unsafe { g(x) } }",
        "let q = '\"'; unsafe {}",
        r"let q = '\''; unsafe {}",
        r#"let q = "\\"; unsafe {}"#,
        "let q = br#\"\"\"#; unsafe {}",
        "for \"a\" in unsafe {}",
        "/* /* */ */ unsafe {}",
        "// no\nunsafe {}",
        "let r#unsafe = 1;",
        "let x = '\u{e9}'; unsafe {}",
    ] {
        assert!(names_unsafe(code), "{code}");
    }
    for text in [
        "// unsafe",
        "/* /* */ unsafe */",
        "\"unsafe\"",
        r#""\" unsafe""#,
        "r#\"\" unsafe\"#",
        "br\"\\\" + 'u' // unsafe",
        "let unsafely = not_unsafe;",
        "/* unsafe",
    ] {
        assert!(!names_unsafe(text), "{text}");
    }
}

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
    // A build script would be code of ours that no other test sees.
    assert!(!root().join("build.rs").exists());
}
