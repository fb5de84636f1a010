//! Which headers a page file is served with, by its name alone. Reading files lives in `files`.

/// `Cache-Control` of files whose name carries a hash of their content: kept for a year, never
/// asked for again.
pub const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// `Cache-Control` of every other file: kept, and asked for again each time.
pub const REVALIDATE: &str = "public, max-age=0, must-revalidate";

/// What `mime_guess` gets wrong, and what a page depends on so much that another version of that
/// crate must not change it unnoticed. Extensions in lower case.
const CONTENT_TYPES: &[(&str, &str)] = &[
    ("css", "text/css"),
    ("html", "text/html"),
    ("ico", "image/x-icon"),
    ("js", "text/javascript"),
    ("json", "application/json"),
    ("map", "application/json"),
    ("mjs", "text/javascript"),
    ("svg", "image/svg+xml"),
    ("webmanifest", "application/manifest+json"),
    ("woff2", "font/woff2"),
];

/// `Content-Type` of a file: by its extension, `; charset=utf-8` for `text/*`, and
/// `application/octet-stream` for what nobody knows.
pub fn content_type(name: &str) -> String {
    let extension = name
        .rsplit_once('.')
        .map_or("", |(_, extension)| extension)
        .to_ascii_lowercase();
    let known = CONTENT_TYPES
        .iter()
        .find(|(known, _)| *known == extension)
        .map(|(_, found)| *found);
    let essence = known
        .or_else(|| mime_guess::from_ext(&extension).first_raw())
        .unwrap_or("application/octet-stream");
    if essence.starts_with("text/") {
        format!("{essence}; charset=utf-8")
    } else {
        essence.to_owned()
    }
}

/// `Cache-Control` of a file. HTML is never immutable: it is what names the immutable files.
pub fn cache_control(name: &str) -> &'static str {
    if is_hashed(name) && !content_type(name).starts_with("text/html") {
        IMMUTABLE
    } else {
        REVALIDATE
    }
}

/// Whether a file name (or key) has the form `name.<hash>.ext`, where the part between its last two
/// dots is
/// - 8 to 64 lower-case hex digits, at least one of them a letter and one a digit, or
/// - 8 to 64 characters of url-safe base64 with a digit, a lower-case and an upper-case letter
///   among them.
///
/// The rule is strict on purpose. A missed hash costs one request that answers 304; a word taken
/// for a hash (`jquery.bootstrap.js`, `prices.20260101.json`) would keep an old file in browsers
/// for a year.
pub fn is_hashed(name: &str) -> bool {
    let name = name.rsplit('/').next().unwrap_or(name);
    let mut parts = name.rsplit('.');
    let (Some(_extension), Some(hash), Some(_name)) = (parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    if !(8..=64).contains(&hash.len()) {
        return false;
    }
    let has = |test: fn(&u8) -> bool| hash.as_bytes().iter().any(test);
    let only = |test: fn(&u8) -> bool| hash.as_bytes().iter().all(test);
    let (digit, lower) = (has(u8::is_ascii_digit), has(u8::is_ascii_lowercase));
    let hex = only(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let base64 = only(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    digit && lower && (hex || (base64 && has(u8::is_ascii_uppercase)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_types_of_what_a_page_is_made_of() {
        for (name, expected) in [
            ("index.html", "text/html; charset=utf-8"),
            ("INDEX.HTML", "text/html; charset=utf-8"),
            ("track.css", "text/css; charset=utf-8"),
            ("track.js", "text/javascript; charset=utf-8"),
            ("track.mjs", "text/javascript; charset=utf-8"),
            ("track.js.map", "application/json"),
            ("app.webmanifest", "application/manifest+json"),
            ("logo.svg", "image/svg+xml"),
            ("logo.png", "image/png"),
            ("photo.jpg", "image/jpeg"),
            ("photo.avif", "image/avif"),
            ("photo.webp", "image/webp"),
            ("favicon.ico", "image/x-icon"),
            ("text.woff2", "font/woff2"),
            ("data.json", "application/json"),
            ("robots.txt", "text/plain; charset=utf-8"),
            ("clip.mp4", "video/mp4"),
            ("terms.pdf", "application/pdf"),
            ("LICENSE", "application/octet-stream"),
            ("thing.unheardof", "application/octet-stream"),
        ] {
            assert_eq!(content_type(name), expected, "{name}");
        }
    }

    #[test]
    fn only_a_hash_in_its_place_makes_a_file_immutable() {
        for name in [
            "app.3f2a9c01.js",
            "track/img/logo.0123456789abcdef.svg",
            "app.B7xQ_k-2.css",
            "a.b.3f2a9c01.js",
        ] {
            assert_eq!(cache_control(name), IMMUTABLE, "{name}");
        }
        for name in [
            "app.js",
            "3f2a9c01.js",
            "3f2a9c01",
            "app.3f2a9c0.js",
            "app.js.3f2a9c01",
            "jquery.bootstrap.js",
            "jquery.BootStrap.js",
            "prices.20260101.json",
            "app.deadbeef.js",
            "app.3F2A9C01.js",
            "app.3f2a9g01.js",
            "app.3f2a 9Cx.js",
            "index.3f2a9c01.html",
            "folder.3f2a9c01.d/app.js",
        ] {
            assert_eq!(cache_control(name), REVALIDATE, "{name}");
        }
    }
}
