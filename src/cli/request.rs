//! The loops of a run, which are chosen by the given options.

use super::error::UsageError;
use super::given::Given;
use super::values;
use crate::diagnosis::joined_loops;
use crate::key::{Key, KeySource};
use crate::pattern::{Loop, Notation, grammar};
use std::ffi::OsString;

/// The built-in loop, which comes from perf-script-postprocessor, the predecessor of this program. It is followed if
/// the user names no loop. It measures the time from the moment when a guest kicks its virtual disk until the I/O
/// thread has submitted the request.
pub const NATIVE: &str = "Native=kvm_exit -> sys_exit_ppoll -> sys_enter_io_submit -> sys_exit_io_submit";

/// A run of the filter, in the form in which the user asked for it. Its options do not contradict each other.
#[derive(Debug)]
pub struct Request {
    /// The options and operands. `given.loops` is empty, because the loops were moved to `loops`.
    pub given: Given,
    /// The loops that are followed. No two of them have the same name.
    pub loops: Vec<Loop>,
    /// The key of the loops that do not state one with `by`. A loop is followed separately for each value of its key,
    /// for example for each tid.
    pub key: Key,
    /// The conf (a `delta_processor.conf`) that may replace the built-in loop. It is `None` if the user gave a loop,
    /// `--pairs` or `--discover`, and once a conf was read.
    pub conf: Option<ConfChoice>,
    /// True if the user gave no loop and no conf. Then the loops of states among the inputs are taken in place of the
    /// built-in loop, or of those of an installed conf.
    pub takes_loops_of_states: bool,
}

/// Says from which `delta_processor.conf`, and which section of it, the loops are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfChoice {
    /// The file of `-c`. If it is `None`, `/etc/delta_processor.conf` is read, if it exists.
    pub file: Option<OsString>,
    /// The name of the section of `-t`; `None` without this option.
    pub section: Option<String>,
}

impl ConfChoice {
    /// Returns the name of the section that is read.
    pub fn section(&self) -> &str {
        self.section.as_deref().unwrap_or(values::SECTIONS[0])
    }
}

impl Request {
    /// Chooses the loops of the run and gives each one a name.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Request::follow`], and those of [`Request::check_loops`] unless a conf may bring other
    /// loops.
    pub(super) fn new(mut given: Given) -> Result<Self, UsageError> {
        let is_built_in = given.loops.is_empty() && !given.pairs && !given.discover;
        let loops = match (given.discover, is_built_in) {
            (true, _) => joined_loops(),
            (false, true) => {
                vec![grammar::parse(NATIVE, Notation::Arrows).map_err(|error| UsageError::new(error.to_string()))?]
            }
            (false, false) => std::mem::take(&mut given.loops),
        };
        // The built-in loop and the loops of a conf cross threads, so the default of their key is `all`.
        let key = given.key.unwrap_or(if is_built_in { Key::All } else { Key::Tid });
        let conf = is_built_in.then(|| ConfChoice { file: given.conf.take(), section: given.section.take() });
        let is_conf_given = |choice: &ConfChoice| choice.file.is_some() || choice.section.is_some();
        let takes_loops_of_states = match &conf {
            Some(choice) => !is_conf_given(choice),
            None => given.pairs && loops.is_empty(),
        };
        let mut request = Request { given, loops: Vec::new(), key, conf, takes_loops_of_states };
        request.follow(loops)?;
        // If a conf may still bring other loops, which may be longer, this check is made after the conf was read.
        if request.conf.is_none() {
            request.check_loops()?;
        }
        Ok(request)
    }

    /// Makes these loops the loops of the run.
    ///
    /// # Errors
    ///
    /// Returns an error if two loops have the same name, or if a loop with the key `all` has an `@field` at some of its
    /// positions only. Its other positions would have the key value `all`, and no field has this value.
    pub fn follow(&mut self, mut loops: Vec<Loop>) -> Result<(), UsageError> {
        name_loops(&mut loops)?;
        let joins_all = |spec: &&Loop| spec.key_source() == KeySource::Both && spec.key.unwrap_or(self.key) == Key::All;
        if let Some(spec) = loops.iter().find(joins_all) {
            return Err(UsageError::new(format!(
                "'{}': a field is never 'all'; give every position an @field, or choose another key",
                spec.text()
            )));
        }
        self.loops = loops;
        Ok(())
    }

    /// Checks the options that need certain loops, when the loops of the run are known.
    ///
    /// # Errors
    ///
    /// Returns an error if `-b`, `--show` or `--stack` names a position that none of the loops has, if `--fail-if`
    /// names a loop or a transition that does not exist, or if `--sched` was given and no loop is followed in each
    /// thread alone (with the key `tid` and without `@field`).
    pub fn check_loops(&self) -> Result<(), UsageError> {
        self.check_positions()?;
        self.check_names()?;
        let follows_threads =
            |spec: &Loop| spec.key.unwrap_or(self.key) == Key::Tid && spec.key_source() == KeySource::Header;
        let pairs_follow_threads = self.given.pairs && self.key == Key::Tid;
        if self.given.sched && !pairs_follow_threads && !self.loops.iter().any(follows_threads) {
            let keys = "it says what a thread does, and needs a loop by tid without @";
            return Err(UsageError::new(format!("--sched has no effect on these loops; {keys}")));
        }
        Ok(())
    }

    /// Checks the names in `--fail-if`. If the input brings loops of its own, their names are not known yet.
    ///
    /// # Errors
    ///
    /// Returns an error if a condition names a loop or a transition that does not exist.
    fn check_names(&self) -> Result<(), UsageError> {
        if self.given.pairs || self.conf.is_some() {
            return Ok(());
        }
        self.given.fail_if.iter().try_for_each(|condition| {
            let named = condition.check_names(&self.loops);
            named.map_err(|expected| UsageError::new(format!("--fail-if '{}': {expected}", condition.text())))
        })
    }

    /// Checks the positions that `-b`, `--show` and `--stack` name, when the loops of the run are known.
    ///
    /// # Errors
    ///
    /// Returns an error if one of them is a position that none of the loops has, such as position 4 in `fd@4`.
    fn check_positions(&self) -> Result<(), UsageError> {
        let given = &self.given;
        let has_pairs = given.pairs || given.discover;
        for (option, references) in [("-b", &given.by), ("--show", &given.show)] {
            if let Some((reference, longest)) = references.beyond(&self.loops, has_pairs) {
                let text = &reference.text;
                let message = format!("{option} '{text}': no loop has so many positions; the longest has {longest}");
                return Err(UsageError::new(message));
            }
        }
        let pair = if has_pairs { 2 } else { 0 };
        let longest = self.loops.iter().map(|spec| spec.positions.len()).fold(pair, usize::max);
        if let Some(stack) = given.stack.filter(|&stack| stack > longest) {
            let message = format!("--stack '{stack}': no loop has so many positions; the longest has {longest}");
            return Err(UsageError::new(message));
        }
        Ok(())
    }
}

/// Gives the loops without a name the names `loop1`, `loop2` and so on, in their order.
fn name_loops(loops: &mut [Loop]) -> Result<(), UsageError> {
    let unnamed = loops.iter_mut().filter(|spec| spec.name.is_empty());
    for (at, spec) in unnamed.enumerate() {
        spec.name = format!("loop{}", at + 1);
    }
    let mut names = std::collections::HashSet::new();
    match loops.iter().find(|spec| !names.insert(spec.name.as_str())) {
        Some(twice) => Err(UsageError::new(format!(
            "two loops are named '{0}'; give one another name: 'NAME={1}'",
            twice.name,
            twice.text()
        ))),
        None => Ok(()),
    }
}
