//! Prints the payloads of one tracepoint.

use super::field::{TraceField, declared, declared_names, in_order};
use super::print_format::{NamedNumber, PrintFormat, is_identifier, split_print_fmt};
use crate::event::{FieldName, text_fields};
use crate::perf_data::wanted::WantedPayloads;
use std::collections::HashSet;

/// Prints the wanted part of one tracepoint's payloads.
///
/// A field that the print format prints under its name is printed in that form, so that a perf.data and the text of
/// `perf script` give the same value. A field whose name the print format does not contain is printed in the form of
/// its declared type.
pub(in crate::perf_data) struct Printer {
    format: PrintFormat,
    /// True if the whole payload is printed, and false if only some fields of it are.
    is_whole: bool,
    /// The fields that are printed, each with its name. If the whole payload is printed, those that it does not contain
    /// follow it.
    fields: Vec<(FieldName, Source)>,
    /// The wanted fields that no payload of this tracepoint has.
    lacking: Vec<String>,
    /// The names of the declared fields, in their order. The list is empty if `lacking` is empty.
    declared: Vec<Box<str>>,
}

/// The place where a field's value is found.
enum Source {
    /// The print format prints this number under the field's name. The return value of a system call is also such a
    /// number, although it is printed without a name: the user asks for it as the field `ret`.
    PrintFormat(NamedNumber),
    /// The raw data hold a field that the print format does not name.
    Data(TraceField),
}

impl Printer {
    /// Returns the printer of a tracepoint with this format file.
    ///
    /// # Errors
    ///
    /// The name of the part of the payload that cannot be printed in the same way as perf prints it.
    pub(super) fn new(format_file: &str, wanted: &WantedPayloads) -> Result<Printer, String> {
        let (print, arguments) = split_print_fmt(format_file).ok_or("the payload")?;
        let declared = declared(format_file);
        let format = PrintFormat::parse(&print, &arguments, &declared);
        if wanted.needs_text() && !format.is_supported() {
            return Err(unsupported(&print, &arguments, wanted));
        }
        let mut is_whole = wanted.needs_text();
        let mut fields = Vec::new();
        let mut lacking = Vec::new();
        for name in &wanted.fields {
            if let Some(number) = format.number_of(name).or_else(|| format.return_value().filter(|_| name == "ret")) {
                fields.push((FieldName::new(name), Source::PrintFormat(number)));
                continue;
            }
            if format.may_name(name) {
                if !format.is_supported() {
                    return Err(name.clone());
                }
                is_whole = true;
                // If the print format contains the name, or builds names at run time, only the printed payload shows
                // whether it has the field. The value of the declared field is then not added: its form may differ from
                // the printed one.
                if format.names(name) || format.has_names_from_strings() {
                    continue;
                }
            }
            // A name such as `tid` means the field of the event's header if the printed payload has no field of this
            // name. A field that is appended to the payload would be taken in its place, so none is appended.
            if !HEADER_FIELDS.contains(&name.as_str()) {
                match declared.get(name.as_str()) {
                    Some(field) => fields.push((FieldName::new(name), Source::Data(field.clone()))),
                    None => lacking.push(name.clone()),
                }
            }
        }
        // Strings come last. The value of a string may contain ` name=`, and a search for the field `name` in the
        // printed payload takes the first occurrence.
        fields.sort_by_key(|(_, source)| matches!(source, Source::Data(field) if field.is_string()));
        let declared = if lacking.is_empty() { Vec::new() } else { declared_names(format_file) };
        Ok(Printer { format, is_whole, fields, lacking, declared })
    }

    /// Returns a printer of whole payloads with a tracepoint's format file, for lines that are shown. A payload that
    /// cannot be printed as perf prints it is printed as all its fields. `is_used` says whether the run needs the
    /// payload for more than to show it. Then the wanted fields that the payload does not contain are appended to it.
    ///
    /// # Errors
    ///
    /// Those of [`new`](Self::new). A payload that is only shown is an error only if the format file has no print
    /// format.
    pub(super) fn for_lines(format_file: &str, wanted: &WantedPayloads, is_used: bool) -> Result<Printer, String> {
        let needed = |lines| WantedPayloads {
            fields: if is_used { wanted.fields.clone() } else { Vec::new() },
            words: if is_used { wanted.words.clone() } else { Vec::new() },
            whole: is_used && wanted.whole,
            lines,
            ..WantedPayloads::whole_lines()
        };
        if is_used {
            Printer::new(format_file, &needed(false))?;
        }
        Printer::new(format_file, &needed(true)).or_else(|_| Printer::of_all_fields(format_file))
    }

