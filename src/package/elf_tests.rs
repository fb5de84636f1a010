//! Binaries made by hand, byte by byte, and what the gate says of them.

use proptest::prelude::*;

use super::*;

const LOADER_X86: &str = "/lib64/ld-linux-x86-64.so.2";
const LOADER_ARM: &str = "/lib/ld-linux-aarch64.so.1";

/// A small ELF file: one loaded segment, and what the fields ask for.
#[derive(Clone)]
struct Elf<'a> {
    class: u8,
    data: u8,
    kind: u16,
    machine: u16,
    loader: Option<&'a str>,
    /// Versions that symbols ask for, all from `libc.so.6`.
    versions: &'a [&'a str],
    has_sections: bool,
}

const STATIC: Elf<'static> = Elf {
    class: 2,
    data: 1,
    kind: 2,
    machine: 62,
    loader: None,
    versions: &[],
    has_sections: true,
};

fn u16s(bytes: &mut Vec<u8>, values: &[u16]) {
    for value in values {
        bytes.extend(value.to_le_bytes());
    }
}
fn u32s(bytes: &mut Vec<u8>, values: &[u32]) {
    for value in values {
        bytes.extend(value.to_le_bytes());
    }
}
fn u64s(bytes: &mut Vec<u8>, values: &[u64]) {
    for value in values {
        bytes.extend(value.to_le_bytes());
    }
}

impl Elf<'_> {
    fn bytes(&self) -> Vec<u8> {
        const HEADER: u64 = 64;
        const SEGMENT: u64 = 56;
        let segments = 1 + u64::from(self.loader.is_some());
        let loader_at = HEADER + segments * SEGMENT;
        let loader = self
            .loader
            .map(|path| [path.as_bytes(), b"\0"].concat())
            .unwrap_or_default();

        let mut strings = b"\0libc.so.6\0".to_vec();
        let mut needs = Vec::new();
        let count = u16::try_from(self.versions.len()).expect("few");
        u16s(&mut needs, &[1, count]);
        u32s(&mut needs, &[1, 16, 0]);
        for (index, version) in self.versions.iter().enumerate() {
            let is_last = index + 1 == self.versions.len();
            u32s(&mut needs, &[0]);
            u16s(&mut needs, &[0, 2]);
            u32s(
                &mut needs,
                &[
                    u32::try_from(strings.len()).expect("short"),
                    if is_last { 0 } else { 16 },
                ],
            );
            strings.extend(version.as_bytes());
            strings.push(0);
        }
        let needs_at = loader_at + loader.len() as u64;
        let strings_at = needs_at + needs.len() as u64;
        let sections_at = strings_at + strings.len() as u64;

        let mut bytes = vec![
            0x7f, b'E', b'L', b'F', self.class, self.data, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        ];
        u16s(&mut bytes, &[self.kind, self.machine]);
        u32s(&mut bytes, &[1]);
        u64s(
            &mut bytes,
            &[0, HEADER, if self.has_sections { sections_at } else { 0 }],
        );
        u32s(&mut bytes, &[0]);
        let (sections, names) = if self.has_sections { (3, 2) } else { (0, 0) };
        u16s(
            &mut bytes,
            &[
                64,
                56,
                u16::try_from(segments).expect("few"),
                64,
                sections,
                names,
            ],
        );
        u32s(&mut bytes, &[1, 5]);
        u64s(&mut bytes, &[0, 0, 0, sections_at, sections_at, 4096]);
        if self.loader.is_some() {
            u32s(&mut bytes, &[3, 4]);
            u64s(
                &mut bytes,
                &[loader_at, 0, 0, loader.len() as u64, loader.len() as u64, 1],
            );
        }
        bytes.extend(loader);
        bytes.extend(needs);
        bytes.extend(&strings);
        if self.has_sections {
            bytes.extend([0; 64]);
            u32s(&mut bytes, &[0, 0x6fff_fffe]);
            u64s(&mut bytes, &[0, 0, needs_at, strings_at - needs_at]);
            u32s(&mut bytes, &[2, 1]);
            u64s(&mut bytes, &[4, 0]);
            u32s(&mut bytes, &[0, 3]);
            u64s(&mut bytes, &[0, 0, strings_at, strings.len() as u64]);
            u32s(&mut bytes, &[0, 0]);
            u64s(&mut bytes, &[1, 0]);
        }
        bytes
    }

    fn said(&self, expected: Architecture) -> String {
        match inspect(&self.bytes(), expected) {
            Ok(linkage) => format!("{linkage:?}"),
            Err(refusal) => refusal.to_string(),
        }
    }
}

