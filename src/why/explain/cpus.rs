//! What each CPU does: which thread has it, and whether an interrupt runs.

use super::names::CommId;
use crate::key::KeyValue;
use foldhash::fast::RandomState;
use std::collections::{HashMap, VecDeque};

/// The largest number of CPUs that are followed.
const CPUS_MAX: usize = 4096;
/// The largest number of switches of one CPU that are remembered.
const SWITCHES_MAX: usize = 1024;
/// The largest number of interrupts that are noted as running on one CPU, each inside the one before.
const DEPTH_MAX: usize = 8;

/// The threads that have had one CPU, and the interrupts that run on it now.
#[derive(Default)]
struct Cpu {
    /// The time of each switch in nanoseconds, and the comm of the thread that got the CPU.
    switches: VecDeque<(u64, CommId)>,
    /// The interrupts that run now; the last one has interrupted the others.
    interrupts: Vec<u8>,
}

/// All CPUs of a recording.
#[derive(Default)]
pub struct Cpus {
    cpus: HashMap<KeyValue, Cpu, RandomState>,
}

impl Cpus {
    fn cpu(&mut self, key: KeyValue) -> Option<&mut Cpu> {
        if self.cpus.len() >= CPUS_MAX && !self.cpus.contains_key(&key) {
            return None;
        }
        Some(self.cpus.entry(key).or_default())
    }

    /// Notes that a thread got a CPU at a time in nanoseconds. `prev` is the comm of the thread that had it before.
    pub fn switch(&mut self, key: KeyValue, time: u64, prev: CommId, next: CommId) {
        let Some(cpu) = self.cpu(key) else { return };
        // The kernel does not switch threads inside an interrupt. So if an interrupt still seems to run here, its exit
        // was not recorded.
        cpu.interrupts.clear();
        if cpu.switches.is_empty() {
            // The thread that leaves at the first switch is taken to have had the CPU from the beginning.
            cpu.switches.push_back((0, prev));
        }
        if cpu.switches.len() == SWITCHES_MAX {
            cpu.switches.pop_front();
        }
        cpu.switches.push_back((time, next));
    }

    /// Calls `add` with the comm of each thread that had a CPU between two times in nanoseconds, and for how long in
    /// nanoseconds. The thread that had it last comes first.
    pub fn runs(&self, key: KeyValue, from: u64, to: u64, mut add: impl FnMut(CommId, u64)) {
        let Some(cpu) = self.cpus.get(&key) else { return };
        let mut end = to;
        for &(time, comm) in cpu.switches.iter().rev() {
            let begin = time.max(from);
            if begin < end {
                add(comm, end - begin);
                end = begin;
            }
            if time <= from {
                break;
            }
        }
    }

    /// Notes that an interrupt begins on a CPU.
    pub fn enter(&mut self, key: KeyValue, interrupt: u8) {
        if let Some(cpu) = self.cpu(key).filter(|cpu| cpu.interrupts.len() < DEPTH_MAX) {
            cpu.interrupts.push(interrupt);
        }
    }

    /// Notes that an interrupt ends on a CPU. The interrupts that have interrupted it must have ended before, so they
    /// are forgotten with it even if their exits were not recorded.
    pub fn leave(&mut self, key: KeyValue, interrupt: u8) {
        let Some(cpu) = self.cpu(key) else { return };
        if let Some(at) = cpu.interrupts.iter().rposition(|running| *running == interrupt) {
            cpu.interrupts.truncate(at);
        }
    }

    /// Returns whether an interrupt runs on a CPU.
    pub fn is_interrupted(&self, key: KeyValue) -> bool {
        self.cpus.get(&key).is_some_and(|cpu| !cpu.interrupts.is_empty())
    }

    /// Forgets all CPUs, because the recording has ended.
    pub fn clear(&mut self) {
        self.cpus.clear();
    }
}
