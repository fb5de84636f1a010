//! The window in which a technician arrives.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Zoned};
use serde::{Deserialize, Serialize};

/// From when until when a technician arrives, in the time zone of the place. The end lies after the start, by
/// 24 hours at most; the zone is one of the IANA database that is built in.
///
/// Descriptions use characters of GSM-7 alone (a plain hyphen, no en dash): one other character makes a text's
/// segments less than half as long, and the text costs double.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Parts")]
pub struct ArrivalWindow {
    start: Timestamp,
    end: Timestamp,
    zone: String,
}

/// From when until when a technician arrives, in a request.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "ArrivalWindow"))]
struct Parts {
    #[cfg_attr(feature = "schema", schemars(with = "String", extend("format" = "date-time")))]
    start: Timestamp,
    #[cfg_attr(feature = "schema", schemars(with = "String", extend("format" = "date-time")))]
    end: Timestamp,
    /// Name of a time zone in the IANA database, like `America/New_York`.
    zone: String,
}

impl ArrivalWindow {
    /// The longest window.
    pub const LONGEST: SignedDuration = SignedDuration::from_hours(24);

    /// Checks a window. The zone's name may be in any case; it is kept in its usual spelling.
    pub fn new(start: Timestamp, end: Timestamp, zone: &str) -> Result<Self, WindowError> {
        if end <= start {
            return Err(WindowError::EndsBeforeItBegins);
        }
        if end.duration_since(start) > Self::LONGEST {
            return Err(WindowError::TooLong);
        }
        let zone = TimeZone::get(zone)
            .ok()
            .and_then(|zone| zone.iana_name().map(ToOwned::to_owned))
            .ok_or(WindowError::UnknownZone)?;
        Ok(ArrivalWindow { start, end, zone })
    }

    /// When it begins.
    pub const fn start(&self) -> Timestamp {
        self.start
    }

    /// When it ends.
    pub const fn end(&self) -> Timestamp {
        self.end
    }

    /// The IANA name of its time zone.
    pub fn zone(&self) -> &str {
        &self.zone
    }

    /// The window for people at the place: `Sun Nov 22, 1-3 pm EST`, `Sun Nov 22, 10 pm - Mon Nov 23, 1 am EST`.
    pub fn describe(&self) -> String {
        let local = self.local();
        if local.is_simple() {
            format!(
                "{}, {} {}",
                local.date(),
                local.hours(),
                local.abbreviation()
            )
        } else {
            local.in_full()
        }
    }

    /// What the customer has to know of a change: `Sun Nov 22: was 1-3 pm, now 2-4 pm EST` when date and zone
    /// are the same, and both windows in full otherwise.
    pub fn describe_change(&self, was: &ArrivalWindow) -> String {
        let (old, new) = (was.local(), self.local());
        let same_day = old.is_simple()
            && new.is_simple()
            && old.date() == new.date()
            && old.abbreviation() == new.abbreviation();
        if same_day {
            format!(
                "{}: was {}, now {} {}",
                new.date(),
                old.hours(),
                new.hours(),
                new.abbreviation()
            )
        } else {
            format!("Was {}, now {}", was.describe(), self.describe())
        }
    }

    fn local(&self) -> Local {
        let zone = TimeZone::get(&self.zone).expect("the zone was found when the window was made");
        Local {
            start: self.start.to_zoned(zone.clone()),
            end: self.end.to_zoned(zone),
        }
    }
}

/// A window on the clock of its place.
struct Local {
    start: Zoned,
    end: Zoned,
}

impl Local {
    /// Whether one date and one zone abbreviation say it all. A window until midnight belongs to its day.
    fn is_simple(&self) -> bool {
        let midnight = self.end.time() == jiff::civil::Time::midnight();
        let last_day = if midnight {
            self.end.date().yesterday().unwrap_or(self.end.date())
        } else {
            self.end.date()
        };
        self.start.date() == last_day && self.start.offset() == self.end.offset()
    }

    fn date(&self) -> String {
        date(&self.start)
    }

    fn abbreviation(&self) -> String {
        abbreviation(&self.start)
    }

    /// `1-3 pm`, `11 am-1 pm`, `1:30-3 pm`.
    fn hours(&self) -> String {
        let end = time(&self.end);
        if self.start.hour() / 12 == self.end.hour() / 12 && self.start.date() == self.end.date() {
            format!("{}-{end} {}", time(&self.start), half(&self.end))
        } else {
            format!(
                "{} {}-{end} {}",
                time(&self.start),
                half(&self.start),
                half(&self.end)
            )
        }
    }

