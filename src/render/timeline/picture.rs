//! The timeline as a picture and as a page: complete in one file, in both themes, and nothing is loaded.

use super::spans::{End, Kind, Span, Timeline};
use crate::engine::event::Event;
use crate::render::fit::{printable, shorten};
use crate::render::numbers::{count, millis};
use crate::svg::{Frame, Svg};

const WIDTH: usize = 960;
/// Where the bars begin and end.
const LEFT: usize = 250;
const RIGHT: usize = 860;
/// Height of a row, and what is above the first.
const ROW: usize = 22;
const TOP: usize = 64;
/// Characters of a name.
const NAME: usize = 32;
/// Marks on the axis, at most.
const MARKS: u64 = 8;

const COLORS: &str = "\
svg { color-scheme: light dark; --back: #ffffff; --text: #1f2328; --quiet: #59636e; --line: #d1d9e0; \
--preparation: #8c959f; --layer: #1f6feb; --resource: #54aeff; --failed: #cf222e }
@media (prefers-color-scheme: dark) { svg { --back: #0d1117; --text: #f0f6fc; --quiet: #9198a1; --line: #3d444d; \
--preparation: #656c76; --layer: #4493f8; --resource: #1f6feb; --failed: #f85149 } }
.back { fill: var(--back) } .line { stroke: var(--line) }
text { font: 13px ui-sans-serif, system-ui, sans-serif; fill: var(--text) }
.quiet { fill: var(--quiet); font-size: 12px } .title { font-size: 16px; font-weight: 600 } .strong { font-weight: 600 }
.end { text-anchor: end } .middle { text-anchor: middle }
.preparation { fill: var(--preparation) } .layer { fill: var(--layer) } .resource { fill: var(--resource) }
.failed { fill: var(--failed) }";

const PAGE: &str = "\
:root { color-scheme: light dark }
body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem; font: 15px/1.5 ui-sans-serif, system-ui, sans-serif }
svg { max-width: 100%; height: auto } table { border-collapse: collapse; width: 100%; font-size: 14px }
th, td { text-align: left; padding: 0.2rem 0.6rem; border-bottom: 1px solid #8c959f66 }
.number { text-align: right; font-variant-numeric: tabular-nums } .inner { padding-left: 1.8rem }";

/// A picture of what took how long, as an SVG document.
pub fn report_svg(events: &[Event]) -> String {
    let mut svg = Svg::new();
    draw(&mut svg, &Timeline::of(events));
    svg.finish()
}

/// The same as a page, with every number in a table below.
pub fn report_html(events: &[Event]) -> String {
    let timeline = Timeline::of(events);
    let mut page = Svg::new();
    page.html();
    page.open("html", &[("lang", "en")]);
    page.open("head", &[]);
    page.empty("meta", &[("charset", "utf-8")]);
    let scale = "width=device-width, initial-scale=1";
    page.empty("meta", &[("name", "viewport"), ("content", scale)]);
    let policy = "default-src 'none'; style-src 'unsafe-inline'";
    let header = ("http-equiv", "Content-Security-Policy");
    page.empty("meta", &[header, ("content", policy)]);
    page.text("title", &[], &heading(&timeline));
    page.text("style", &[], PAGE);
    page.close();
    page.open("body", &[]);
    page.text("h1", &[], &heading(&timeline));
    draw(&mut page, &timeline);
    table(&mut page, &timeline);
    page.finish()
}

fn heading(timeline: &Timeline) -> String {
    format!("What took how long: {}", printable(&timeline.title))
}

/// What is seen, for whoever does not see it.
fn description(timeline: &Timeline) -> String {
    let layers = timeline.spans.iter();
    let layers = layers.filter(|span| span.kind == Kind::Layer);
    let layers: Vec<String> = layers.map(told).collect();
    let resources = timeline.spans.iter();
    let resources = resources.filter(|span| matches!(span.kind, Kind::Resource { .. }));
    format!(
        "{} in all. {}. {} of stacks.",
        millis(timeline.total),
        layers.join(", "),
        count(resources.count(), "resource")
    )
}

fn told(span: &Span) -> String {
    let end = match span.end {
        End::Done => "",
        End::Failed => ", failed",
        End::Open => ", not ended",
    };
    format!("{} {}{end}", printable(&span.name), millis(span.took()))
}

fn draw(svg: &mut Svg, timeline: &Timeline) {
    let bottom = TOP + timeline.spans.len() * ROW;
    let height = bottom + 16;
    svg.picture(&Frame {
        width: WIDTH,
        height,
        title: &heading(timeline),
        description: &description(timeline),
        style: COLORS,
    });
    let (width, height) = (WIDTH.to_string(), height.to_string());
    svg.empty(
        "rect",
        &[("class", "back"), ("width", &width), ("height", &height)],
    );
    let title = format!("{}, {}", printable(&timeline.title), millis(timeline.total));
    svg.text(
        "text",
        &[("class", "title"), ("x", "16"), ("y", "28")],
        &title,
    );
    axis(svg, timeline.total, bottom);
    for (index, span) in timeline.spans.iter().enumerate() {
        row(svg, span, timeline.total, TOP + index * ROW);
    }
    svg.close();
}

/// Marks at round times.
fn axis(svg: &mut Svg, total: u64, bottom: usize) {
    let step = step(total);
    let marks = (0..).map(|number| number * step);
    for at in marks.take_while(|at| *at <= total) {
        let x = place(at, total).to_string();
        let (top, end) = ((TOP - 6).to_string(), bottom.to_string());
        let line: [(&str, &str); 5] = [
            ("class", "line"),
            ("x1", &x),
            ("x2", &x),
            ("y1", &top),
            ("y2", &end),
        ];
        svg.empty("line", &line);
        let y = (TOP - 12).to_string();
        let label: [(&str, &str); 3] = [("class", "quiet middle"), ("x", &x), ("y", &y)];
        svg.text("text", &label, &mark(at));
    }
}

/// The smallest round step with which not too many marks are needed.
fn step(total: u64) -> u64 {
    const STEPS: [u64; 13] = [
        100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 120_000, 300_000, 600_000,
        1_800_000,
    ];
    let fits = |step: &&u64| total / **step < MARKS;
    let hours = 3_600_000 * (total / 3_600_000 / MARKS + 1);
    STEPS.iter().find(fits).copied().unwrap_or(hours)
}

/// A round time, without what is nought.
fn mark(at: u64) -> String {
    match at {
        0 => "0".to_owned(),
        at if at < 1_000 => format!("0.{} s", at / 100),
        at if at < 60_000 => format!("{} s", at / 1_000),
        at => millis(at),
    }
}

/// Where a time stands.
fn place(at: u64, total: u64) -> usize {
    let room = (RIGHT - LEFT) as u128;
    let along = u128::from(at.min(total)) * room / u128::from(total.max(1));
    LEFT + usize::try_from(along).unwrap_or(0)
}

fn row(svg: &mut Svg, span: &Span, total: u64, top: usize) {
    let (color, x, font) = match span.kind {
        Kind::Preparation => ("preparation", 16, ""),
        Kind::Layer => ("layer", 16, "strong"),
        Kind::Resource { .. } => ("resource", 32, ""),
    };
    let color = match span.end {
        End::Done => color,
        End::Failed | End::Open => "failed",
    };
    let (from, to) = (place(span.from, total), place(span.to, total));
    let width = to.saturating_sub(from).max(2);
    let (x, y) = (x.to_string(), (top + 15).to_string());
    svg.open("g", &[]);
    svg.text(
        "title",
        &[],
        &format!("{}, begun after {}", told(span), millis(span.from)),
    );
    let name = shorten(&printable(&span.name), NAME);
    svg.text("text", &[("class", font), ("x", &x), ("y", &y)], &name);
    let (left, bar) = (from.to_string(), width.to_string());
    let (above, high) = ((top + 4).to_string(), (ROW - 8).to_string());
    svg.empty(
        "rect",
        &[
            ("class", color),
            ("x", &left),
            ("y", &above),
            ("width", &bar),
            ("height", &high),
            ("rx", "3"),
        ],
    );
    let edge = (WIDTH - 16).to_string();
    let took = match span.end {
        End::Done => millis(span.took()),
        End::Failed => format!("{} ✗", millis(span.took())),
        End::Open => format!("{} …", millis(span.took())),
    };
    svg.text(
        "text",
        &[("class", "quiet end"), ("x", &edge), ("y", &y)],
        &took,
    );
    svg.close();
}

fn table(page: &mut Svg, timeline: &Timeline) {
    page.open("table", &[]);
    page.open("thead", &[]);
    page.open("tr", &[]);
    for (class, name) in [
        ("", "what"),
        ("", "type"),
        ("number", "begun after"),
        ("number", "took"),
        ("", "ended"),
    ] {
        page.text("th", &[("scope", "col"), ("class", class)], name);
    }
    page.close();
    page.close();
    page.open("tbody", &[]);
    for span in &timeline.spans {
        let (class, kind) = match &span.kind {
            Kind::Preparation => ("", "preparation".to_owned()),
            Kind::Layer => ("", "layer".to_owned()),
            Kind::Resource {
                resource_type,
                verb,
            } => ("inner", format!("{verb} {}", printable(resource_type))),
        };
        let end = match span.end {
            End::Done => "done",
            End::Failed => "failed",
            End::Open => "not ended",
        };
        page.open("tr", &[]);
        page.text("td", &[("class", class)], &printable(&span.name));
        page.text("td", &[], &kind);
        page.text("td", &[("class", "number")], &millis(span.from));
        page.text("td", &[("class", "number")], &millis(span.took()));
        page.text("td", &[], end);
        page.close();
    }
    page.close();
    page.close();
}
