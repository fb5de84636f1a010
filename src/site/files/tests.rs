//! Reading page folders: order, hashes, what is left out, what is refused.

use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};

use tempfile::TempDir;

use super::*;
use crate::site::{IMMUTABLE, PREFIX, REVALIDATE};

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in [("index.html", "<!doctype html>")].iter().chain(files) {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}

fn refused(folder: &TempDir) -> String {
    let error = read(folder.path(), PREFIX, PHONE_IN_PAGE).unwrap_err();
    assert!(error.hint().is_some(), "{error} has no hint");
    error.to_string().replace(
        folder.path().canonicalize().unwrap().to_str().unwrap(),
        "PAGE",
    )
}

#[test]
fn files_come_sorted_by_key_with_hash_size_and_headers() {
    let folder = folder(&[
        ("img/logo.3f2a9c01.svg", "<svg/>"),
        ("img-2.css", ""),
        ("track.css", "abc"),
    ]);
    let files = read(folder.path(), PREFIX, PHONE_IN_PAGE).unwrap();
    let keys: Vec<_> = files.iter().map(|file| file.key.as_str()).collect();
    assert_eq!(
        keys,
        [
            "track/img-2.css",
            "track/img/logo.3f2a9c01.svg",
            "track/index.html",
            "track/track.css"
        ]
    );
    assert_eq!(
        files[3],
        PageFile {
            key: "track/track.css".into(),
            path: folder.path().join("track.css"),
            filled: None,
            sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad".into(),
            bytes: 3,
            content_type: "text/css; charset=utf-8".into(),
            cache_control: REVALIDATE.into(),
            names: Vec::new(),
        }
    );
    assert_eq!(
        files[0].sha256,
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
    assert_eq!(
        (
            files[1].cache_control.as_str(),
            files[1].content_type.as_str()
        ),
        (IMMUTABLE, "image/svg+xml")
    );
    assert_eq!(files, read(folder.path(), PREFIX, PHONE_IN_PAGE).unwrap());
}

#[test]
fn a_file_larger_than_the_buffer_hashes_like_its_bytes() {
    let content = "0123456789abcdef".repeat(20_000);
    let folder = folder(&[("large.txt", &content)]);
    let files = read(folder.path(), PREFIX, PHONE_IN_PAGE).unwrap();
    assert_eq!(files[1].bytes, 320_000);
    assert_eq!(
        files[1].sha256,
        format!("{:x}", Sha256::digest(content.as_bytes()))
    );
}

#[test]
fn a_large_document_is_searched_like_any_other() {
    let text = format!("{}<img src=/track/a.png>", "<p>\n".repeat(1_000_000));
    let folder = folder(&[("large.html", &text)]);
    let files = read(folder.path(), PREFIX, PHONE_IN_PAGE).unwrap();
    let names = &files[1].names;
    assert_eq!(names.len(), 1);
    assert_eq!(
        (names[0].key.as_str(), names[0].line),
        ("track/a.png", 1_000_001)
    );
}

#[test]
fn what_no_browser_could_read_is_refused_with_file_and_line() {
    let script = folder(&[("a.js", "let a;\nlet = = 2;")]);
    assert!(refused(&script).contains("a.js:2: "));
    let drawing = folder(&[("img/a.svg", "<svg>\n<a></svg>")]);
    assert!(refused(&drawing).contains("img/a.svg:2: "));
    let bytes = folder(&[]);
    fs::write(bytes.path().join("b.html"), b"<p>\n\xff").unwrap();
    let refused = refused(&bytes);
    assert!(refused.ends_with("b.html:2: it is not UTF-8, as which it is served"));
}

#[test]
fn what_editors_and_desktops_leave_behind_is_left_out() {
    let folder = folder(&[
        (".DS_Store", "x"),
        ("track.css~", "x"),
        ("#track.css#", "x"),
        (".track.css.swp", "x"),
        (".git/config", "x"),
        ("img/Thumbs.db", "x"),
        ("desktop.ini", "x"),
        (".env", "x"),
    ]);
    symlink("someone@host.123", folder.path().join(".#track.css")).unwrap();
    assert_eq!(read(folder.path(), PREFIX, PHONE_IN_PAGE).unwrap().len(), 1);
}

#[test]
fn a_page_folder_in_a_hidden_folder_is_read() {
    let outer = tempfile::tempdir().unwrap();
    let folder = outer.path().join(".page~");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("index.html"), "x").unwrap();
    assert_eq!(read(&folder, PREFIX, PHONE_IN_PAGE).unwrap().len(), 1);
}

