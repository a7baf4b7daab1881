//! One traced event. The dialects (each reads the text of one tracer) and the reader of perf.data create values of this
//! type, and the rest of the program reads them.

mod field_name;
mod header;
#[warn(clippy::indexing_slicing, reason = "the input can hold any bytes")]
mod number;
mod own_threads;
mod payload;
mod syntax;
#[warn(clippy::indexing_slicing, reason = "the input can hold any bytes")]
pub(crate) mod text_fields;
mod time;
mod value;

pub use field_name::FieldName;
pub use header::{Cpu, HeaderField, Pid, Tid};
pub use number::parse_number;
pub use own_threads::OwnThreads;
pub use payload::Payload;
pub use syntax::{Remedy, Syntax};
pub use time::{Nanos, Resolution};
pub use value::Value;

/// One event. Its texts are borrowed from the buffer of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event<'a> {
    /// The time at which the event happened.
    pub time: Nanos,
    /// The resolution in which the input prints times.
    pub resolution: Resolution,
    /// The thread, if the input prints it.
    pub tid: Option<Tid>,
    /// The process, if the input prints it.
    pub pid: Option<Pid>,
    /// The CPU, if the input prints it.
    pub cpu: Option<Cpu>,
    /// The machine of the event, if the text of several machines is mixed and the tracer prints the machine before each
    /// line (`trace-cmd report -i host.dat -i guest.dat`). Threads and CPUs of two machines may have the same numbers.
    pub machine: Option<&'a [u8]>,
    /// The name in the form in which the input prints it: `subsystem:name` or `name`, perhaps with a modifier
    /// (`cycles:ppp`).
    pub name: &'a [u8],
    /// The command name of the thread, without padding, if the input prints it. It is no `str`, because the kernel
    /// allows any bytes in it.
    pub comm: Option<&'a [u8]>,
    /// The text behind the name, with its syntax.
    pub payload: Payload<'a>,
}

impl<'a> Event<'a> {
    /// Returns the value of a header field, if the input prints that field.
    pub fn header_field(&self, field: HeaderField) -> Option<Value<'a>> {
        match field {
            HeaderField::Tid => self.tid.map(|tid| Value::Number(tid.into())),
            HeaderField::Pid => self.pid.map(|pid| Value::Number(pid.into())),
            HeaderField::Cpu => self.cpu.map(|cpu| Value::Number(cpu.into())),
            HeaderField::Comm => self.comm.map(Value::Text),
        }
    }
}
