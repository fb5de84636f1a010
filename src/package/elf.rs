//! The ELF gate: what a built binary asks of the machine that runs it, and why Lambda's
//! `provided.al2023` runtime would refuse it. Nothing is run here, only read.

use std::fmt;

use object::elf::{self, FileHeader64};
use object::endian::LittleEndian;
use object::read::elf::{FileHeader, ProgramHeader, SectionHeader};

use super::Architecture;

/// The C library of `provided.al2023`.
pub const RUNTIME_GLIBC: Version = Version {
    major: 2,
    minor: 34,
};

/// A version of glibc that symbols ask for, e.g. `2.34`. A third number, as in `GLIBC_2.2.5`, does
/// not matter to the comparison and is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// First number.
    pub major: u32,
    /// Second number.
    pub minor: u32,
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.major, self.minor)
    }
}

/// How a binary finds its libraries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Linkage {
    /// It carries all of them.
    Static,
    /// The runtime's glibc loads it; it asks for this version or, with none, for any.
    Glibc(Option<Version>),
}

/// Why a binary cannot run as a Lambda function.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Another kind of file.
    #[error("expected an ELF binary for Linux, found another kind of file")]
    NotElf,
    /// A 32-bit or big-endian ELF file.
    #[error("expected a 64-bit little-endian ELF binary, found a {found} one")]
    WrongClass {
        /// `32-bit` or `big-endian`.
        found: &'static str,
    },
    /// An object file, core dump or bare shared library.
    #[error("expected an executable ELF file, found one of type {found}")]
    NotExecutable {
        /// ELF's own number for the type.
        found: u16,
    },
    /// Built for the other instruction set, or for one Lambda does not have.
    #[error("expected a binary for {expected}, found one for {found}")]
    WrongMachine {
        /// What the function is declared with.
        expected: Architecture,
        /// What the binary says.
        found: String,
    },
    /// Asks for a newer glibc than the runtime's.
    #[error(
        "the binary needs glibc {needed}, newer than the runtime's {}",
        RUNTIME_GLIBC
    )]
    NewerGlibc {
        /// Highest version that a symbol asks for.
        needed: Version,
    },
    /// Asks for a symbol version that is not a release of glibc.
    #[error(
        "the binary needs the glibc interface {name}, which the runtime's {} does not offer",
        RUNTIME_GLIBC
    )]
    ForeignGlibc {
        /// E.g. `GLIBC_PRIVATE`.
        name: String,
    },
    /// Needs a dynamic loader that the runtime does not have, e.g. musl's.
    #[error("the binary asks for the loader {loader}, which the runtime does not have")]
    ForeignLoader {
        /// Path of the loader.
        loader: String,
    },
    /// The headers contradict each other or the file ends early.
    #[error("the ELF file is damaged or cut off: {reason}")]
    Damaged {
        /// What the reader stumbled over.
        reason: String,
    },
}

impl From<object::read::Error> for Refusal {
    fn from(error: object::read::Error) -> Self {
        Self::Damaged {
            reason: error.to_string(),
        }
    }
}

