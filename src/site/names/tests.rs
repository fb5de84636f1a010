//! What each kind of file names, and what is refused because nobody could tell.

use super::*;

fn found(key: &str, text: &str) -> String {
    let content_type = super::super::content_type(key);
    let named = named(key, &content_type, text.as_bytes()).unwrap();
    let lines: Vec<String> = named
        .iter()
        .map(|named| format!("{} {}", named.line, named.key))
        .collect();
    lines.join("\n")
}

fn refused(key: &str, text: impl AsRef<[u8]>) -> String {
    let content_type = super::super::content_type(key);
    let Broken { line, message } = named(key, &content_type, text.as_ref()).unwrap_err();
    format!("{line}: {message}")
}

#[test]
fn a_document_names_what_it_loads_and_links_to() {
    let text = r##"<!doctype html>
<link rel=stylesheet href="/track/a.css?v=1"><link rel=icon href='/favicon.ico'>
<!-- <img src="/track/not.png"> -->
<img src="/track/b.png" srcset="/track/b.png 1x, /track/b2.png 2x" alt="">
<a href="tel:+15125550100">x</a><a href="#top">x</a><a href="https://else.where/track/x.js">x</a>
<a href="/track?jobToken=x">again</a><a href="./">up</a><a href="prices">x</a><img srcset="data:image/png;base64,AA 1x"><a href="/prices">main site</a>
<script src=/track/a.js></script><script>const no = '<img src="/track/no.png">';</script>"##;
    insta::assert_snapshot!(found("track/index.html", text), @r"
    2 track/a.css
    4 track/b.png
    4 track/b2.png
    6 track/index.html
    7 track/a.js
    ");
}

#[test]
fn every_way_in_which_markup_names_a_file_is_known() {
    let text = "<link rel=preload as=image imagesrcset='/track/1.png 1x,/track/2.png 2x'>\n\
                <object data=/track/3.svg></object><p data=/track/no.svg>\n\
                <embed src=/track/4.pdf>\n\
                <video poster=/track/5.png><source src=/track/6.mp4><track src=/track/7.vtt></video>\n\
                <svg><use xlink:href='/track/8.svg#a'/><image href=/track/9.png /><path fill='url(/track/10.svg#p)'/></svg>\n\
                <iframe srcdoc='<base href=/track/x/><img src=&quot;11.png&quot;>'></iframe><img src=/track/12.png>\n\
                <noscript><img src=/track/13.png></noscript><template><img src=/track/14.png></template>\n\
                <a href=/track/help.html?x#y>help</a><body background=/track/15.png>";
    insta::assert_snapshot!(found("track/index.html", text), @r"
    1 track/1.png
    1 track/2.png
    2 track/3.svg
    3 track/4.pdf
    4 track/5.png
    4 track/6.mp4
    4 track/7.vtt
    5 track/10.svg
    5 track/8.svg
    5 track/9.png
    6 track/12.png
    6 track/x/11.png
    7 track/13.png
    7 track/14.png
    8 track/15.png
    8 track/help.html
    ");
}

#[test]
fn a_base_moves_what_follows_it() {
    let base = |address: &str| {
        let text = format!("<base href='{address}'><base href=/track/no/>\n<img src=a.png>");
        found("track/index.html", &text)
    };
    assert_eq!(base("/track/"), "2 track/a.png");
    assert_eq!(base("/track/help/x.html"), "2 track/help/a.png");
    assert_eq!(base("img/"), "2 img/a.png");
    assert_eq!(base("data:,x"), "2 a.png");
    assert_eq!(base("https://else.where/track/"), "");
    let of_parts = "<base href=/track/x/>\n<style>p{background:url(a.png)}</style>\n<script type=module>import './b.js'</script>";
    insta::assert_snapshot!(found("track/index.html", of_parts), @r"
    2 track/x/a.png
    3 track/x/b.js
    ");
}

#[test]
fn style_and_scripts_within_a_document_are_read_as_such() {
    let text = "<style>\n@import '/track/1.css';\n.a{background:url(/track/2.png)}\n</style>\r\n\
                <p style=\"background: url('/track/3.png'), url(&quot;/track/4.png&quot;)\">\n\
                <script type=module>\nimport '/track/5.js';\r\nconst no = '</p>'; import('/track/6.js');\n</script>\n\
                <script>new Worker('/track/7.js')</script><script type=application/ld+json>{not a script</script>\n\
                <script type=importmap>\n{\"imports\": {\"a\": \"/track/8.js\", \"b/\": \"/track/b/\"},\n\"scopes\": {\"/track/\": {\"a\": \"/track/9.js\"}}}</script>";
    insta::assert_snapshot!(found("track/index.html", text), @r"
    2 track/1.css
    3 track/2.png
    5 track/3.png
    5 track/4.png
    7 track/5.js
    8 track/6.js
    10 track/7.js
    12 track/8.js
    13 track/9.js
    ");
}

#[test]
fn a_relative_name_in_the_page_is_told_as_a_browser_reads_it() {
    assert_eq!(
        found("track/index.html", "<script src=a.js></script>"),
        "1 a.js"
    );
    assert_eq!(
        found("track/help/a.html", "<img src=../b.png>"),
        "1 track/b.png"
    );
}

#[test]
fn an_escaped_name_is_the_name() {
    let text = "<img src='/track/a%20b.png'><img src=/track/%61pp.png>\n<img src='/track/c d.png'>";
    insta::assert_snapshot!(found("track/index.html", text), @r"
    1 track/a b.png
    1 track/app.png
    2 track/c d.png
    ");
    assert_eq!(
        found(
            "track/a.js",
            "x = '/track/%61.png?v=1'; y = '/track/%s.png';"
        ),
        "1 track/a.png"
    );
    let css = r"a{background:url(\2ftrack/a.png);b:url('\/track/b\
.png')}";
    assert_eq!(found("track/x/a.css", css), "1 track/a.png\n1 track/b.png");
}

#[test]
fn a_style_sheet_names_pictures_fonts_and_others() {
    let text = "@import url(\"base.css\");\n/* url(no.png) */\n\
                .a { background: url(/track/a.svg) }\n@font-face { src: url('f.woff2') }\n\
                .b { background: url(data:image/gif;base64,AA) }\n\
                .c { background: image-set('c.png' 1x, url(c2.png) 2x); --later: url(d.png) }";
    insta::assert_snapshot!(found("track/a.css", text), @r"
    1 track/base.css
    3 track/a.svg
    4 track/f.woff2
    6 track/c.png
    6 track/c2.png
    6 track/d.png
    ");
}

#[test]
fn a_script_names_its_modules_and_files_in_its_texts() {
    let text = "import { a } from './a.js';\nexport * from \"/track/b.js\";\n\
                const c = await import('./c.js');\n// '/track/no.js'\n\
                navigator.serviceWorker.register('/track/sw.js', { scope: '/track' });\n\
                import 'bare'; const d = '/track/d', g = '/track/*.png', e = '/other/e.js', f = 'track/f.js';\n\
                const h = `/track/h.png`, i = `/track/${h}.png`;";
    insta::assert_snapshot!(found("track/x.js", text), @r"
    1 track/a.js
    2 track/b.js
    3 track/c.js
    5 track/sw.js
    7 track/h.png
    ");
    // Not a module, and still a script.
    assert_eq!(
        found("track/old.js", "with (a) b = '/track/g.png';"),
        "1 track/g.png"
    );
}

#[test]
fn a_drawing_names_what_it_shows_and_how() {
    let text = "<?xml version=\"1.0\"?><?xml-stylesheet href=\"a.css\"?>\n\
                <!DOCTYPE svg [<!ENTITY ns \"http://x\">]>\n\
                <svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:e=\"&ns;\" xmlns:xlink=\"http://www.w3.org/1999/xlink\">\n\
                <style><![CDATA[ a{fill:url(b.svg#x)}\n\
                b{background:url(c.png)} ]]></style>\n\
                <use href=\"#own\"/><use xlink:href=\"d.svg#a\"/><image href='e.png'/>\n\
                <path fill='url(#own)' mask='url(\"f.svg#m\")' style=\"fill:url(g.svg#p)\"/>\n\
                <a href=\"help.html\"/><a href=\"./\"/><script href='h.js'/>\n\
                <script>if (1 &lt; 2 &amp;&amp; a) b = '/track/i.png';</script></svg>";
    insta::assert_snapshot!(found("track/x.svg", text), @r"
    1 track/a.css
    4 track/b.svg
    5 track/c.png
    6 track/d.svg
    6 track/e.png
    7 track/f.svg
    7 track/g.svg
    8 track/h.js
    8 track/help.html
    8 track/index.html
    9 track/i.png
    ");
}

#[test]
fn a_manifest_names_its_pictures_and_where_it_leads() {
    let text = "\u{feff}{\n\"start_url\": \"/track\",\n\"scope\": \"/track/no/\",\n\
                \"icons\": [{\"src\": \"a.png\", \"type\": \"image/png\"}, {\n\"src\": \"https://else.where/a.png\"}],\n\
                \"screenshots\": [{\"src\": \"b\\u002epng\"}],\n\
                \"shortcuts\": [{\"url\": \"help.html?x\", \"icons\": [{\"src\": \"c.png\"}]}, {\"url\": \"/prices\"}]}";
    insta::assert_snapshot!(found("track/x.webmanifest", text), @r"
    2 track/index.html
    4 track/a.png
    6 track/b.png
    7 track/c.png
    7 track/help.html
    ");
}

#[test]
fn what_nobody_could_read_is_told_with_its_line() {
    let cases = [
        refused("track/a.js", "let a = 1;\nlet = = 2;"),
        refused("track/a.html", "<p>\n<script>\nlet = = 2;</script>"),
        refused("track/a.html", "<p>\n<script>\nlet a = 2;"),
        refused("track/a.html", "<p>\n<script type=importmap>\n\n{</script>"),
        refused("track/a.html", "<p>\n<style>\na{b:url(a b.png)}</style>"),
        refused("track/a.html", "<p>\n<p style='background:url(a b)'>"),
        refused("track/a.html", "<p>\n<img src='https://'>"),
        refused("track/a.css", "a{}\na{b:'c\n}"),
        refused("track/a.css", "a{}\n/* on and on"),
        refused("track/a.svg", "<svg>\n<a></svg>"),
        refused("track/a.svg", "<svg>\n<a>"),
        refused("track/a.svg", "<svg>\n<image href='&mine;'/></svg>"),
        refused("track/a.svg", "<svg>\n<path a='1' a='2'/></svg>"),
        refused("track/a.webmanifest", "{\n\"icons\": [}"),
        refused("track/a.webmanifest", "[".repeat(1000)),
        refused("track/a.css", b"a{}\nb\xff{}"),
    ];
    insta::assert_snapshot!(cases.join("\n"), @r#"
    2: Unexpected token
    3: Unexpected token
    2: <script> is not closed
    4: EOF while parsing an object
    3: an address that no browser could read
    2: an address that no browser could read
    2: "https://" is no address: empty host
    2: a text that is not closed
    2: a comment that is not closed
    2: ill-formed document: expected `</a>`, but `</svg>` was found
    2: an element is not closed
    2: at 1..5: unrecognized entity `mine`
    2: position 11: duplicated attribute, previous declaration at position 5
    2: expected value
    1: recursion limit exceeded
    2: it is not UTF-8, as which it is served
    "#);
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_it(text in "\\PC*", name in "[a-c]\\.(html|css|js|svg|webmanifest)") {
        let key = format!("track/{name}");
        let _ = named(&key, &super::super::content_type(&key), text.as_bytes());
    }

    #[test]
    fn no_markup_breaks_it(
        pieces in proptest::collection::vec("<|>|/|svg|style|script|noscript|base|a|=|'|\"| href|srcset|url\\(|\\)|&|#|\n|\\{|\\}|\\[|,|:", 0..40),
        name in "[a-c]\\.(html|css|svg|webmanifest)",
    ) {
        let key = format!("track/{name}");
        let _ = named(&key, &super::super::content_type(&key), pieces.concat().as_bytes());
    }
}