    /// Both ends with all that belongs to them; the zone once when it is the same.
    fn in_full(&self) -> String {
        let moment = |at: &Zoned| format!("{}, {} {}", date(at), time(at), half(at));
        let (start, end) = (abbreviation(&self.start), abbreviation(&self.end));
        if start == end {
            format!("{} - {} {end}", moment(&self.start), moment(&self.end))
        } else {
            format!(
                "{} {start} - {} {end}",
                moment(&self.start),
                moment(&self.end)
            )
        }
    }
}

fn date(at: &Zoned) -> String {
    at.strftime("%a %b %-d").to_string()
}

/// `1`, `1:30`.
fn time(at: &Zoned) -> String {
    let form = if at.minute() == 0 { "%-I" } else { "%-I:%M" };
    at.strftime(form).to_string()
}

fn half(at: &Zoned) -> &'static str {
    if at.hour() < 12 { "am" } else { "pm" }
}

/// `EST`; `UTC-03` in zones that have a number for a name.
fn abbreviation(at: &Zoned) -> String {
    let name = at.strftime("%Z").to_string();
    if name.starts_with(['+', '-']) {
        format!("UTC{name}")
    } else {
        name
    }
}

impl std::fmt::Debug for ArrivalWindow {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}/{} {}", self.start, self.end, self.zone)
    }
}

impl TryFrom<Parts> for ArrivalWindow {
    type Error = WindowError;

    fn try_from(parts: Parts) -> Result<Self, Self::Error> {
        ArrivalWindow::new(parts.start, parts.end, &parts.zone)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for ArrivalWindow {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        Parts::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Parts::json_schema(generator)
    }
}

/// Why two times and a zone are no window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WindowError {
    /// No time lies between the two.
    #[error("the window has to end after it begins")]
    EndsBeforeItBegins,
    /// Longer than anybody waits.
    #[error("the window is longer than 24 hours")]
    TooLong,
    /// No zone of the database.
    #[error("unknown time zone, expected a name of the IANA database like `America/New_York`")]
    UnknownZone,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segments::{Encoding, segments};
    use proptest::prelude::*;

    fn window(start: &str, end: &str, zone: &str) -> ArrivalWindow {
        ArrivalWindow::new(start.parse().unwrap(), end.parse().unwrap(), zone).unwrap()
    }

    fn new_york(start: &str, end: &str) -> ArrivalWindow {
        window(start, end, "America/New_York")
    }

    #[test]
    fn descriptions_read_like_people_speak() {
        let said = |start, end| new_york(start, end).describe();
        insta::assert_snapshot!(said("2026-11-22T18:00:00Z", "2026-11-22T20:00:00Z"), @"Sun Nov 22, 1-3 pm EST");
        insta::assert_snapshot!(said("2026-11-22T18:30:00Z", "2026-11-22T20:00:00Z"), @"Sun Nov 22, 1:30-3 pm EST");
        insta::assert_snapshot!(said("2026-11-22T16:00:00Z", "2026-11-22T18:05:00Z"), @"Sun Nov 22, 11 am-1:05 pm EST");
        insta::assert_snapshot!(said("2026-07-04T15:00:00Z", "2026-07-04T16:00:00Z"), @"Sat Jul 4, 11 am-12 pm EDT");
        insta::assert_snapshot!(said("2026-11-22T05:00:00Z", "2026-11-22T06:00:00Z"), @"Sun Nov 22, 12-1 am EST");
        insta::assert_snapshot!(said("2026-11-23T03:00:00Z", "2026-11-23T05:00:00Z"), @"Sun Nov 22, 10 pm-12 am EST");
        insta::assert_snapshot!(said("2026-11-23T03:00:00Z", "2026-11-23T06:00:00Z"), @"Sun Nov 22, 10 pm - Mon Nov 23, 1 am EST");
        insta::assert_snapshot!(said("2026-11-22T18:00:00Z", "2026-11-23T18:00:00Z"), @"Sun Nov 22, 1 pm - Mon Nov 23, 1 pm EST");
        // The clocks go back between the two.
        insta::assert_snapshot!(said("2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z"), @"Sun Nov 1, 1:30 am EDT - Sun Nov 1, 1:30 am EST");
        insta::assert_snapshot!(window("2026-11-22T18:00:00Z", "2026-11-22T20:00:00Z", "America/Sao_Paulo").describe(), @"Sun Nov 22, 3-5 pm UTC-03");
        insta::assert_snapshot!(window("2026-11-22T18:00:00Z", "2026-11-22T20:00:00Z", "utc").describe(), @"Sun Nov 22, 6-8 pm UTC");
    }

