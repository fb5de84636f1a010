//! Stack files: whatever is read, a mistake is told with its line, and a byte order mark is no difference.
#![no_main]

use libfuzzer_sys::fuzz_target;
use qdn_infra::config::StackFile;

const MARK: &[u8] = "\u{feff}".as_bytes();

fuzz_target!(|bytes: &[u8]| {
    let read = StackFile::parse(bytes, "stack.yaml");
    if !bytes.starts_with(MARK) {
        assert_eq!(
            StackFile::parse(&[MARK, bytes].concat(), "stack.yaml"),
            read
        );
    }
    if let Err(mistake) = read {
        let lines = bytes.split(|byte| *byte == b'\n').count();
        let (line, column) = (mistake.line, mistake.column);
        assert!((1..=lines).contains(&line), "line {line} of {lines}");
        assert!(column >= 1);
        let place = format!("stack.yaml:{line}:{column}: ");
        assert!(mistake.to_string().starts_with(&place), "{mistake}");
    }
});
