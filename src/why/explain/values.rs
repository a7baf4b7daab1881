//! The values that the fields of the events of closed loops have, for each loop.

use crate::event::Event;
use crate::event::text_fields::named_fields;
use crate::why::sched_event::bare_name;
use foldhash::fast::RandomState;
use std::collections::HashMap;

/// The largest number of values of a field. A field with more is left out, because each of its values comes too rarely
/// to be compared.
const VALUES_MAX: usize = 64;
/// The largest number of values that a field of first events may have, whether their loops close or not.
const FIRST_VALUES_MAX: usize = 1024;
/// The largest number of fields of one event that are looked at.
pub const FIELDS_MAX: usize = 8;
/// The largest number of bytes of a value. A field with a longer value is treated like one with too many values.
const LENGTH_MAX: usize = 128;

/// The values of one field, as far as closed loops have had them.
#[derive(Default)]
pub struct ValueSet {
    /// The name of the field.
    name: Vec<u8>,
    /// The number of the position whose event has the field, counted from 1; 0 for a field of the closing event's
    /// header or of `-b`.
    position: u8,
    values: Vec<Box<[u8]>>,
    /// The number of the value that was looked up last.
    last: u8,
    /// True if there are too many values.
    pub has_too_many: bool,
}

impl ValueSet {
    /// Returns the number of a value; `None` if the field has too many values.
    fn number(&mut self, value: &[u8]) -> Option<u8> {
        if self.has_too_many {
            return None;
        }
        if self.values.get(usize::from(self.last)).is_some_and(|known| **known == *value) {
            return Some(self.last);
        }
        if let Some(at) = self.values.iter().position(|known| **known == *value) {
            self.last = at as u8;
            return Some(at as u8);
        }
        if self.values.len() == VALUES_MAX || value.len() > LENGTH_MAX {
            self.has_too_many = true;
            return None;
        }
        self.values.push(value.into());
        Some((self.values.len() - 1) as u8)
    }

    /// Returns the name of the field in the output: `fd@1`.
    pub fn shown_name(&self) -> Vec<u8> {
        let mut name = self.name.clone();
        if self.position > 0 {
            name.extend_from_slice(format!("@{}", self.position).as_bytes());
        }
        name
    }

    /// Returns the value with a number.
    pub fn value(&self, number: u8) -> &[u8] {
        self.values.get(usize::from(number)).map_or(b"", |value| value)
    }
}

/// The values of one field of first events, of loops that close and of those that do not.
#[derive(Default)]
struct FirstField {
    name: Vec<u8>,
    numbers: HashMap<Box<[u8]>, u16, RandomState>,
    values: Vec<Box<[u8]>>,
    has_too_many: bool,
}

/// The values of all fields of one loop.
#[derive(Default)]
pub struct LoopValues {
    first: Vec<FirstField>,
    /// The fields, in the order in which they came first.
    sets: Sets,
}

/// The fields of closed loops, in the order in which they came first.
#[derive(Default)]
struct Sets {
    sets: Vec<ValueSet>,
    /// The place behind the field that was looked up last. It is tried first, because the fields of most loops come in
    /// the same order.
    next: usize,
}

/// The values of the fields of a first event, in a form that travels with its chain: 0 for each field that
/// the event lacks, and else the number of the value plus one.
pub type FirstValues = [u16; FIELDS_MAX];

impl LoopValues {
    /// Notes a field of a first event.
    pub fn add_first(&mut self, values: &mut FirstValues, name: &[u8], value: &[u8]) {
        let known = self.first.iter().position(|field| field.name == name);
        let at = match known {
            Some(at) => at,
            None if self.first.len() < FIELDS_MAX => {
                self.first.push(FirstField { name: name.to_vec(), ..FirstField::default() });
                self.first.len() - 1
            }
            None => return,
        };
        let field = &mut self.first[at];
        // If the payload has the name twice, the first value counts.
        if field.has_too_many || values[at] != 0 {
            return;
        }
        let number = match field.numbers.get(value) {
            Some(&number) => number,
            None if field.values.len() < FIRST_VALUES_MAX && value.len() <= LENGTH_MAX => {
                let number = field.values.len() as u16;
                field.numbers.insert(value.into(), number);
                field.values.push(value.into());
                number
            }
            None => {
                (field.has_too_many, field.numbers, field.values) = (true, HashMap::default(), Vec::new());
                return;
            }
        };
        values[at] = number + 1;
    }

