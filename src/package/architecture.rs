//! The two instruction sets that Lambda offers, by the names that the tools give them.

use std::fmt;

use crate::config::ArchitectureChoice;

/// An instruction set of a Lambda function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Architecture {
    /// 64-bit x86.
    X86_64,
    /// 64-bit Arm (Graviton).
    Arm64,
}

impl Architecture {
    /// Both, in the order in which people see them.
    pub const ALL: [Self; 2] = [Self::X86_64, Self::Arm64];

    /// That of the machine this program was built for. On a machine of another kind, which Lambda
    /// does not have, `x86_64`: what runs there is not for this program to know.
    pub const fn host() -> Self {
        if cfg!(target_arch = "aarch64") {
            Self::Arm64
        } else {
            Self::X86_64
        }
    }

    /// What a stack file's choice means on a machine of architecture `host`.
    pub fn chosen(choice: ArchitectureChoice, host: Self) -> Self {
        match choice {
            ArchitectureChoice::Host => host,
            ArchitectureChoice::X86_64 => Self::X86_64,
            ArchitectureChoice::Arm64 => Self::Arm64,
        }
    }

    /// Lambda's name: `x86_64` or `arm64`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64",
            Self::Arm64 => "arm64",
        }
    }

    /// The Rust target that packages are built for: Linux with musl, so that the program is static
    /// and asks nothing of the runtime's C library.
    pub const fn target(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64-unknown-linux-musl",
            Self::Arm64 => "aarch64-unknown-linux-musl",
        }
    }

    /// Rust's and Linux's name: `x86_64` or `aarch64`.
    pub const fn rust_name(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64",
            Self::Arm64 => "aarch64",
        }
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_one_of_the_two_and_a_choice_overrules_it() {
        let host = Architecture::host();
        if Architecture::ALL
            .iter()
            .any(|known| known.rust_name() == std::env::consts::ARCH)
        {
            assert_eq!(host.rust_name(), std::env::consts::ARCH);
        }
        assert_eq!(Architecture::chosen(ArchitectureChoice::Host, host), host);
        for host in Architecture::ALL {
            assert_eq!(
                Architecture::chosen(ArchitectureChoice::Arm64, host),
                Architecture::Arm64
            );
            assert_eq!(
                Architecture::chosen(ArchitectureChoice::X86_64, host),
                Architecture::X86_64
            );
            assert!(host.target().starts_with(host.rust_name()));
        }
    }
}
