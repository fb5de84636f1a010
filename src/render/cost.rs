//! A month's bill, for people and for programs.

use serde_json::{Value, json};

use super::fit::{columns, pad, shorten, wrap};
use super::hanging::hanging;
use super::numbers::count;
use super::style::{Style, Tone};
use crate::cost::{AS_OF, DAYS, Estimate, Limit, Line, REGION, Sender, Service, Traffic};

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
    let told = exceeded(bill);
    if !told.is_empty() {
        lines.push(String::new());
    }
    let told = told.iter();
    lines.extend(told.flat_map(|what| hanging("! ", Tone::Changed, what, style)));
    lines.join("\n") + "\n"
}

/// What does not carry the traffic: declared limits, and the sender that is priced.
fn exceeded(bill: &Estimate) -> Vec<String> {
    let limit = |limit: &Limit| {
        // One would take too much from a small number.
        let decimals = if limit.needed < 10.0 { 2 } else { 1 };
        format!(
            "more than {} lets through: {} a second at the peak, {} declared",
            limit.setting,
            grouped(limit.needed, decimals),
            grouped(limit.declared.into(), 0)
        )
    };
    let sender = match bill.sender {
        Sender::Enough => None,
        Sender::Faster => Some("one local number is priced; this pace takes a faster sender"),
        Sender::Several => {
            Some("one sender is priced; this pace takes several, which are not supported")
        }
    };
    let sender = sender.map(|what| format!("{what} (docs/scaling.md)"));
    bill.limits.iter().map(limit).chain(sender).collect()
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

/// `1 dashboard`, `15 metrics`.
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

/// The bill as a JSON document; dollars to a hundredth of a cent, what is exceeded as a list.
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
    let limits: Vec<Value> = bill
        .limits
        .iter()
        .map(|limit| {
            json!({
                "setting": limit.setting,
                "declared": limit.declared,
                "needed_at_peak": rounded(limit.needed),
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
        "limits": limits,
        "sender": bill.sender.name(),
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

    /// What stands below the dollars of a job.
    fn below(text: &str) -> &str {
        let (_, text) = text.split_once("\na job: 0.").unwrap();
        text.split_once('\n').unwrap().1.trim_start()
    }

    #[test]
    fn nothing_is_said_of_limits_that_hold() {
        assert_eq!(below(&told(100, 80)), "");
    }

    #[test]
    fn what_is_exceeded_is_said_below() {
        insta::assert_snapshot!(below(&told(1_000_000, 60)), @"
        ! more than messages.sends_per_second lets through: 231.5 a
          second at the peak, 1 declared
        ! more than api.throttle.rate lets through: 1,388.9 a second
          at the peak, 100 declared
        ! one sender is priced; this pace takes several, which are
          not supported (docs/scaling.md)
        ");
        insta::assert_snapshot!(below(&told(10_000, 80)), @"
        ! more than messages.sends_per_second lets through: 2.31 a second at the peak, 1
          declared
        ! one local number is priced; this pace takes a faster sender (docs/scaling.md)
        ");
    }

    #[test]
    fn what_is_exceeded_is_a_list_for_programs() {
        let document: Value = serde_json::from_str(&cost_json("prod", &bill(1_000_000))).unwrap();
        assert_eq!(
            document["limits"],
            json!([
                {"setting": "messages.sends_per_second", "declared": 1, "needed_at_peak": 231.4815},
                {"setting": "api.throttle.rate", "declared": 100, "needed_at_peak": 1388.8889},
            ])
        );
        assert_eq!(document["sender"], "several");
    }
}
