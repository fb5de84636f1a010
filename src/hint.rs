//! The one trait of errors a user can fix, and hints for one environment. Rendering lives in `render`.

/// An error that may know the command, flag or key that fixes it.
pub trait Hint {
    /// The fix, as a sentence fragment that names the exact command, flag, key or file. None only where nobody at the
    /// terminal can fix it; tests/it/hints.rs lists those, each with its reason.
    fn hint(&self) -> Option<String>;
}

/// The environment that every command works on when nobody names one.
const DEFAULT: &str = "local";

/// A text whose commands, between backquotes, name the environment that it is about: whoever copies one must not end up in
/// another.
pub fn in_environment(text: &str, environment: &str) -> String {
    if environment == DEFAULT {
        return text.to_owned();
    }
    let mut named = false;
    let parts = text.split('`').enumerate().map(|(index, part)| {
        let is_command = index % 2 == 1 && part.starts_with("qdn-infra ");
        let is_complete = part.contains("--env") || part.starts_with("qdn-infra local");
        if is_command && !is_complete {
            named = true;
            format!("{part} --env {environment}")
        } else {
            part.to_owned()
        }
    });
    let text = parts.collect::<Vec<_>>().join("`");
    if named {
        text.replace(" with the same `--env`", "")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_name_the_environment_that_they_are_about() {
        let hint = "`qdn-infra apply --revert-drift` puts it back; `qdn-infra drift` with the same `--env` shows it, and `--prune 3`";
        assert_eq!(
            in_environment(hint, "staging"),
            "`qdn-infra apply --revert-drift --env staging` puts it back; `qdn-infra drift --env staging` shows it, and `--prune 3`"
        );
        assert_eq!(in_environment(hint, "local"), hint);
        for hint in [
            "see `qdn-infra local status`",
            "`qdn-infra plan --env prod`",
            "plan again",
            "one of: `a",
        ] {
            assert_eq!(in_environment(hint, "staging"), hint);
        }
    }
}
