//! Tests of origins and of the list of allowed ones.

use super::*;
use proptest::prelude::*;

#[test]
fn origins_as_browsers_send_them_are_accepted() {
    let accepted = [
        "https://dashboard.quickdumpnow.com",
        "https://dashboard.quickdumpnow.com:8443",
        "https://xn--mnchen-3ya.example",
        "https://d111111abcdef8.cloudfront.net",
        "https://localhost",
        "https://10.0.0.7",
        "https://[2001:db8::1]:8443",
        "http://localhost:5173",
        "http://app.localhost:8080",
        "http://127.0.0.1:4566",
        "http://[::1]:4566",
        "http://localhost",
    ];
    for text in accepted {
        let origin: Origin = text.parse().unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(origin.to_string(), text);
        assert_eq!(serde_json::to_value(&origin).unwrap(), text);
    }
}

#[test]
fn refusals_say_what_was_expected() {
    let refused = [
        "*",
        "null",
        "",
        "dashboard.quickdumpnow.com",
        "ftp://host.example",
        "HTTPS://host.example",
        "https://*.quickdumpnow.com",
        "https://host.example/",
        "https://host.example/path",
        "https://user@host.example",
        "https://host.example?x",
        "https://Host.example",
        "https://münchen.example",
        "https://",
        "https://-host.example",
        "https://host..example",
        "https://host.example:",
        "https://host.example:0",
        "https://host.example:080",
        "https://host.example:+8443",
        "https://host.example:70000",
        "https://host.example:443",
        "http://localhost:80",
        "http://host.example",
        "http://127.0.0.1.evil.example",
        "http://localhost.evil.example",
        "https://10.0.0",
        "https://1.2.3.4.5",
        "https://[::1",
        "https://[0:0:0:0:0:0:0:1]",
        "https://a b",
    ];
    let said: Vec<_> = refused
        .iter()
        .map(|text| match text.parse::<Origin>() {
            Ok(origin) => format!("ACCEPTED {origin}"),
            Err(error) => error.to_string(),
        })
        .collect();
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn a_list_reads_back_and_holds_each_origin_once() {
    let list: AllowedOrigins = " https://a.example, http://localhost:1 ,https://a.example"
        .parse()
        .unwrap();
    assert_eq!(list.to_string(), "https://a.example,http://localhost:1");
    assert_eq!(list.to_string().parse(), Ok(list));
}

#[test]
fn an_empty_list_is_a_list_but_an_empty_entry_is_not() {
    assert_eq!("".parse(), Ok(AllowedOrigins::default()));
    assert_eq!("  ".parse(), Ok(AllowedOrigins::default()));
    assert!("https://a.example,".parse::<AllowedOrigins>().is_err());
    assert!("https://a.example,*".parse::<AllowedOrigins>().is_err());
}

#[test]
fn a_label_or_name_that_is_too_long_is_refused() {
    let label = "a".repeat(63);
    assert!(format!("https://{label}").parse::<Origin>().is_ok());
    assert!(format!("https://{label}a").parse::<Origin>().is_err());
    assert!(
        format!("https://{label}.{label}.{label}.{label}")
            .parse::<Origin>()
            .is_err()
    );
}

proptest! {
    #[test]
    fn nothing_accepted_holds_more_than_scheme_host_and_port(text in "https?://[a-zA-Z0-9.:/@*\\[\\] -]{0,24}|\\PC{0,20}") {
        if let Ok(origin) = text.parse::<Origin>() {
            prop_assert_eq!(origin.as_str(), text.as_str());
            let authority = text.split_once("://").unwrap().1;
            prop_assert!(!authority.is_empty());
            prop_assert!(!authority.contains(['/', '*', ',', ' ', '@']));
            prop_assert_eq!(text.to_lowercase(), text);
        }
    }

    #[test]
    fn any_ordinary_origin_is_accepted(host in "[a-z]{1,10}(\\.[a-z]{2,5}){1,3}", port in 1024u16..) {
        for text in [format!("https://{host}:{port}"), format!("http://localhost:{port}")] {
            prop_assert!(text.parse::<Origin>().is_ok(), "{}", text);
        }
    }
}