    /// Returns a printer of all fields of a tracepoint, as `name=value name=value`, in the order of its format file.
    fn of_all_fields(format_file: &str) -> Result<Printer, String> {
        let (print, arguments) = split_print_fmt(format_file).ok_or("the payload")?;
        let format = PrintFormat::parse(&print, &arguments, &declared(format_file));
        let own = in_order(format_file).filter(|(name, _)| !name.starts_with("common_") && *name != "__syscall_nr");
        let fields = own.map(|(name, field)| (FieldName::new(name), Source::Data(field))).collect();
        Ok(Printer { format, is_whole: false, fields, lacking: Vec::new(), declared: Vec::new() })
    }

    /// Returns about how many bytes of memory the printer takes.
    pub(in crate::perf_data) fn memory(&self) -> usize {
        let names = self.declared.iter().map(|name| size_of::<Box<str>>() + name.len()).sum::<usize>();
        size_of::<Printer>() + self.format.memory() + names
    }

    /// Returns the wanted fields that no payload of this tracepoint has, and the names of the fields that it declares.
    /// Returns `None` if it has all wanted fields.
    pub(in crate::perf_data) fn lack(&self) -> Option<(&[String], &[Box<str>])> {
        (!self.lacking.is_empty()).then_some((&self.lacking, &self.declared))
    }

    /// Replaces the content of `out` by the wanted part of a payload. The wanted part is either the whole payload as
    /// perf prints it, followed by the wanted fields that are missing there; or only the wanted fields, in the form
    /// `name=value name=value`.
    pub(in crate::perf_data) fn print(&self, raw: &[u8], out: &mut Vec<u8>) {
        out.clear();
        if !self.is_whole {
            self.fields.iter().for_each(|field| self.print_field(field, " ", "=", raw, out));
            return;
        }
        if self.format.print(raw, out).is_none() {
            out.clear();
        }
        // The wanted fields that the printed payload does not have are appended to it.
        let end = out.len();
        let lacks =
            |name: &FieldName, out: &[u8]| text_fields::find(out.get(..end).unwrap_or_default(), name).is_none();
        let is_lacking = |(name, source): &(FieldName, Source)| matches!(source, Source::Data(_)) && lacks(name, out);
        if self.fields.iter().any(is_lacking) {
            let (separator, sign) = if self.format.uses_colons() { (", ", ": ") } else { (" ", "=") };
            for field in &self.fields {
                if lacks(&field.0, out) {
                    self.print_field(field, separator, sign, raw, out);
                }
            }
        }
    }

    /// Appends one field. Appends nothing if the raw data end before the field does.
    fn print_field(&self, field: &(FieldName, Source), separator: &str, sign: &str, raw: &[u8], out: &mut Vec<u8>) {
        let (name, source) = field;
        let before = out.len();
        if before > 0 {
            out.extend_from_slice(separator.as_bytes());
        }
        out.extend_from_slice(name.text().as_bytes());
        out.extend_from_slice(sign.as_bytes());
        let printed = match source {
            Source::PrintFormat(number) => self.format.print_number(*number, raw, out),
            Source::Data(field) => field.print(raw, out),
        };
        if printed.is_none() {
            out.truncate(before);
        }
    }
}

/// The names that mean a field of the event's header if the payload has no field of this name.
const HEADER_FIELDS: [&str; 5] = ["tid", "pid", "cpu", "comm", "machine"];

/// The largest number of fields that an error message lists.
const FIELDS_SHOWN: usize = 10;

/// Returns the wanted part of the payload that would need an unsupported print format, for the error message. For a
/// word `$N`, the text also lists the fields that the user can ask for instead.
fn unsupported(print: &str, arguments: &[String], wanted: &WantedPayloads) -> String {
    let Some(&number) = wanted.words.first() else { return "the whole payload".to_owned() };
    let fields = fields_of_word(print, arguments, number);
    if fields.is_empty() {
        return format!("${number}");
    }
    let shown = fields.iter().take(FIELDS_SHOWN).copied().collect::<Vec<_>>().join(", ");
    match fields.len().saturating_sub(FIELDS_SHOWN) {
        0 => format!("${number} (a field instead: {shown})"),
        more => format!("${number} (a field instead: {shown}, ... and {more} more)"),
    }
}

/// Returns the names of the fields whose values make up the word `$number` of the printed payload.
fn fields_of_word<'a>(print: &str, arguments: &'a [String], number: usize) -> Vec<&'a str> {
    let conversions = |word: &str| word.replace("%%", "").matches('%').count();
    let mut words = print.split_ascii_whitespace();
    let before = words.by_ref().take(number - 1).map(conversions).sum::<usize>();
    let here = words.next().map_or(0, conversions);
    let (mut fields, mut known) = (Vec::new(), HashSet::new());
    for argument in arguments.iter().skip(before).take(here) {
        for (start, prefix) in argument.match_indices("REC->").chain(argument.match_indices("__get_str(")) {
            let behind = &argument[start + prefix.len()..];
            let name = &behind[..behind.len() - behind.trim_start_matches(is_identifier).len()];
            if known.insert(name) {
                fields.push(name);
            }
        }
    }
    fields
}