fn dynamic<'a>(versions: &'a [&'a str]) -> Elf<'a> {
    Elf {
        kind: 3,
        loader: Some(LOADER_X86),
        versions,
        ..STATIC
    }
}

#[test]
fn a_static_binary_of_the_right_machine_passes() {
    assert_eq!(
        inspect(&STATIC.bytes(), Architecture::X86_64),
        Ok(Linkage::Static)
    );
    let arm = Elf {
        machine: 183,
        kind: 3,
        ..STATIC
    };
    assert_eq!(
        inspect(&arm.bytes(), Architecture::Arm64),
        Ok(Linkage::Static)
    );
}

#[test]
fn the_wrong_machine_is_named_both_ways() {
    insta::assert_snapshot!(STATIC.said(Architecture::Arm64), @"expected a binary for arm64, found one for x86_64");
    insta::assert_snapshot!(Elf { machine: 183, ..STATIC }.said(Architecture::X86_64), @"expected a binary for x86_64, found one for arm64");
    insta::assert_snapshot!(Elf { machine: 243, ..STATIC }.said(Architecture::X86_64), @"expected a binary for x86_64, found one for ELF machine 243");
}

#[test]
fn the_highest_glibc_decides() {
    let glibc = |major, minor| Linkage::Glibc(Some(Version { major, minor }));
    let accepted = [
        (&["GLIBC_2.34", "GLIBC_2.2.5"][..], glibc(2, 34)),
        (&["GLIBC_2.2.5", "GCC_3.0"][..], glibc(2, 2)),
        (&["GLIBC_2.9"][..], glibc(2, 9)),
    ];
    for (versions, linkage) in accepted {
        assert_eq!(
            inspect(&dynamic(versions).bytes(), Architecture::X86_64),
            Ok(linkage),
            "{versions:?}"
        );
    }
    insta::assert_snapshot!(dynamic(&["GLIBC_2.2.5", "GLIBC_2.38", "GLIBC_2.4"]).said(Architecture::X86_64), @"the binary needs glibc 2.38, newer than the runtime's 2.34");
    insta::assert_snapshot!(dynamic(&["GLIBC_3.0"]).said(Architecture::X86_64), @"the binary needs glibc 3.0, newer than the runtime's 2.34");
    insta::assert_snapshot!(dynamic(&["GLIBC_ABI_DT_RELR"]).said(Architecture::X86_64), @"the binary needs the glibc interface GLIBC_ABI_DT_RELR, which the runtime's 2.34 does not offer");
}

#[test]
fn other_loaders_and_other_files_are_refused() {
    let musl = Elf {
        loader: Some("/lib/ld-musl-x86_64.so.1"),
        ..STATIC
    };
    insta::assert_snapshot!(musl.said(Architecture::X86_64), @"the binary asks for the loader /lib/ld-musl-x86_64.so.1, which the runtime does not have");
    let of_arm = Elf {
        loader: Some(LOADER_ARM),
        ..STATIC
    };
    insta::assert_snapshot!(of_arm.said(Architecture::X86_64), @"the binary asks for the loader /lib/ld-linux-aarch64.so.1, which the runtime does not have");
    insta::assert_snapshot!(Elf { class: 1, ..STATIC }.said(Architecture::X86_64), @"expected a 64-bit little-endian ELF binary, found a 32-bit one");
    insta::assert_snapshot!(Elf { data: 2, class: 2, ..STATIC }.said(Architecture::X86_64), @"expected a 64-bit little-endian ELF binary, found a big-endian one");
    insta::assert_snapshot!(Elf { kind: 1, ..STATIC }.said(Architecture::X86_64), @"expected an executable ELF file, found one of type 1");
    let bare = Elf {
        has_sections: false,
        ..dynamic(&["GLIBC_2.34"])
    };
    insta::assert_snapshot!(bare.said(Architecture::X86_64), @"the ELF file is damaged or cut off: a dynamic binary without section headers does not tell which glibc it needs");
    for other in [&b""[..], b"MZ", b"#!/bin/sh\nexit 0\n", b"\x7fELF"] {
        assert_eq!(inspect(other, Architecture::X86_64), Err(Refusal::NotElf));
    }
}

#[test]
fn this_very_program_is_understood() {
    let program = std::fs::read("/proc/self/exe").expect("this test");
    match inspect(&program, Architecture::host()) {
        Ok(Linkage::Static | Linkage::Glibc(Some(_))) | Err(Refusal::NewerGlibc { .. }) => {}
        other => panic!("{other:?}"),
    }
}

proptest! {
    #[test]
    fn a_binary_that_is_cut_off_is_refused(keep in 0_usize..100) {
        let whole = dynamic(&["GLIBC_2.34", "GLIBC_2.2.5"]).bytes();
        let cut = &whole[..whole.len() * keep / 100];
        prop_assert!(inspect(cut, Architecture::X86_64).is_err());
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = inspect(&bytes, Architecture::X86_64);
        let mut bytes = bytes;
        let magic = [0x7f, b'E', b'L', b'F', 2, 1, 1];
        bytes.splice(..magic.len().min(bytes.len()), magic);
        let _ = inspect(&bytes, Architecture::Arm64);
    }

    #[test]
    fn a_damaged_binary_never_panics(
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut bytes = dynamic(&["GLIBC_2.34", "GLIBC_2.2.5"]).bytes();
        for (index, value) in changes {
            let index = index.index(bytes.len());
            bytes[index] = value;
        }
        let _ = inspect(&bytes, Architecture::X86_64);
    }
}
