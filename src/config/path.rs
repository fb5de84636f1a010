//! The path of a key in a stack file, e.g. `functions.api.memory_mb` or `api.allowed_origins[1]`.

use std::fmt;

/// One step from a value to a value inside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Key(String),
    Index(usize),
}

/// The steps from the top of the file to a value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct KeyPath(Vec<Step>);

impl KeyPath {
    /// The path of plain keys, written with dots; `tags` and others with free keys go on by
    /// [`KeyPath::key`].
    pub(super) fn of(dotted: &str) -> Self {
        Self(
            dotted
                .split('.')
                .map(|key| Step::Key(key.to_owned()))
                .collect(),
        )
    }

    pub(super) fn key(mut self, key: &str) -> Self {
        self.0.push(Step::Key(key.to_owned()));
        self
    }

    pub(super) fn index(mut self, index: usize) -> Self {
        self.0.push(Step::Index(index));
        self
    }

    pub(super) fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Every path from this one up to the top of the file, which is empty.
    pub(super) fn and_parents(&self) -> impl Iterator<Item = Self> + '_ {
        (0..=self.0.len())
            .rev()
            .map(|length| Self(self.0.iter().take(length).cloned().collect()))
    }

    pub(super) fn ends_with_key(&self, key: &str) -> bool {
        matches!(self.0.last(), Some(Step::Key(last)) if last == key)
    }

    /// The path as the YAML parser writes it in front of its messages.
    pub(super) fn unquoted(&self) -> String {
        let steps = self
            .0
            .iter()
            .enumerate()
            .map(|(position, step)| match step {
                Step::Index(index) => format!("[{index}]"),
                Step::Key(key) if position == 0 => key.clone(),
                Step::Key(key) => format!(".{key}"),
            });
        steps.collect()
    }

    pub(super) fn is_top(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<&serde_path_to_error::Path> for KeyPath {
    fn from(path: &serde_path_to_error::Path) -> Self {
        use serde_path_to_error::Segment;
        Self(
            path.iter()
                .filter_map(|segment| match segment {
                    Segment::Map { key } => Some(Step::Key(key.clone())),
                    Segment::Enum { variant } => Some(Step::Key(variant.clone())),
                    Segment::Seq { index } => Some(Step::Index(*index)),
                    Segment::Unknown => None,
                })
                .collect(),
        )
    }
}

impl fmt::Display for KeyPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(index) => write!(formatter, "[{index}]")?,
                Step::Key(key) => {
                    let dot = if position == 0 { "" } else { "." };
                    let is_plain = !key.is_empty()
                        && key
                            .bytes()
                            .all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
                    if is_plain {
                        write!(formatter, "{dot}{key}")?;
                    } else {
                        write!(formatter, "{dot}{key:?}")?;
                    }
                }
            }
        }
        Ok(())
    }
}
