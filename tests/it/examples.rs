//! The example that a command's help begins with.

/// Its words, the program's name first; none when the help begins otherwise. No example needs quotes.
pub fn of(help: &str) -> Option<Vec<String>> {
    let line = help.strip_prefix("Example:\n  ")?.lines().next()?;
    Some(line.split(' ').map(str::to_owned).collect())
}
