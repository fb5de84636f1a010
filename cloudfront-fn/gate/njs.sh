#!/bin/sh
# Prints the path of an njs 0.8, the engine closest to CloudFront's, and fetches it first where there is none.
#
#   njs.sh [FOLDER]     FOLDER: where it is kept, by default ~/.cache/qdn-infra/tools/njs-<version>
#   QDN_NJS=PATH        an njs of your own, used instead
#
# It is Debian's own package, with the C library that it was built for, unpacked into that folder: nothing is
# installed, no file of the system is touched, and any Debian or relative of it will do, with Debian's keys
# (debian-archive-keyring). apt checks every signature.
set -eu

version=0.8.9
suite=trixie
packages="libc6 libpcre2-8-0 libedit2 libtinfo6 libbsd0 libmd0 libssl3t64 libzstd1 zlib1g"

fail() {
  printf 'error: %s\nhint: %s\n' "$1" "$2" >&2
  exit 7
}
own="set QDN_NJS to the path of an njs 0.8"

is_right() {
  case $("$1" -v 2>/dev/null) in 0.8.*) true ;; *) false ;; esac
}

if [ -n "${QDN_NJS:-}" ]; then
  is_right "$QDN_NJS" || fail "QDN_NJS ($QDN_NJS) is no njs 0.8" "$own, or unset it"
  printf '%s\n' "$QDN_NJS"
  exit
fi

folder=${1:-${QDN_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/qdn-infra/tools}/njs-$version}
if [ -x "$folder/njs" ]; then
  printf '%s\n' "$folder/njs"
  exit
fi

for tool in apt-get dpkg; do
  command -v "$tool" >/dev/null || fail "$tool is not on PATH, and njs $version comes as a Debian package" "$own"
done
# The mirror is the one that a Debian uses itself; relatives of Debian, such as Ubuntu, have none of it.
system=$(. /etc/os-release 2>/dev/null && printf '%s %s' "${ID:-}" "${VERSION_CODENAME:-}")
case $system in
  debian\ *)
    mirror=$(apt-get update --print-uris 2>/dev/null |
      sed -n "s#^'\(.*\)/dists/${system#debian }/InRelease'.*#\1#p" | head -n 1)
    [ -n "$mirror" ] || fail "apt names no mirror of Debian" "mend its sources, or $own"
    ;;
  *) mirror=https://deb.debian.org/debian ;;
esac
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[ -e "$keyring" ] || fail "$keyring is not there" "install debian-archive-keyring, or $own"

mkdir -p "$(dirname "$folder")"
work=$(mktemp -d "$folder.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
# Readable, so that apt can drop its privileges where it has any.
chmod 755 "$work"
mkdir -p "$work/apt/sources" "$work/apt/lists/partial" "$work/apt/cache/archives/partial" "$work/tree"
cat >"$work/apt/sources/debian.sources" <<SOURCE
Types: deb
URIs: $mirror
Suites: $suite
Components: main
Signed-By: $keyring
SOURCE
cat >"$work/apt/apt.conf" <<SETTINGS
Dir::Etc::SourceList "/dev/null";
Dir::Etc::SourceParts "$work/apt/sources";
Dir::State::Lists "$work/apt/lists";
Dir::State::status "/dev/null";
Dir::Cache "$work/apt/cache";
Acquire::Languages "none";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
Acquire::Retries "3";
APT::Sandbox::User "$(id -un)";
SETTINGS
export APT_CONFIG="$work/apt/apt.conf"
(
  cd "$work/apt/cache"
  apt-get --quiet=2 update
  # shellcheck disable=SC2086
  apt-get --quiet=2 download "njs=$version-*" $packages
) >&2 || fail "apt cannot fetch njs $version from Debian's $suite" "see what apt says above, or $own"
for package in "$work"/apt/cache/*.deb; do
  dpkg -x "$package" "$work/tree"
done
rm -rf "$work/apt"

cat >"$work/njs" <<'WRAPPER'
#!/bin/sh
tree=${0%/*}/tree
set -- "$tree/usr/bin/njs" "$@"
for library in "$tree"/usr/lib/*-linux-gnu*; do
  for loader in "$library"/ld-linux-*.so.*; do
    exec "$loader" --library-path "$library" "$@"
  done
done
WRAPPER
chmod 755 "$work/njs"
is_right "$work/njs" || fail "the fetched njs does not run" "$own"
# Whoever was quicker wins: both fetched the same.
mv -T "$work" "$folder" 2>/dev/null || true
is_right "$folder/njs" || fail "$folder holds no njs $version" "remove that folder"
printf '%s\n' "$folder/njs"