    /// Calls `add` with the number of each field of a closed loop's first event, and the number of the field's value.
    pub fn first_of_closed(&mut self, values: FirstValues, mut add: impl FnMut(u8, u8)) {
        for (at, number) in values.into_iter().enumerate().filter(|(_, number)| *number > 0) {
            let Some(field) = self.first.get(at).filter(|field| !field.has_too_many) else { continue };
            let Some(value) = field.values.get(usize::from(number - 1)) else { continue };
            if let Some((field, number)) = self.sets.add(&field.name, 1, value) {
                add(field, number);
            }
        }
    }

    /// Returns the number of a field of a closed loop and the number of the field's value. `position` is the number of
    /// the position whose event has the field, counted from 1, or 0 for a field of the closing event's header or of
    /// `-b`.
    pub fn number(&mut self, name: &[u8], position: u8, value: &[u8]) -> Option<(u8, u8)> {
        self.sets.add(name, position, value)
    }

    /// Returns the field with this number, if it has few enough values to be compared.
    pub fn set(&self, number: u8) -> Option<&ValueSet> {
        let is_useful = |number: usize| {
            let set = self.sets.sets.get(number)?;
            let first = self.first.iter().find(|field| set.position == 1 && field.name == set.name);
            (!set.has_too_many && first.is_none_or(|field| !field.has_too_many)).then_some(set)
        };
        is_useful(usize::from(number))
    }
}

/// The largest number of fields of a loop.
const SETS_MAX: usize = 48;

/// Returns the values of the loop with this index.
pub fn values_of(values: &mut Vec<LoopValues>, loop_index: usize) -> &mut LoopValues {
    if values.len() <= loop_index {
        values.resize_with(loop_index + 1, LoopValues::default);
    }
    &mut values[loop_index]
}

/// Calls `add` with the name and the value of the first fields of an event's payload; for a `sys_exit_*` with a result,
/// with the result alone. Numbers above 0xffffffff are left out, because they are mostly addresses that hardly ever
/// come twice.
pub fn each_value(event: &Event<'_>, mut add: impl FnMut(&[u8], &[u8])) {
    let (_, bare) = bare_name(event.name);
    let is_exit = bare.starts_with(b"sys_exit_");
    let result = event.payload.result().filter(|_| is_exit).map(|result| (&b"ret"[..], result));
    let fields = named_fields(event.payload.bytes).filter(|_| !is_exit || result.is_none());
    for (name, value) in result.into_iter().chain(fields).take(FIELDS_MAX) {
        let number = crate::event::parse_number(value);
        let value = number.map_or(value, |(_, length)| value.get(..length).unwrap_or(value));
        if number.is_none_or(|(number, _)| number <= 0xffff_ffff) {
            add(name, value);
        }
    }
}

impl Sets {
    /// Returns the number of a field, and the number of this value among those of the field.
    fn add(&mut self, name: &[u8], position: u8, value: &[u8]) -> Option<(u8, u8)> {
        let is_it = |set: &ValueSet| set.position == position && set.name == name;
        let at = match self.sets.get(self.next) {
            Some(set) if is_it(set) => self.next,
            _ => match self.sets.iter().position(is_it) {
                Some(at) => at,
                None if self.sets.len() < SETS_MAX => {
                    self.sets.push(ValueSet { name: name.to_vec(), position, ..ValueSet::default() });
                    self.sets.len() - 1
                }
                None => return None,
            },
        };
        self.next = (at + 1) % self.sets.len();
        Some((at as u8, self.sets[at].number(value)?))
    }
}
