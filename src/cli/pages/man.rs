//! Makes the man page, in roff, from the prose of `manual.txt` and the option table.

use super::markup::{self, Block, Section};
use super::roff::{escaped, paragraph};
use crate::cli::option::{Conflict, Opt};
use crate::cli::options::CATEGORIES;
use crate::cli::page::{MADE_BY, NAME, PURPOSE, VERSION};

/// The prose of the man page. The first lines of this file describe its markup.
const MANUAL: &str = include_str!("../manual.txt");

/// The day of the last change of the page, which is printed at its foot.
const REVISED: &str = "2026-11-25";

/// Returns the whole page. Mistakes in the markup are ignored here, because a test looks for them.
pub(super) fn text() -> String {
    let title = escaped(&NAME.to_uppercase());
    let mut text = format!(
        ".\\\" {MADE_BY}\n.TH {title} 1 {REVISED} \"{NAME} {VERSION}\" \"User Commands\"\n\
         .SH NAME\n{} \\- {}\n",
        escaped(NAME),
        escaped(PURPOSE)
    );
    let (sections, _) = markup::parse(MANUAL);
    sections.iter().for_each(|section| push_section(&mut text, section));
    text
}

fn push_section(text: &mut String, section: &Section) {
    text.push_str(&format!(".SH {}\n", escaped(section.title)));
    for (at, block) in section.blocks.iter().enumerate() {
        let apart = if at == 0 { "" } else { ".PP\n" };
        match block {
            Block::Paragraph(words) => text.push_str(&format!("{apart}{}", paragraph(words))),
            Block::Code(lines) => {
                text.push_str(&format!("{apart}.in +4n\n.nf\n"));
                lines.iter().for_each(|line| text.push_str(&format!("{}\n", code_line(line))));
                text.push_str(".fi\n.in\n");
            }
            Block::Item(term, meaning) => {
                text.push_str(&format!(".TP\n\\fB{}\\fR\n{}", escaped(term), paragraph(meaning)));
            }
            Block::Options => push_options(text),
        }
    }
}

/// Returns a line of code. A blank line becomes `\&`, because roff warns about empty lines.
fn code_line(line: &str) -> String {
    if line.is_empty() { "\\&".to_owned() } else { escaped(line) }
}

fn push_options(text: &mut String) {
    for category in CATEGORIES {
        text.push_str(&format!(".SS {}\n", escaped(category.title)));
        category.options.iter().for_each(|opt| push_option(text, opt));
    }
}

fn push_option(text: &mut String, opt: &Opt) {
    let names: Vec<String> = opt.names().iter().map(|name| format!("\\fB{}\\fR", escaped(name))).collect();
    let metavar = opt.metavar().map(|metavar| format!(" \\fI{}\\fR", escaped(metavar))).unwrap_or_default();
    let words = [sentence(opt.help), default(opt), opt.more.to_owned(), conflicts(opt)];
    let words: Vec<String> = words.into_iter().filter(|words| !words.is_empty()).collect();
    text.push_str(&format!(".TP\n{}{metavar}\n{}", names.join(", "), paragraph(&words.join(" "))));
    if opt.value_names().is_empty() {
        return;
    }
    text.push_str(".RS\n");
    for value in opt.value_names() {
        text.push_str(&format!(".TP\n\\fB{}\\fR\n{}", escaped(value.name), paragraph(&sentence(value.meaning))));
    }
    text.push_str(".RE\n");
}

/// Makes a sentence of a help text: makes the first letter a capital, and adds a full stop.
fn sentence(help: &str) -> String {
    let mut letters = help.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).chain(['.']).collect()).unwrap_or_default()
}

/// Returns the sentence about the default value. It is empty if the option has no default.
fn default(opt: &Opt) -> String {
    opt.default().map(|default| format!("The default is `{default}`.")).unwrap_or_default()
}

/// Returns the sentence about the options that must not be given together with this one. It is empty if there are
/// none.
fn conflicts(opt: &Opt) -> String {
    let others: Vec<String> = opt
        .conflicts
        .iter()
        .filter_map(|conflict| match conflict {
            Conflict::With { other, .. } => Some(other),
            Conflict::Without { .. } | Conflict::Value { .. } => None,
        })
        // The other option may be "-l or a LOOP", which the sentence lists as two options.
        .flat_map(|other| other.split(" or "))
        .map(|other| if other.starts_with('-') { format!("`{other}`") } else { other.to_owned() })
        .collect();
    match others.split_last() {
        None => String::new(),
        Some((last, [])) => format!("Not together with {last}."),
        Some((last, others)) => format!("Not together with {} or {last}.", others.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_markup_of_the_manual_has_no_mistake() {
        let (_, mistakes) = markup::parse(MANUAL);
        let shown: Vec<String> = mistakes
            .iter()
            .map(|mistake| format!("src/cli/manual.txt:{}: {}", mistake.line, mistake.message))
            .collect();
        assert!(shown.is_empty(), "{}", shown.join("\n"));
    }

    #[test]
    fn options_and_sections_that_the_pages_name_exist() {
        let (sections, _) = markup::parse(MANUAL);
        let opts = || CATEGORIES.iter().flat_map(|category| category.options);
        for opt in opts() {
            for named in opt.more.split("See ").skip(1) {
                let title = named.split(['.', ',']).next().unwrap_or_default();
                assert!(sections.iter().any(|section| section.title == title), "--{}: no section {title}", opt.long);
            }
            for conflict in opt.conflicts {
                let (Conflict::With { other, .. } | Conflict::Without { other, .. }) = conflict else { continue };
                for name in other.split(' ').filter(|name| name.starts_with('-')) {
                    let exists = opts().any(|opt| opt.names().iter().any(|known| known == name));
                    assert!(exists, "--{} contradicts {name}, which does not exist", opt.long);
                }
            }
        }
    }
}
