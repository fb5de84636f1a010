//! A month's bill, for people and for programs.

use serde_json::{Value, json};

use super::fit::{columns, pad, shorten, wrap};
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
    let environment = style.paint(Tone::Strong, environment);
    let mut lines = vec![format!("{environment} at {jobs} a day:")];
    let head = [
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
    ];
    lines.extend(head.iter().flat_map(|line| wrap(line, style.columns())));
    lines.extend(table(bill, style));
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

/// Between two columns.
const GAP: usize = 2;

/// Columns as wide as what stands in them; where that is too much for the terminal the price goes.
fn table(bill: &Estimate, style: Style) -> Vec<String> {
    let head = ["", "quantity", "$ each", "$ a month"].map(str::to_owned);
    let cells = |line: &Line| {
        [
            format!("  {}", line.what),
            quantity(line),
            each(line),
            grouped(line.dollars(), 2),
        ]
    };
    let rows: Vec<[String; 4]> = bill.lines.iter().map(cells).collect();
    let dollars = |service| grouped(bill.of(service), 2);
    let together = grouped(bill.together(), 2);
    let mut widths = [0; 4];
    for row in rows.iter().chain([&head]) {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = columns(cell).max(*width);
        }
    }
    widths[3] = widths[3].max(columns(&together));
    let all = |widths: [usize; 4]| -> usize {
        widths.iter().map(|width| width + GAP).sum::<usize>() - GAP
    };
    if all(widths) > style.columns() {
        widths[2] = 0;
        let over = (all(widths) - GAP).saturating_sub(style.columns());
        widths[0] = widths[0].saturating_sub(over);
    }
    let row = |cells: &[String; 4]| {
        let mut text = pad(&shorten(&cells[0], widths[0]), widths[0]);
        for (cell, width) in cells
            .iter()
            .zip(widths)
            .skip(1)
            .filter(|(_, width)| *width > 0)
        {
            let blanks = GAP + width.saturating_sub(columns(cell));
            text += &" ".repeat(blanks);
            text += cell;
        }
        text
    };
    let width = columns(&row(&head));
    let total = |name: &str, dollars: &str| {
        let blanks = width.saturating_sub(columns(name) + columns(dollars));
        format!(
            "{}{}{dollars}",
            style.paint(Tone::Strong, name),
            " ".repeat(blanks)
        )
    };
    let mut lines = vec![row(&head)];
    let mut last = None;
    for (line, cells) in bill.lines.iter().zip(&rows) {
        if last != Some(line.service) {
            last = Some(line.service);
            lines.push(total(&line.service.to_string(), &dollars(line.service)));
        }
        lines.push(row(cells));
    }
    lines.push(String::new());
    lines.push(total("AWS", &grouped(bill.aws(), 2)));
    lines.push(total("Twilio", &dollars(Service::Carrier)));
    lines.push(total("together", &together));
    lines
}

/// `1 dashboard`, `13 alarms`.
fn quantity(line: &Line) -> String {
    let (amount, unit) = (amount(line.quantity), line.price.unit);
    // Gigabytes and seconds have no other form.
    let one = unit
        .strip_suffix('s')
        .filter(|one| amount == "1" && one.chars().all(|c| c.is_ascii_lowercase() || c == ' '));
    format!("{amount} {}", one.unwrap_or(unit))
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
pub(super) mod tests {
    use super::*;
    use crate::cost::{estimate, sample_shape};

    pub(in crate::render) fn bill(jobs_per_day: u32) -> Estimate {
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
    fn a_wide_terminal_keeps_a_name_beside_its_figures() {
        let wide = told(1_000_000, 200);
        assert!(wide.contains("$ each"), "{wide}");
        assert!(
            wide.lines().all(|line| line.chars().count() <= 90),
            "{wide}"
        );
    }

    #[test]
    fn a_bill_for_programs() {
        insta::assert_snapshot!(cost_json("prod", &bill(100)));
    }
}
