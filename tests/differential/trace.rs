//! A made-up trace, and the loops that are followed in it.

use pspp_filter::event::Resolution;
use pspp_filter::key::Key;

/// An event of the trace.
#[derive(Clone, Debug)]
pub struct Event {
    pub name: String,
    pub tid: i64,
    pub pid: Option<i64>,
    pub cpu: i64,
    pub comm: String,
    /// The names and values of the payload, which are printed as `name=value`.
    pub fields: Vec<(String, String)>,
    /// The time of the event in nanoseconds.
    pub time: u64,
}

impl Event {
    /// Returns the value of a field of the payload. If the payload does not have the field, the value is that of the
    /// header field with this name.
    pub fn field(&self, name: &str) -> Option<String> {
        let of_payload = self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        of_payload.or_else(|| match name {
            "tid" => Some(self.tid.to_string()),
            "pid" => self.pid.map(|pid| pid.to_string()),
            "cpu" => Some(self.cpu.to_string()),
            "comm" => Some(self.comm.clone()),
            _ => None,
        })
    }

    fn payload(&self) -> String {
        self.fields.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
    }
}

/// A line of the trace, or the end of an input.
#[derive(Clone, Debug)]
pub enum Step {
    Event(Event),
    Loss {
        cpu: i64,
    },
    Exit {
        tid: i64,
    },
    Fork {
        tid: i64,
    },
    /// The input ends here, and the next one begins.
    NextInput,
}

/// The condition at a position. [`Condition::text`] shows how a user writes each one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Condition {
    Is(i64),
    Above(i64),
    NotOdd,
    OnCpu(i64),
    /// A comparison with a field that no event has, so it is always false.
    MissingField,
    Glob,
}

impl Condition {
    /// Returns the condition in the form in which a user writes it.
    fn text(self) -> String {
        match self {
            Condition::Is(value) => format!("v == {value}"),
            Condition::Above(value) => format!("v > {value} || v == 99"),
            Condition::NotOdd => "!(v & 1) && w == 'x'".to_owned(),
            Condition::OnCpu(cpu) => format!("CPU == {cpu}"),
            Condition::MissingField => "u < 5".to_owned(),
            Condition::Glob => "trace ~ \"*v=1*\"".to_owned(),
        }
    }

    pub fn holds(self, event: &Event) -> bool {
        let v = event.field("v").and_then(|value| value.parse::<i64>().ok());
        match self {
            Condition::Is(value) => v == Some(value),
            Condition::Above(value) => v.is_some_and(|v| v > value),
            // A condition on a missing field is false, so `!(v & 1)` is true if there is no v. Each w of a random trace
            // is 'x'.
            Condition::NotOdd => v.is_none_or(|v| v % 2 == 0) && event.field("w").is_some(),
            Condition::OnCpu(cpu) => event.cpu == cpu,
            Condition::MissingField => false,
            Condition::Glob => v == Some(1),
        }
    }
}

#[derive(Clone, Debug)]
pub struct Position {
    /// The names of the events that may stand at this position. `*` stands for any name.
    pub names: Vec<String>,
    pub condition: Option<Condition>,
    /// The fields from which the position takes its key. If there are none, the position takes the key of the loop.
    pub fields: Vec<String>,
}

impl Position {
    /// Returns the position in the form in which a user writes it.
    fn text(&self) -> String {
        let at = if self.fields.is_empty() { "" } else { "@" };
        let condition = self.condition.map_or(String::new(), |condition| format!(" if {}", condition.text()));
        format!("{}{at}{}{condition}", self.names.join(" | "), self.fields.join(","))
    }

    /// Returns whether an event has one of the names of the position and fulfils its condition.
    pub fn admits(&self, event: &Event) -> bool {
        let named = self.names.iter().any(|name| name == "*" || *name == event.name);
        named && self.condition.is_none_or(|condition| condition.holds(event))
    }
}

#[derive(Clone, Debug)]
pub struct Loop {
    pub positions: Vec<Position>,
    /// The negated positions, each with the index of the position behind it.
    pub negated: Vec<(usize, Position)>,
    pub key: Key,
    /// The time limit (`within`) in nanoseconds.
    pub within: Option<u64>,
}

