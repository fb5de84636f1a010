//! The commit of a checkout, and the files that change when it becomes another. Part of the build script; tests take it
//! in as well.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Digits of a commit's name that are shown: always so many, however many a repository would need.
const DIGITS: usize = 12;

/// What stands for a commit where there is none: an unpacked archive, or no git.
const UNKNOWN: &str = "unknown";

/// A commit, and how to notice that it is not the one any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The first twelve digits of the commit's name, or `unknown`.
    pub revision: String,
    /// Files that exist and of which one changes whenever HEAD becomes another commit; none outside git.
    pub moves_with: Vec<PathBuf>,
}

/// The commit of the checkout whose top folder is `root`. A repository that merely lies around the folder is not the
/// checkout's. What was changed and not committed does not show.
pub fn of(root: &Path) -> Found {
    in_git(root).unwrap_or_else(|| Found {
        revision: UNKNOWN.to_owned(),
        moves_with: Vec::new(),
    })
}

fn in_git(root: &Path) -> Option<Found> {
    let top = git(root, &["rev-parse", "--show-toplevel"])?;
    if Path::new(&top).canonicalize().ok()? != root.canonicalize().ok()? {
        return None;
    }
    let mut revision = git(root, &["rev-parse", "HEAD"])?;
    revision.truncate(DIGITS);
    // A folder of git's own when this is a second worktree, so git is asked for each path.
    let place = |name: &str| Some(root.join(git(root, &["rev-parse", "--git-path", name])?));
    let mut moves_with = vec![place("HEAD")?];
    if let Some(branch) = git(root, &["symbolic-ref", "--quiet", "HEAD"]) {
        let own = place(&branch)?;
        if own.is_file() {
            moves_with.push(own);
        } else {
            // The branch is packed with others, and gets a file at its next commit: that one is noticed by the log of
            // HEAD or, where none is kept, by the folder that the file will lie in.
            moves_with.push(place("packed-refs")?);
            let log = place("logs/HEAD")?;
            let folder = own.ancestors().skip(1).find(|folder| folder.is_dir());
            moves_with.push(if log.is_file() {
                log
            } else {
                folder?.to_owned()
            });
        }
    }
    // Cargo takes a file that is not there for one that changed.
    moves_with.retain(|file| file.exists());
    Some(Found {
        revision,
        moves_with,
    })
}

/// What git answers, without the line's end; none when it fails or is not there.
fn git(root: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(arguments)
        // A hook of git's has them, and they may mean another repository.
        .env_remove("GIT_DIR")
        .env_remove("GIT_WORK_TREE")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    Some(text.trim_end_matches('\n').to_owned())
}
