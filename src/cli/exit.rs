//! Exit codes: documented constants, chosen from an error's type.

/// Done, or nothing to do.
pub const DONE: u8 = 0;
/// Something failed.
pub const FAILURE: u8 = 1;
/// `plan --detailed-exitcode`: there are changes.
pub const CHANGES: u8 = 2;
/// A stack file, the secrets file, an environment variable, a credential's account or the command line is wrong;
/// nothing was changed.
pub const CONFIGURATION: u8 = 3;
/// A tool that this program needs (Python, Node, a Rust target) is missing.
pub const TOOL_MISSING: u8 = 7;
/// The person at the terminal said no.
pub const DECLINED: u8 = 8;
/// Stopped by Ctrl-C.
pub const INTERRUPTED: u8 = 130;

/// The table, as `--help` shows it.
pub const HELP: &str = "\
Exit codes:
  0    done, or nothing to do
  1    something failed
  2    plan --detailed-exitcode: there are changes
  3    configuration: stack or secrets file, variable, account or command line
  7    a tool is missing (Python, Node, Rust target)
  8    not confirmed
  130  interrupted";
