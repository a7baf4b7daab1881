//! A random trace, and the loops that are followed in it.

use pspp_filter::event::Resolution;
use pspp_filter::key::Key;

/// An event of the trace. Its payload is `v=... w=x`.
#[derive(Clone, Debug)]
pub struct Event {
    pub name: char,
    pub tid: i64,
    pub cpu: i64,
    pub v: i64,
    /// The time of the event in nanoseconds.
    pub time: u64,
}

impl Event {
    pub fn pid(&self) -> i64 {
        if self.tid == 0 { 0 } else { 1 + self.tid % 2 }
    }

    pub fn comm(&self) -> String {
        ["x", "y z", "7"][self.tid as usize % 3].to_owned()
    }

    fn payload(&self) -> String {
        format!("v={} w=x", self.v)
    }
}

/// A line of the trace.
#[derive(Clone, Debug)]
pub enum Step {
    Event(Event),
    Loss { cpu: i64 },
    Exit { tid: i64 },
    Fork { tid: i64 },
}

/// The condition at a position. [`Condition::text`] shows each one.
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
            Condition::Glob => "trace ~ \"*v=1 *\"".to_owned(),
        }
    }

    pub fn holds(self, event: &Event) -> bool {
        match self {
            Condition::Is(value) => event.v == value,
            Condition::Above(value) => event.v > value,
            Condition::NotOdd => event.v % 2 == 0,
            Condition::OnCpu(cpu) => event.cpu == cpu,
            Condition::MissingField => false,
            Condition::Glob => event.v == 1,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Position {
    /// The names of the events that may stand at this position.
    pub names: Vec<char>,
    pub condition: Option<Condition>,
    /// The field from which the position takes its key: `v` of the payload, or `cpu` of the header. `None` for the key
    /// of the loop.
    pub field: Option<&'static str>,
}

#[derive(Clone, Debug)]
pub struct Loop {
    pub positions: Vec<Position>,
    pub key: Key,
}

impl Loop {
    /// Returns the loop in the form in which a user writes it.
    pub fn text(&self) -> String {
        let position = |position: &Position| {
            let names: Vec<String> = position.names.iter().map(char::to_string).collect();
            let field = position.field.map_or(String::new(), |field| format!("@{field}"));
            let condition = position.condition.map_or(String::new(), |condition| format!(" if {}", condition.text()));
            format!("{}{field}{condition}", names.join(" | "))
        };
        let positions: Vec<String> = self.positions.iter().map(position).collect();
        format!("{} by {}", positions.join(" -> "), self.key.name())
    }

    pub fn all_fields(&self) -> bool {
        self.positions.iter().all(|position| position.field.is_some())
    }

    pub fn any_field(&self) -> bool {
        self.positions.iter().any(|position| position.field.is_some())
    }

    /// Returns the key value of an event at a position.
    pub fn value(&self, position: &Position, event: &Event) -> Value {
        let threads = matches!(self.key, Key::Tid | Key::Pid) && !self.all_fields();
        let number = |number: i64| if threads && number == 0 { Value::Idle(event.cpu) } else { Value::Number(number) };
        match position.field {
            Some("v") => number(event.v),
            Some(_) => number(event.cpu),
            None => match self.key {
                Key::Tid => number(event.tid),
                Key::Pid => number(event.pid()),
                Key::Cpu => Value::Number(event.cpu),
                // If the loop compares comms with fields, a comm that is a whole number counts as a number.
                Key::Comm if self.any_field() && event.comm() == "7" => Value::Number(7),
                Key::Comm => Value::Text(event.comm()),
                Key::All => Value::All,
            },
        }
    }
}

/// The value of a key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    Number(i64),
    /// The idle thread of the CPU with this number.
    Idle(i64),
    Text(String),
    All,
}

/// Returns the trace in the form of `perf script`. Times have six or nine decimals.
pub fn text_of(steps: &[Step], resolution: Resolution) -> String {
    let step_ns = resolution.step_ns();
    let line = |step: &Step| match step {
        Step::Event(event) => {
            let (seconds, fraction) = (event.time / 1_000_000_000, event.time % 1_000_000_000 / step_ns);
            let width = if step_ns == 1 { 9 } else { 6 };
            let Event { name, tid, cpu, .. } = event;
            let (comm, pid, payload) = (event.comm(), event.pid(), event.payload());
            format!("{comm:>16} {pid:>5}/{tid:<5} [{cpu:03}] {seconds:5}.{fraction:0width$}: s:{name}: {payload}\n")
        }
        Step::Loss { cpu } => format!("{:>16}     0/0     [{cpu:03}]     1.000000: PERF_RECORD_LOST lost 1\n", "x"),
        Step::Exit { tid } => format!("{:>16}     0/0     [000]     1.000000: PERF_RECORD_EXIT(1:{tid}):(1:1)\n", "x"),
        Step::Fork { tid } => format!("{:>16}     0/0     [000]     1.000000: PERF_RECORD_FORK(1:{tid}):(1:1)\n", "x"),
    };
    steps.iter().map(line).collect()
}
