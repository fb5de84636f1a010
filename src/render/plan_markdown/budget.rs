//! How much of a document fits.

use super::section::Section;
use super::size;

/// How much of a section is shown, from its beginning.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Kept {
    /// Lines.
    pub(super) lines: usize,
    /// Steps that are told in detail.
    pub(super) details: usize,
}

/// How much of each section fits into so many characters. What matters most comes first: the lines of every section in
/// order, then the details in order. What does not fit ends it, and everything that matters less is left out with it.
pub(super) fn kept(sections: &[Section], room: usize) -> Vec<Kept> {
    let mut kept = vec![Kept::default(); sections.len()];
    let mut left = room;
    let mut take = |cost: usize| {
        let fits = cost <= left;
        left -= if fits { cost } else { left };
        fits
    };
    'all: {
        for (section, kept) in sections.iter().zip(&mut kept) {
            for line in &section.lines {
                let first = if kept.lines == 0 { section.frame() } else { 0 };
                if !take(first + size(line) + 1) {
                    break 'all;
                }
                kept.lines += 1;
            }
        }
        for (section, kept) in sections.iter().zip(&mut kept) {
            for detail in &section.details {
                let first = if kept.details == 0 {
                    section.details_frame()
                } else {
                    0
                };
                let lines = detail.iter().map(|line| size(line) + 1).sum::<usize>();
                if !take(first + lines) {
                    break 'all;
                }
                kept.details += 1;
            }
        }
    }
    kept
}