    #[test]
    fn a_change_names_what_is_the_same_once() {
        let was = new_york("2026-11-22T18:00:00Z", "2026-11-22T20:00:00Z");
        let said = |start, end| new_york(start, end).describe_change(&was);
        insta::assert_snapshot!(said("2026-11-22T19:00:00Z", "2026-11-22T21:00:00Z"), @"Sun Nov 22: was 1-3 pm, now 2-4 pm EST");
        insta::assert_snapshot!(said("2026-11-22T16:00:00Z", "2026-11-22T18:00:00Z"), @"Sun Nov 22: was 1-3 pm, now 11 am-1 pm EST");
        insta::assert_snapshot!(said("2026-11-23T18:00:00Z", "2026-11-23T20:00:00Z"), @"Was Sun Nov 22, 1-3 pm EST, now Mon Nov 23, 1-3 pm EST");
        let moved = window(
            "2026-11-22T18:00:00Z",
            "2026-11-22T20:00:00Z",
            "America/Chicago",
        );
        insta::assert_snapshot!(moved.describe_change(&was), @"Was Sun Nov 22, 1-3 pm EST, now Sun Nov 22, 12-2 pm CST");
    }

    #[test]
    fn what_is_no_window_is_refused() {
        let refused = |start: &str, end: &str, zone: &str| {
            ArrivalWindow::new(start.parse().unwrap(), end.parse().unwrap(), zone).unwrap_err()
        };
        let (one, two) = ("2026-11-22T01:00:00Z", "2026-11-22T02:00:00Z");
        assert_eq!(refused(two, one, "UTC"), WindowError::EndsBeforeItBegins);
        assert_eq!(refused(one, one, "UTC"), WindowError::EndsBeforeItBegins);
        assert_eq!(
            refused(one, "2026-11-23T01:00:01Z", "UTC"),
            WindowError::TooLong
        );
        for zone in [
            "",
            "Mars/Olympus",
            "EST5EDT4",
            "+01:00",
            "Etc/Unknown",
            "America/New_York\0",
            "../UTC",
        ] {
            assert_eq!(refused(one, two, zone), WindowError::UnknownZone, "{zone}");
        }
    }

    #[test]
    fn json_is_as_clients_write_it() {
        let window = window(
            "2026-11-22T13:00:00-05:00",
            "2026-11-22T20:00:00Z",
            "america/new_york",
        );
        let json = serde_json::to_string(&window).unwrap();
        insta::assert_snapshot!(json, @r#"{"start":"2026-11-22T18:00:00Z","end":"2026-11-22T20:00:00Z","zone":"America/New_York"}"#);
        assert_eq!(
            serde_json::from_str::<ArrivalWindow>(&json).unwrap(),
            window
        );
        let backwards = json.replace("T20", "T10");
        assert!(serde_json::from_str::<ArrivalWindow>(&backwards).is_err());
        let more = json.replace('}', ",\"note\":1}");
        assert!(serde_json::from_str::<ArrivalWindow>(&more).is_err());
    }

    proptest! {
        #[test]
        fn every_window_is_described_in_cheap_characters(
            start in Timestamp::MIN.as_second()..Timestamp::MAX.as_second() - 86_400,
            length in 1_i64..=86_400,
            moved in -86_400_i64..86_400,
            zone in proptest::sample::select(jiff::tz::db().available().map(|name| name.to_string()).collect::<Vec<_>>()),
        ) {
            let at = |second: i64| Timestamp::from_second(second.clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second())).unwrap();
            let window = ArrivalWindow::new(at(start), at(start + length), &zone).unwrap();
            let json = serde_json::to_string(&window).unwrap();
            prop_assert_eq!(&serde_json::from_str::<ArrivalWindow>(&json).unwrap(), &window);
            let said = window.describe();
            prop_assert_eq!(segments(&said).encoding, Encoding::Gsm7);
            prop_assert!(said.len() <= 70, "{}", said);
            if let Ok(other) = ArrivalWindow::new(at(start + moved), at(start + moved + length), &zone) {
                let said = other.describe_change(&window);
                prop_assert_eq!(segments(&said).encoding, Encoding::Gsm7);
                prop_assert!(said.len() <= 140, "{}", said);
            }
        }
    }
}
