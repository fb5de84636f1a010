//! What the build's child processes see of the environment, and the compiler flags that keep this
//! machine's paths out of a binary. Everything that is not named here is left out, so that a
//! variable set for another purpose (`RUSTFLAGS`, `CFLAGS`, `CARGO_PROFILE_…`) changes no package.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

/// Variables that are passed on by name: where programs and caches are, how the network is reached.
const PASSED: &[&str] = &[
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "TERM",
    "CARGO_HOME",
    "CARGO_BUILD_JOBS",
    "RUSTUP_HOME",
    "RUSTUP_DIST_SERVER",
    "RUSTUP_UPDATE_ROOT",
    "RUSTUP_AUTO_INSTALL",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "CURL_CA_BUNDLE",
    "REQUESTS_CA_BUNDLE",
    "NIX_SSL_CERT_FILE",
    "GIT_SSL_CAINFO",
    "SSH_AUTH_SOCK",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
    "DEVELOPER_DIR",
    "SDKROOT",
];

/// Beginnings of variables that are passed on: how cargo reaches registries.
const PASSED_PREFIXES: &[&str] = &[
    "CARGO_HTTP_",
    "CARGO_NET_",
    "CARGO_REGISTRY_",
    "CARGO_REGISTRIES_",
];

/// The part of `all` that a child process of the build is given.
pub(super) fn passed_on(
    all: impl IntoIterator<Item = (OsString, OsString)>,
) -> BTreeMap<OsString, OsString> {
    all.into_iter()
        .filter(|(name, _)| {
            name.to_str().is_some_and(|name| {
                PASSED.contains(&name)
                    || PASSED_PREFIXES
                        .iter()
                        .any(|prefix| name.starts_with(prefix))
            })
        })
        .collect()
}

/// A folder of this machine and what a binary calls it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Remap {
    pub(super) from: PathBuf,
    pub(super) to: String,
}

/// `remaps` in the order in which rustc wants them: the last one that fits wins, so a folder comes
/// after those that contain it.
pub(super) fn ordered(mut remaps: Vec<Remap>) -> Vec<Remap> {
    let key = |remap: &Remap| (remap.from.components().count(), remap.from.clone());
    remaps.sort_by_key(key);
    remaps.dedup_by(|one, other| one.from == other.from);
    remaps
}

/// The value of `CARGO_ENCODED_RUSTFLAGS` (flags between unit separators): no path of this machine
/// in panic messages. Set even when empty, it also overrules `rustflags` of every cargo
/// configuration file.
pub(super) fn rustflags(remaps: &[Remap]) -> OsString {
    let mut flags = OsString::new();
    for Remap { from, to } in remaps {
        if !flags.is_empty() {
            flags.push("\u{1f}");
        }
        flags.push("--remap-path-prefix=");
        flags.push(from);
        flags.push("=");
        flags.push(to);
    }
    flags
}

/// The value of `CFLAGS` for C code that crates bring along: its assertions name their files too.
/// Folders with spaces are left out, because the variable cannot quote them.
pub(super) fn cflags(remaps: &[Remap]) -> OsString {
    let flags = remaps.iter().filter_map(|Remap { from, to }| {
        let from = from
            .to_str()
            .filter(|path| !path.contains(char::is_whitespace))?;
        Some(format!("-ffile-prefix-map={from}={to}"))
    });
    flags.collect::<Vec<_>>().join(" ").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remap(from: &str, to: &str) -> Remap {
        Remap {
            from: PathBuf::from(from),
            to: to.to_owned(),
        }
    }

    #[test]
    fn what_would_change_the_output_stays_out() {
        let all = [
            ("PATH", "/bin"),
            ("HTTPS_PROXY", "http://proxy:1"),
            ("CARGO_HOME", "/home/me/.cargo"),
            ("CARGO_REGISTRIES_OURS_INDEX", "sparse+https://example.com/"),
            ("RUSTFLAGS", "-C target-cpu=native"),
            ("CARGO_ENCODED_RUSTFLAGS", "-g"),
            ("CARGO_PROFILE_LAMBDA_OPT_LEVEL", "0"),
            ("CARGO_TARGET_X86_64_UNKNOWN_LINUX_MUSL_RUSTFLAGS", "-g"),
            ("CARGO_TARGET_DIR", "/elsewhere"),
            ("CARGO_INCREMENTAL", "1"),
            ("CFLAGS", "-g"),
            ("RUSTC_WRAPPER", "sccache"),
            ("RUSTUP_TOOLCHAIN", "nightly"),
            ("AWS_SECRET_ACCESS_KEY", "not for a compiler"),
        ];
        let passed = passed_on(all.map(|(name, value)| (name.into(), value.into())));
        let names: Vec<&str> = passed.keys().filter_map(|name| name.to_str()).collect();
        assert_eq!(
            names,
            [
                "CARGO_HOME",
                "CARGO_REGISTRIES_OURS_INDEX",
                "HTTPS_PROXY",
                "PATH"
            ]
        );
    }

    #[test]
    fn an_inner_folder_overrules_the_outer_one() {
        let flags = rustflags(&ordered(vec![
            remap("/home/me/.cargo/registry/src/index-1", "/crates"),
            remap("/home/me", "/qdn"),
            remap("/home/me/.cargo", "/cargo"),
        ]));
        assert_eq!(
            flags.to_str(),
            Some(
                "--remap-path-prefix=/home/me=/qdn\u{1f}--remap-path-prefix=/home/me/.cargo=/cargo\u{1f}\
                 --remap-path-prefix=/home/me/.cargo/registry/src/index-1=/crates"
            )
        );
    }

    #[test]
    fn c_flags_leave_out_what_they_cannot_quote() {
        let flags = cflags(&[remap("/a b", "/x"), remap("/c", "/y")]);
        assert_eq!(flags.to_str(), Some("-ffile-prefix-map=/c=/y"));
    }
}
