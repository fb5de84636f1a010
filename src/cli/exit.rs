//! Exit codes: documented constants, chosen from an error's type.

/// Done, or nothing to do.
pub const DONE: u8 = 0;
/// Something failed.
pub const FAILURE: u8 = 1;
/// `plan` or `seed diff` with `--detailed-exitcode`: there are changes.
pub const CHANGES: u8 = 2;
/// A stack file, the secrets file, the seed file, an environment variable, a credential's account or the command line
/// is wrong, or a conflict waits for a decision; nothing was changed.
pub const CONFIGURATION: u8 = 3;
/// The plan is out of date: something moved since it was made; nothing was changed, but by the bootstrap layer, which comes
/// before the lock.
pub const STALE: u8 = 4;
/// Somebody else works on the environment, or took the lock over.
pub const LOCKED: u8 = 5;
/// The plan holds something that has to be allowed by name; nothing was changed.
pub const BLOCKED: u8 = 6;
/// A tool that this program needs (Python, Node, a Rust target) is missing.
pub const TOOL_MISSING: u8 = 7;
/// The person at the terminal said no.
pub const DECLINED: u8 = 8;
/// Stopped by Ctrl-C or SIGTERM.
pub const INTERRUPTED: u8 = 130;

/// The table, as `--help` shows it.
pub const HELP: &str = "\
Exit codes:
  0    done, or nothing to do
  1    something failed
  2    --detailed-exitcode: there are changes
  3    wrong configuration: a file, a variable, the account or the
       command line; or a conflict that waits for a decision
  4    the plan is out of date; plan again
  5    somebody else works on the environment
  6    the plan would lose data or a route; allow it by name
  7    a tool is missing (Python, Node, Rust target)
  8    not confirmed
  130  interrupted
What to do about each: docs/exit-codes.md";
