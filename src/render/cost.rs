//! A month's bill, for people and for programs.

use serde_json::{Value, json};

use super::numbers::count;
use super::style::{Style, Tone};
use crate::cost::{AS_OF, DAYS, Estimate, Line, REGION, Service, Traffic};

/// The bill as a table, service by service.
pub fn cost_human(environment: &str, bill: &Estimate, style: Style) -> String {
    let Traffic {
        jobs_per_day,
        texts_per_job,
        segments_per_job,
        looks_per_job,
        months,
    } = bill.traffic;
    let jobs = things(jobs_per_day, "job");
    let mut lines = vec![
        format!(
            "{} at {jobs} a day:",
            style.paint(Tone::Strong, environment)
        ),
        format!("a month of {DAYS} days in {REGION}"),
        format!(
            "a job: {} of {} together, {} at the page",
            things(texts_per_job, "text"),
            things(segments_per_job, "segment"),
            things(looks_per_job, "look")
        ),
        format!("the table: {} of jobs", things(months, "month")),
        format!("prices as of {AS_OF}, no free tier counted;"),
        "check before you rely on it".to_owned(),
        String::new(),
        row(style, "", "quantity", "$ each", "$ a month"),
    ];
    let mut last = None;
    for line in &bill.lines {
        if last != Some(line.service) {
            last = Some(line.service);
            lines.push(total(
                style,
                &line.service.to_string(),
                bill.of(line.service),
            ));
        }
        lines.push(row(
            style,
            &line.what,
            &format!("{} {}", amount(line.quantity), line.price.unit),
            &each(line),
            &grouped(line.dollars(), 2),
        ));
    }
    lines.push(String::new());
    lines.push(total(style, "AWS", bill.aws()));
    lines.push(total(style, "Twilio", bill.of(Service::Carrier)));
    lines.push(total(style, "together", bill.together()));
    if jobs_per_day > 0 {
        let jobs = f64::from(jobs_per_day) * f64::from(DAYS);
        lines.push(format!(
            "a job: {:.4} $, of which AWS {:.5} $",
            bill.together() / jobs,
            bill.aws() / jobs
        ));
    }
    lines.join("\n") + "\n"
}

/// `1 text`, `5 texts`.
fn things(number: u32, one: &str) -> String {
    count(usize::try_from(number).unwrap_or(usize::MAX), one)
}

/// A name at the left, dollars at the right.
fn total(style: Style, name: &str, dollars: f64) -> String {
    let rest = style.columns().saturating_sub(name.chars().count());
    let dollars = grouped(dollars, 2);
    format!("{}{dollars:>rest$}", style.paint(Tone::Strong, name))
}

/// Columns that do not fit go: below 74 the price.
fn row(style: Style, what: &str, quantity: &str, each: &str, dollars: &str) -> String {
    let columns = style.columns();
    if columns < 74 {
        let name = columns.saturating_sub(36);
        return format!("  {what:<name$}{quantity:>22}{dollars:>12}");
    }
    let name = columns - 58;
    format!("  {what:<name$}{quantity:>25}{each:>20}{dollars:>11}")
}

/// The price of the first units; later ones may cost less.
fn each(line: &Line) -> String {
    let price = line.price.tiers.first().map_or(0.0, |(_, price)| *price);
    if line.price.per > 1.0 {
        format!("{price} a million")
    } else {
        price.to_string()
    }
}

/// Whole from a hundred on, with decimals below.
fn amount(quantity: f64) -> String {
    let decimals = if quantity >= 100.0 || quantity.fract() == 0.0 {
        0
    } else {
        2
    };
    grouped(quantity, decimals)
}

/// With a comma at each thousand.
fn grouped(number: f64, decimals: usize) -> String {
    let text = format!("{number:.decimals$}");
    let (whole, rest) = text
        .find('.')
        .map_or((text.as_str(), ""), |at| text.split_at(at));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + rest
}

/// The bill as a JSON document; dollars to a hundredth of a cent.
pub fn cost_json(environment: &str, bill: &Estimate) -> String {
    let lines: Vec<Value> = bill
        .lines
        .iter()
        .map(|line| {
            json!({
                "service": line.service.to_string(),
                "what": line.what,
                "quantity": rounded(line.quantity),
                "unit": line.price.unit,
                "dollars": rounded(line.dollars()),
                "source": line.price.source,
            })
        })
        .collect();
    let traffic = bill.traffic;
    let document = json!({
        "environment": environment,
        "region": REGION,
        "prices_as_of": AS_OF,
        "days": DAYS,
        "assumed": {
            "jobs_per_day": traffic.jobs_per_day,
            "texts_per_job": traffic.texts_per_job,
            "segments_per_job": traffic.segments_per_job,
            "looks_per_job": traffic.looks_per_job,
            "months": traffic.months,
        },
        "lines": lines,
        "dollars": {
            "aws": rounded(bill.aws()),
            "twilio": rounded(bill.of(Service::Carrier)),
            "together": rounded(bill.together()),
        },
    });
    format!("{document:#}\n")
}

fn rounded(number: f64) -> f64 {
    (number * 1e4).round() / 1e4
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cost::{estimate, sample_shape};

    fn bill(jobs_per_day: u32) -> Estimate {
        estimate(&sample_shape(), Traffic::of(jobs_per_day))
    }

    fn told(jobs_per_day: u32, width: usize) -> String {
        let style = Style {
            color: false,
            width,
        };
        let text = cost_human("prod", &bill(jobs_per_day), style);
        for line in text.lines() {
            let columns = line.chars().count();
            assert!(columns <= width, "{columns}: {line}");
        }
        text
    }

    #[test]
    fn a_bill_for_people() {
        insta::assert_snapshot!(told(10_000, 80));
    }

    #[test]
    fn narrow_lines_leave_the_price_out() {
        insta::assert_snapshot!(told(1_000_000, 60));
    }

    #[test]
    fn wide_lines_are_used() {
        assert!(
            told(100, 200)
                .lines()
                .any(|line| line.chars().count() == 200)
        );
    }

    #[test]
    fn a_bill_for_programs() {
        insta::assert_snapshot!(cost_json("prod", &bill(100)));
    }
}
