//! Makes text fit a line: cut in the middle, wrapped, or shown around a difference; and never able
//! to steer a terminal. Columns are those of a terminal, where some characters take two and some none.

use unicode_width::UnicodeWidthChar;

/// What stands for text that was left out.
const GAP: char = '…';

/// How many characters are kept on each side of a difference that is itself too long.
const CONTEXT: usize = 16;

/// Columns of a text, at most: signs that a terminal joins into one count each.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(width_of).sum()
}

fn width_of(c: char) -> usize {
    match c {
        // Makes the sign before it two columns wide.
        '\u{fe0f}' => 1,
        c => c.width().unwrap_or(0),
    }
}

/// The text, and spaces up to this many columns.
pub(super) fn pad(text: &str, width: usize) -> String {
    let missing = width.saturating_sub(columns(text));
    format!("{text}{:missing$}", "")
}

/// How many of these characters fit into so many columns.
fn fitting<'a>(chars: impl Iterator<Item = &'a char>, width: usize) -> usize {
    let mut left = width;
    chars
        .take_while(|c| {
            let fits = width_of(**c) <= left;
            left -= if fits { width_of(**c) } else { 0 };
            fits
        })
        .count()
}

/// The text with everything that a terminal would act upon spelled out: control characters as
/// `\u{1b}`, marks that turn the writing direction likewise, a tab as two spaces. What comes from
/// the cloud may hold anything.
pub(super) fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' => shown.push_str("  "),
            c if c.is_control() || is_invisible(c) => shown.extend(c.escape_unicode()),
            c => shown.push(c),
        }
    }
    shown
}

/// Zero-width characters and marks that change the writing direction.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
    )
}

/// The text in at most `width` columns: beginning and end, and `…` for the middle.
pub(super) fn shorten(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let kept = width.saturating_sub(1);
    let chars: Vec<char> = text.chars().collect();
    let tail = fitting(chars.iter().rev(), kept / 2);
    let head = fitting(chars.iter(), kept - kept / 2);
    let (head, tail) = (&chars[..head], &chars[chars.len() - tail..]);
    head.iter().chain([&GAP]).chain(tail).collect()
}

/// Two texts, each in at most `width` columns, cut so that where they differ is seen.
pub(super) fn around_difference(before: &str, after: &str, width: usize) -> (String, String) {
    if columns(before) <= width && columns(after) <= width {
        return (before.to_owned(), after.to_owned());
    }
    let (before, after): (Vec<char>, Vec<char>) =
        (before.chars().collect(), after.chars().collect());
    let same = |pairs: &mut dyn Iterator<Item = (&char, &char)>| {
        pairs.take_while(|(left, right)| left == right).count()
    };
    let start = same(&mut before.iter().zip(&after));
    let end = same(
        &mut before[start..]
            .iter()
            .rev()
            .zip(after[start..].iter().rev()),
    );
    // What the difference itself leaves of the line is shared by both sides, but for the two signs
    // of a gap.
    let middle = |text: &[char]| -> usize {
        let middle = &text[start..text.len() - end];
        middle.iter().map(|c| width_of(*c)).sum()
    };
    let longest = middle(&before).max(middle(&after));
    let context = (width.saturating_sub(longest + 2) / 2).max(CONTEXT.min(width / 4));
    let cut = |text: &[char]| {
        let from = start - fitting(text[..start].iter().rev(), context);
        let to = text.len() - end;
        let to = to + fitting(text[to..].iter(), context);
        let middle: String = text[from..to].iter().collect();
        let head = if from > 0 {
            GAP.to_string()
        } else {
            String::new()
        };
        let tail = if to < text.len() {
            GAP.to_string()
        } else {
            String::new()
        };
        shorten(&format!("{head}{middle}{tail}"), width)
    };
    (cut(&before), cut(&after))
}

/// The text as lines of at most `width` columns, broken at spaces. What stands between backquotes
/// is a command or a name to be copied and stays whole, as does a word longer than a line.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in words(text) {
        if !line.is_empty() && columns(&line) + 1 + columns(&word) > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&word);
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// Words, where a stretch between backquotes belongs to one word.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut open = false;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match words.last_mut() {
            Some(last) if open => {
                last.push(' ');
                last.push_str(word);
            }
            _ => words.push(word.to_owned()),
        }
        open ^= word.matches('`').count() % 2 == 1;
    }
    words
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_middle_is_left_out() {
        assert_eq!(shorten("abcdefghij", 10), "abcdefghij");
        assert_eq!(shorten("abcdefghij", 7), "abc…hij");
        assert_eq!(shorten("abcdefghij", 6), "abc…ij");
        assert_eq!(shorten("äöüßäöüß", 5), "äö…üß");
        assert_eq!(shorten("abc", 1), "…");
        assert_eq!(shorten("廃棄物の運搬", 7), "廃…搬");
        assert_eq!(pad("廃棄", 6), "廃棄  ");
    }

    #[test]
    fn nothing_steers_the_terminal() {
        assert_eq!(
            printable("a\u{1b}[31mb\r\n\u{7}"),
            "a\\u{1b}[31mb\\u{d}\\u{a}\\u{7}"
        );
        assert_eq!(printable("a\tb ± …"), "a  b ± …");
        assert_eq!(printable("a\u{202e}b\u{200b}"), "a\\u{202e}b\\u{200b}");
    }

    #[test]
    fn a_difference_in_the_middle_of_long_texts_is_seen() {
        let (same, tail) = ("x".repeat(100), "y".repeat(100));
        let (before, after) =
            around_difference(&format!("{same}one{tail}"), &format!("{same}two{tail}"), 61);
        assert_eq!(before, format!("…{}one{}…", "x".repeat(28), "y".repeat(28)));
        assert_eq!(after, format!("…{}two{}…", "x".repeat(28), "y".repeat(28)));
    }

    #[test]
    fn lines_break_at_spaces_but_not_in_commands() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(
            wrap("run `a b c d e` now", 8),
            ["run", "`a b c d e`", "now"]
        );
        assert_eq!(wrap("", 8), [""]);
    }

    proptest! {
        #[test]
        fn what_is_cut_fits_and_still_differs(
            before in "[ab]{0,120}|[ab廃棄é]{0,90}",
            after in "[ab]{0,120}|[ab廃棄é]{0,90}",
            width in 12_usize..90,
        ) {
            prop_assert!(columns(&shorten(&before, width)) <= width);
            let (left, right) = around_difference(&before, &after, width);
            prop_assert!(columns(&left) <= width && columns(&right) <= width);
            // Differences longer than a line may share both ends of what is shown; shorter ones are
            // always seen.
            let differing = columns(&before).max(columns(&after));
            prop_assert!(before == after || left != right || differing > width);
        }

        #[test]
        fn wrapping_keeps_every_word(text in "[a-c` ]{0,80}", width in 5_usize..40) {
            let joined = wrap(&text, width).join(" ");
            prop_assert_eq!(words(&joined).join(" "), words(&text).join(" "));
        }
    }
}
