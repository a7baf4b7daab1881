//! Reads the markup of `manual.txt`. The first lines of that file describe it.

/// A section of the man page.
#[derive(Debug)]
pub(super) struct Section {
    /// The heading, in capital letters.
    pub(super) title: &'static str,
    /// The paragraphs and other blocks, in order.
    pub(super) blocks: Vec<Block>,
}

/// A block of a section.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Block {
    /// A paragraph. Its lines are joined with blanks.
    Paragraph(String),
    /// Lines that the page shows unchanged, such as commands.
    Code(Vec<&'static str>),
    /// A term and the paragraph that explains it.
    Item(&'static str, String),
    /// The place where the option table is inserted.
    Options,
}

/// A mistake in the markup.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mistake {
    /// The number of the line in `manual.txt`, counted from 1.
    pub(super) line: usize,
    /// The description of the mistake, in a few words.
    pub(super) message: &'static str,
}

/// The largest number of bytes in a line of `manual.txt`.
const WIDTH: usize = 120;

/// Reads the text of a manual. Lines with mistakes are reported, and the rest of the text is read.
pub(super) fn parse(text: &'static str) -> (Vec<Section>, Vec<Mistake>) {
    let mut reader = Reader { sections: Vec::new(), mistakes: Vec::new(), follows_blank: true };
    for (number, line) in (1..).zip(text.lines()) {
        reader.take(number, line);
    }
    for (number, lines) in paragraphs(text) {
        if lines.matches('`').count() % 2 == 1 {
            reader.mistakes.push(Mistake { line: number, message: "a ` is not closed in this paragraph" });
        }
    }
    reader.mistakes.sort_by_key(|mistake| mistake.line);
    (reader.sections, reader.mistakes)
}

/// The state of the reader between two lines.
struct Reader {
    sections: Vec<Section>,
    mistakes: Vec<Mistake>,
    /// True if the line before was blank or a heading, so that the next line begins a new block.
    follows_blank: bool,
}

impl Reader {
    fn take(&mut self, number: usize, line: &'static str) {
        let begins = std::mem::replace(&mut self.follows_blank, line.is_empty());
        if let Some(message) = mistake_of_line(line) {
            self.mistakes.push(Mistake { line: number, message });
        }
        if line.is_empty() || line.starts_with('%') {
            return;
        }
        if let Some(title) = line.strip_prefix("# ") {
            self.sections.push(Section { title, blocks: Vec::new() });
            self.follows_blank = true;
            return;
        }
        let Some(section) = self.sections.last_mut() else {
            self.mistakes.push(Mistake { line: number, message: "text before the first heading" });
            return;
        };
        if let Err(message) = add_line(&mut section.blocks, line, begins) {
            self.mistakes.push(Mistake { line: number, message });
        }
    }
}

/// Returns the mistake of a line, if it has one that does not depend on other lines.
fn mistake_of_line(line: &str) -> Option<&'static str> {
    if line.contains('\t') {
        Some("a tab; use blanks")
    } else if line.ends_with(' ') {
        Some("blanks at the end of the line")
    } else if line.len() > WIDTH {
        Some("the line is longer than 120 bytes")
    } else {
        None
    }
}

/// Adds a line of text to the blocks. `begins` says whether the line follows a blank line or a heading.
fn add_line(blocks: &mut Vec<Block>, line: &'static str, begins: bool) -> Result<(), &'static str> {
    if let Some(code) = line.strip_prefix("    ") {
        match blocks.last_mut() {
            Some(Block::Code(lines)) => {
                // A blank line with code before and behind it belongs to the code.
                lines.extend(begins.then_some(""));
                lines.push(code);
            }
            _ if begins => blocks.push(Block::Code(vec![code])),
            _ => return Err("code stands behind a blank line"),
        }
    } else if let Some(term) = line.strip_prefix("* ") {
        blocks.push(Block::Item(term, String::new()));
    } else if let Some(meaning) = line.strip_prefix("  ") {
        match blocks.last_mut() {
            Some(Block::Item(_, text)) if !meaning.starts_with(' ') => push_words(text, meaning),
            _ => return Err("two blanks continue an item, and four begin code"),
        }
    } else if line.starts_with(' ') {
        return Err("two blanks continue an item, and four begin code");
    } else if line == "{OPTIONS}" {
        blocks.push(Block::Options);
    } else {
        match blocks.last_mut() {
            Some(Block::Paragraph(text)) if !begins => push_words(text, line),
            _ => blocks.push(Block::Paragraph(line.to_owned())),
        }
    }
    Ok(())
}

/// Appends a line to a paragraph.
fn push_words(text: &mut String, line: &str) {
    if !text.is_empty() {
        text.push(' ');
    }
    text.push_str(line);
}

/// Returns each run of lines of prose, joined, with the number of its first line. Blank lines, code and notes (`%`) are
/// no prose.
fn paragraphs(text: &str) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut within = false;
    for (number, line) in (1..).zip(text.lines()) {
        let is_prose = !line.is_empty() && !line.starts_with("    ") && !line.starts_with('%');
        match found.last_mut() {
            Some((_, text)) if is_prose && within && !line.starts_with("* ") => push_words(text, line),
            _ if is_prose => found.push((number, line.to_owned())),
            _ => {}
        }
        within = is_prose;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_block_is_read() {
        let text = "% a note\n# ONE\n\nA paragraph\nof two lines.\n\n    code\n\n    more\n\n* term\n  Its\n  meaning.\n* second\n  Words.\n\n# TWO\n\n{OPTIONS}\n";
        let (sections, mistakes) = parse(text);
        assert_eq!(mistakes, []);
        assert_eq!(sections.iter().map(|section| section.title).collect::<Vec<_>>(), ["ONE", "TWO"]);
        assert_eq!(
            sections[0].blocks,
            [
                Block::Paragraph("A paragraph of two lines.".to_owned()),
                Block::Code(vec!["code", "", "more"]),
                Block::Item("term", "Its meaning.".to_owned()),
                Block::Item("second", "Words.".to_owned()),
            ]
        );
        assert_eq!(sections[1].blocks, [Block::Options]);
    }

    #[test]
    fn every_mistake_is_found_with_its_line() {
        for (text, line, message) in [
            ("words\n", 1, "text before the first heading"),
            ("# A\n\nwords with `code\nand more\n", 3, "a ` is not closed in this paragraph"),
            ("# A\n\nwords\n    code\n", 4, "code stands behind a blank line"),
            ("# A\n\n  words\n", 3, "two blanks continue an item, and four begin code"),
            ("# A\n\n words\n", 3, "two blanks continue an item, and four begin code"),
            ("# A\n\n    a\tb\n", 3, "a tab; use blanks"),
            ("# A\n\nwords \n", 3, "blanks at the end of the line"),
        ] {
            let (_, mistakes) = parse(text);
            assert_eq!(mistakes, [Mistake { line, message }], "{text:?}");
        }
    }
}
