//! The values of a closed loop that `--show` names.

/// The values of one closed loop that `--show` names, in the order of `--show`. A value is a text. The loop may lack a
/// value.
#[derive(Clone, Debug, Default)]
pub struct ShownFields {
    text: Vec<u8>,
    /// The end of each value in `text`, and whether the loop has the value.
    ends: Vec<(usize, bool)>,
}

impl ShownFields {
    /// Removes all values. The memory is kept for the values of the next loop.
    pub fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    /// Adds a value. `append` appends the text of the value, and returns whether the loop has the value. This function
    /// returns the same.
    pub fn push(&mut self, append: impl FnOnce(&mut Vec<u8>) -> bool) -> bool {
        let is_there = append(&mut self.text);
        self.ends.push((self.text.len(), is_there));
        is_there
    }

    /// Returns the texts; `None` stands for a value that the loop lacks.
    pub fn iter(&self) -> impl Iterator<Item = Option<&[u8]>> {
        let mut start = 0;
        self.ends.iter().map(move |&(end, is_there)| {
            let text = self.text.get(start..end);
            start = end;
            text.filter(|_| is_there)
        })
    }
}