/// Reads `binary` and says how it is linked, or why it cannot run on `expected`.
pub fn inspect(binary: &[u8], expected: Architecture) -> Result<Linkage, Refusal> {
    let ident = binary.get(..16).ok_or(Refusal::NotElf)?;
    match ident {
        [0x7f, b'E', b'L', b'F', 2, 1, ..] => {}
        [0x7f, b'E', b'L', b'F', 1, ..] => return Err(Refusal::WrongClass { found: "32-bit" }),
        [0x7f, b'E', b'L', b'F', 2, 2, ..] => {
            return Err(Refusal::WrongClass {
                found: "big-endian",
            });
        }
        _ => return Err(Refusal::NotElf),
    }
    let header = FileHeader64::<LittleEndian>::parse(binary)?;
    let endian = LittleEndian;
    machine(header.e_machine(endian), expected)?;
    if ![elf::ET_EXEC, elf::ET_DYN].contains(&header.e_type(endian)) {
        return Err(Refusal::NotExecutable {
            found: header.e_type(endian).0,
        });
    }
    let segments = header.program_headers(endian, binary)?;
    // The loader maps what these headers say, so a file that ends before is cut off.
    for segment in segments
        .iter()
        .filter(|segment| segment.p_type(endian) == elf::PT_LOAD)
    {
        segment
            .data(endian, binary)
            .map_err(|()| Refusal::Damaged {
                reason: "a segment ends beyond the file".to_owned(),
            })?;
    }
    if !segments
        .iter()
        .any(|segment| segment.p_type(endian) == elf::PT_LOAD)
    {
        return Err(Refusal::Damaged {
            reason: "no segment is loaded".to_owned(),
        });
    }
    let mut loader = None;
    for segment in segments {
        loader = loader.or(segment.interpreter(endian, binary)?);
    }
    match loader {
        None => Ok(Linkage::Static),
        Some(path) if path == glibc_loader(expected).as_bytes() => {
            Ok(Linkage::Glibc(highest_glibc(header, binary)?))
        }
        Some(path) => Err(Refusal::ForeignLoader {
            loader: String::from_utf8_lossy(path).into_owned(),
        }),
    }
}

fn machine(found: elf::Machine, expected: Architecture) -> Result<(), Refusal> {
    let wanted = match expected {
        Architecture::X86_64 => elf::EM_X86_64,
        Architecture::Arm64 => elf::EM_AARCH64,
    };
    if found == wanted {
        return Ok(());
    }
    let found = match found {
        elf::EM_X86_64 => Architecture::X86_64.to_string(),
        elf::EM_AARCH64 => Architecture::Arm64.to_string(),
        other => format!("ELF machine {}", other.0),
    };
    Err(Refusal::WrongMachine { expected, found })
}

/// Where glibc's dynamic loader lies in the runtime.
const fn glibc_loader(architecture: Architecture) -> &'static str {
    match architecture {
        Architecture::X86_64 => "/lib64/ld-linux-x86-64.so.2",
        Architecture::Arm64 => "/lib/ld-linux-aarch64.so.1",
    }
}

/// The highest `GLIBC_x.y` of the version table (`.gnu.version_r`).
fn highest_glibc(
    header: &FileHeader64<LittleEndian>,
    binary: &[u8],
) -> Result<Option<Version>, Refusal> {
    let endian = LittleEndian;
    let sections = header.sections(endian, binary)?;
    if sections.is_empty() {
        let reason = "a dynamic binary without section headers does not tell which glibc it needs";
        return Err(Refusal::Damaged {
            reason: reason.to_owned(),
        });
    }
    let mut highest = None;
    for section in sections.iter() {
        let Some((mut needs, strings)) = section.gnu_verneed(endian, binary)? else {
            continue;
        };
        let strings = sections.strings(endian, binary, strings)?;
        while let Some((_, mut versions)) = needs.next()? {
            while let Some(version) = versions.next()? {
                let name = version.name(endian, strings)?;
                let Some(release) = name.strip_prefix(b"GLIBC_") else {
                    continue;
                };
                let release = parse_release(release).ok_or_else(|| Refusal::ForeignGlibc {
                    name: String::from_utf8_lossy(name).into_owned(),
                })?;
                highest = highest.max(Some(release));
            }
        }
    }
    match highest {
        Some(needed) if needed > RUNTIME_GLIBC => Err(Refusal::NewerGlibc { needed }),
        _ => Ok(highest),
    }
}

/// `2.34` or `2.2.5`; `None` for names such as `PRIVATE` or `ABI_DT_RELR`.
fn parse_release(name: &[u8]) -> Option<Version> {
    let mut numbers = std::str::from_utf8(name).ok()?.split('.');
    let major = numbers.next()?.parse().ok()?;
    let minor = numbers.next()?.parse().ok()?;
    for patch in numbers {
        patch.parse::<u32>().ok()?;
    }
    Some(Version { major, minor })
}

#[cfg(test)]
#[path = "elf_tests.rs"]
mod tests;