impl Loop {
    /// Returns the loop in the form in which a user writes it.
    pub fn text(&self) -> String {
        let mut positions = Vec::new();
        for (k, position) in self.positions.iter().enumerate() {
            let before = self.negated.iter().filter(|(before, _)| *before == k);
            positions.extend(before.map(|(_, negated)| format!("!{}", negated.text())));
            positions.push(position.text());
        }
        let within = self.within.map_or(String::new(), |within| format!(" within {within}ns"));
        format!("{} by {}{within}", positions.join(" -> "), self.key.name())
    }

    fn all_positions(&self) -> impl Iterator<Item = &Position> {
        self.positions.iter().chain(self.negated.iter().map(|(_, position)| position))
    }

    pub fn all_fields(&self) -> bool {
        self.all_positions().all(|position| !position.fields.is_empty())
    }

    pub fn any_field(&self) -> bool {
        self.all_positions().any(|position| !position.fields.is_empty())
    }

    /// Returns the key value of an event at a position. `None` if the event lacks the key or a field.
    pub fn value(&self, position: &Position, event: &Event) -> Option<Value> {
        let threads = matches!(self.key, Key::Tid | Key::Pid) && !self.all_fields();
        let thread = |id: i64| if threads && id == 0 { Value::Idle(event.cpu) } else { Value::Number(id) };
        match position.fields.as_slice() {
            [] => match self.key {
                Key::Tid => Some(thread(event.tid)),
                Key::Pid => event.pid.map(thread),
                Key::Cpu => Some(Value::Number(event.cpu)),
                // If the loop compares comms with fields, a comm that is a whole number counts as a number.
                Key::Comm if self.any_field() => Some(of_text(event.comm.clone())),
                Key::Comm => Some(Value::Text(event.comm.clone())),
                Key::All => Some(Value::All),
            },
            [field] => match of_text(event.field(field)?) {
                Value::Number(number) => Some(thread(number)),
                value => Some(value),
            },
            fields => {
                let values = fields.iter().map(|field| event.field(field).map(of_text));
                values.collect::<Option<Vec<Value>>>().map(Value::Several)
            }
        }
    }
}

/// Returns the value of a field's text. A whole number becomes a number, so that `7` and `07` are the same value.
fn of_text(text: String) -> Value {
    text.parse().map_or(Value::Text(text), Value::Number)
}

/// The value of a key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    Number(i64),
    /// The idle thread of the CPU with this number.
    Idle(i64),
    Text(String),
    Several(Vec<Value>),
    All,
}

/// Returns the text of each input of the trace, in the form of `perf script`. Times have six decimals if the resolution
/// is 1 us, and nine if it is 1 ns.
pub fn texts_of(steps: &[Step], resolution: Resolution) -> Vec<String> {
    let step_ns = resolution.step_ns();
    let line = |step: &Step| match step {
        Step::Event(event) => {
            let (seconds, fraction) = (event.time / 1_000_000_000, event.time % 1_000_000_000 / step_ns);
            let width = if step_ns == 1 { 9 } else { 6 };
            let Event { name, tid, cpu, comm, .. } = event;
            let (pid, payload) = (event.pid.unwrap_or(-1), event.payload());
            let system = if name.starts_with("sched_") { "sched" } else { "s" };
            format!(
                "{comm:>16} {pid:>5}/{tid:<5} [{cpu:03}] {seconds:5}.{fraction:0width$}: {system}:{name}: {payload}\n"
            )
        }
        Step::Loss { cpu } => format!("{:>16}     0/0     [{cpu:03}]     1.000000: PERF_RECORD_LOST lost 1\n", "x"),
        Step::Exit { tid } => format!("{:>16}     0/0     [000]     1.000000: PERF_RECORD_EXIT(1:{tid}):(1:1)\n", "x"),
        Step::Fork { tid } => format!("{:>16}     0/0     [000]     1.000000: PERF_RECORD_FORK(1:{tid}):(1:1)\n", "x"),
        Step::NextInput => String::new(),
    };
    let inputs = steps.split(|step| matches!(step, Step::NextInput));
    inputs.map(|steps| steps.iter().map(line).collect()).collect()
}