#[test]
fn names_that_need_escaping_are_refused() {
    for name in [
        "two words.css",
        "a+b.css",
        "50%.css",
        "grün.css",
        "line\nbreak.css",
        "bell\u{7}.css",
        "a*",
        "q?.js",
    ] {
        let message = refused(&folder(&[(name, "x")]));
        assert!(message.contains(&format!("{name:?}")[1..]), "{message}");
        assert!(
            !message.contains('\n') && !message.contains('\u{7}'),
            "{message:?}"
        );
    }
    insta::assert_snapshot!(
        refused(&folder(&[("two words/a.css", "x")])).split_once("/two").unwrap().1,
        @r#" words" has the character ' ', expected ASCII letters, digits, `.`, `_` and `-` only"#
    );
}

#[test]
fn names_that_are_not_utf8_are_refused() {
    let folder = folder(&[]);
    fs::write(folder.path().join(OsStr::from_bytes(b"caf\xe9.css")), "x").unwrap();
    assert!(refused(&folder).contains("bytes that are not UTF-8"));
}

#[test]
fn a_link_inside_is_followed() {
    let folder = folder(&[("a.css", "abc")]);
    symlink("a.css", folder.path().join("b.css")).unwrap();
    let files = read(folder.path(), PREFIX, PHONE_IN_PAGE).unwrap();
    assert_eq!(
        (files[1].key.as_str(), &files[1].sha256),
        ("track/b.css", &files[0].sha256)
    );
}

#[test]
fn links_that_lead_out_around_or_nowhere_are_refused() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret.txt"), "x").unwrap();

    let file = folder(&[]);
    symlink(outside.path().join("secret.txt"), file.path().join("a.txt")).unwrap();
    assert!(refused(&file).contains("outside the page's folder"));

    let directory = folder(&[]);
    symlink(outside.path(), directory.path().join("a")).unwrap();
    assert!(refused(&directory).contains("outside the page's folder"));

    let circle = folder(&[]);
    symlink(circle.path(), circle.path().join("a")).unwrap();
    assert!(refused(&circle).contains("a link to a folder that holds it"));

    let nowhere = folder(&[]);
    symlink("gone.txt", nowhere.path().join("a.txt")).unwrap();
    assert!(refused(&nowhere).contains("cannot read"));
}

#[test]
fn a_socket_is_refused() {
    let folder = folder(&[]);
    let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("socket")).unwrap();
    assert!(refused(&folder).contains("neither a file nor a folder"));
}

#[test]
fn an_unreadable_file_is_named() {
    let folder = folder(&[("a.css", "x")]);
    let path = folder.path().join("a.css");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o0)).unwrap();
    // A superuser may read it all the same; then there is nothing to refuse.
    if File::open(&path).is_err() {
        assert!(refused(&folder).contains("a.css"));
    }
}

#[test]
fn a_folder_without_its_index_or_without_itself_is_refused() {
    let folder = folder(&[("sub/index.html", "x")]);
    fs::remove_file(folder.path().join("index.html")).unwrap();
    assert!(refused(&folder).contains("index.html is missing"));

    let gone = tempfile::tempdir().unwrap();
    let error = read(&gone.path().join("nothing"), PREFIX, PHONE_IN_PAGE).unwrap_err();
    assert!(matches!(error, Error::Unreadable { .. }), "{error}");
}

#[test]
fn the_page_in_this_repository_is_readable() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/track");
    let files = read(&folder, PREFIX, PHONE_IN_PAGE).unwrap();
    assert!(files.iter().any(|file| file.key == crate::site::INDEX_KEY));
}

#[test]
fn the_deployments_number_stands_in_documents_alone() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write(
        "index.html",
        &format!("<a href=\"tel:{PHONE_IN_PAGE}\">{PHONE_IN_PAGE}</a>"),
    );
    write("other.html", "<p>no number</p>");
    write("track.js", &format!("// {PHONE_IN_PAGE}"));
    let files = read(folder.path(), PREFIX, "+12025550143").unwrap();
    let filled: Vec<(&str, Option<&str>)> = files
        .iter()
        .map(|file| {
            let text = file.filled.as_deref().map(std::str::from_utf8);
            (file.key.as_str(), text.transpose().unwrap())
        })
        .collect();
    let document = "<a href=\"tel:+12025550143\">+12025550143</a>";
    assert_eq!(
        filled,
        [
            ("track/index.html", Some(document)),
            ("track/other.html", None),
            ("track/track.js", None)
        ]
    );
    assert_eq!(files[0].sha256, format!("{:x}", Sha256::digest(document)));
    assert_eq!(files[0].bytes, document.len() as u64);
    let as_it_lies = read(folder.path(), PREFIX, PHONE_IN_PAGE).unwrap();
    assert!(as_it_lies.iter().all(|file| file.filled.is_none()));
}
