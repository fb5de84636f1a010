//! Boxes and arrows as SVG: one file, in both themes, and nothing is loaded.

use super::graph::{Edge, Graph, Node};
use super::kinds::Group;
use super::layout::{Area, Point, layout};
use crate::svg::{Frame, Svg};

/// Space around the drawing, and above it for the title.
const MARGIN: f64 = 24.0;
const TOP: f64 = 60.0;
/// Height of the line that says what the arrows mean.
const LEGEND: f64 = 34.0;
/// What a character takes at most, by the sizes of the texts.
const NAME: f64 = 9.0;
const CAPTION: f64 = 7.0;
const LINE: f64 = 6.8;

const STYLE: &str = "\
svg { color-scheme: light dark; --back: #ffffff; --box: #f6f8fa; --text: #1f2328; --quiet: #59636e; --arrow: #59636e; \
--begin: #8250df; --entrance: #0969da; --function: #bc4c00; --data: #1a7f37; --watch: #6e7781 }
@media (prefers-color-scheme: dark) { svg { --back: #0d1117; --box: #161b22; --text: #f0f6fc; --quiet: #9198a1; \
--arrow: #9198a1; --begin: #a371f7; --entrance: #4493f8; --function: #f0883e; --data: #3fb950; --watch: #8b949e } }
.back { fill: var(--back) }
text { font: 13px ui-sans-serif, system-ui, sans-serif; fill: var(--text) }
.title { font-size: 17px; font-weight: 600 } .name { font-weight: 600 }
.caption, .legend { font-size: 11px; fill: var(--quiet) }
.line { font: 11px ui-monospace, monospace }
.label { font-size: 11px; text-anchor: middle; paint-order: stroke; stroke: var(--back); stroke-width: 5px; \
stroke-linejoin: round }
.box { fill: var(--box); stroke-width: 1.5px } .outside { stroke-dasharray: 5 3 }
.begin { stroke: var(--begin) } .entrance { stroke: var(--entrance) } .function { stroke: var(--function) }
.data { stroke: var(--data) } .watch { stroke: var(--watch) }
.arrow { fill: none; stroke: var(--arrow); stroke-width: 1.4px } .reads { stroke-dasharray: 2 4 }
.head { fill: var(--arrow) }";

/// The drawing as an SVG document that ends with a newline.
pub fn svg(graph: &Graph) -> String {
    let laid = layout(graph, size);
    let width = laid.width + 2.0 * MARGIN;
    let height = laid.height + TOP + MARGIN + LEGEND;
    let mut svg = Svg::new();
    svg.picture(&Frame {
        width: pixels(width),
        height: pixels(height),
        title: &graph.title,
        description: &description(graph),
        style: STYLE,
    });
    svg.open("defs", &[]);
    svg.open(
        "marker",
        &[
            ("id", "head"),
            ("viewBox", "0 0 8 8"),
            ("refX", "7"),
            ("refY", "4"),
            ("markerWidth", "7"),
            ("markerHeight", "7"),
            ("orient", "auto"),
        ],
    );
    svg.empty("path", &[("class", "head"), ("d", "M0 0 L8 4 L0 8 z")]);
    svg.close();
    svg.close();
    let (wide, high) = (pixels(width).to_string(), pixels(height).to_string());
    svg.empty(
        "rect",
        &[("class", "back"), ("width", &wide), ("height", &high)],
    );
    text(&mut svg, "title", (MARGIN, 32.0), &graph.title);
    let moved = |(x, y): Point| (x + MARGIN, y + TOP);
    for (edge, way) in graph.edges.iter().zip(&laid.ways) {
        let way: Vec<Point> = way.iter().copied().map(moved).collect();
        arrow(&mut svg, edge, &way);
    }
    for (node, area) in graph.nodes.iter().zip(&laid.areas) {
        let (x, y) = moved((area.x, area.y));
        draw(&mut svg, node, Area { x, y, ..*area });
    }
    for (edge, way) in graph.edges.iter().zip(&laid.ways) {
        if !edge.label.is_empty() {
            let way: Vec<Point> = way.iter().copied().map(moved).collect();
            text(&mut svg, "label", label_place(&way), &edge.label);
        }
    }
    legend(&mut svg, height - MARGIN);
    svg.finish()
}

/// What is seen, for whoever does not see it.
fn description(graph: &Graph) -> String {
    let name = |place: usize| graph.nodes[place].name.as_str();
    let arrow = |edge: &Edge| {
        let label = match edge.label.as_str() {
            "" => String::new(),
            label => format!(" ({label})"),
        };
        format!("{} to {}{label}", name(edge.from), name(edge.to))
    };
    let arrows: Vec<String> = graph.edges.iter().map(arrow).collect();
    format!("Arrows: {}.", arrows.join(", "))
}

/// What a box takes.
fn size(node: &Node) -> (f64, f64) {
    let wide = |text: &str, sign: f64| real(text.chars().count()) * sign;
    let lines = node.lines.iter().map(|line| wide(line, LINE));
    let widest = lines.fold(
        wide(&node.name, NAME).max(wide(&node.caption, CAPTION)),
        f64::max,
    );
    let lines = real(node.lines.len());
    let below = if node.lines.is_empty() {
        0.0
    } else {
        lines * 15.0 + 8.0
    };
    ((widest + 24.0).max(110.0), 44.0 + below)
}

fn draw(svg: &mut Svg, node: &Node, area: Area) {
    let outside = if node.outside { " outside" } else { "" };
    let class = format!("box {}{outside}", node.group.class());
    let sizes = [area.x, area.y, area.width, area.height].map(number);
    let [x, y, width, height] = &sizes;
    svg.empty(
        "rect",
        &[
            ("class", &class),
            ("x", x),
            ("y", y),
            ("width", width),
            ("height", height),
            ("rx", "7"),
        ],
    );
    let left = area.x + 12.0;
    text(svg, "name", (left, area.y + 19.0), &node.name);
    text(svg, "caption", (left, area.y + 34.0), &node.caption);
    for (index, line) in node.lines.iter().enumerate() {
        text(
            svg,
            "line",
            (left, area.y + 54.0 + real(index) * 15.0),
            line,
        );
    }
}

/// A smooth line along a way: level where it leaves, passes and ends.
fn arrow(svg: &mut Svg, edge: &Edge, way: &[Point]) {
    let Some((first, rest)) = way.split_first() else {
        return;
    };
    let mut path = vec![format!("M{} {}", number(first.0), number(first.1))];
    let mut at = *first;
    for (index, point) in rest.iter().enumerate() {
        // Every second stretch is level: the arrow passes a column.
        if index % 2 == 1 {
            path.push(format!("L{} {}", number(point.0), number(point.1)));
        } else {
            let (out, back) = bend(at, *point);
            let numbers = [out, at.1, back, point.1, point.0, point.1].map(number);
            path.push(format!("C{}", numbers.join(" ")));
        }
        at = *point;
    }
    let class = if edge.reads { "arrow reads" } else { "arrow" };
    let head = ("marker-end", "url(#head)");
    svg.empty("path", &[("class", class), ("d", &path.join(" ")), head]);
}

/// Where a curve between two points is drawn to. Within a column it swings out to the right.
fn bend(from: Point, to: Point) -> (f64, f64) {
    let middle = f64::midpoint(from.0, to.0);
    if (from.0 - to.0).abs() < 1.0 {
        (from.0 + 46.0, to.0 + 46.0)
    } else {
        (middle, middle)
    }
}

/// In the middle of where an arrow passes a column, or else of its one stretch.
fn label_place(way: &[Point]) -> Point {
    match way {
        [_, from, to, _, ..] | [from, to, ..] => (
            f64::midpoint(from.0, to.0),
            f64::midpoint(from.1, to.1) + 4.0,
        ),
        _ => (0.0, 0.0),
    }
}

/// What colours and lines mean.
fn legend(svg: &mut Svg, y: f64) {
    let mut x = MARGIN;
    for group in Group::ALL {
        let place = [x, y - 9.0].map(number);
        let class = format!("box {}", group.class());
        svg.empty(
            "rect",
            &[
                ("class", &class),
                ("x", &place[0]),
                ("y", &place[1]),
                ("width", "14"),
                ("height", "10"),
                ("rx", "2"),
            ],
        );
        text(svg, "legend", (x + 20.0, y), group.name());
        x += 42.0 + real(group.name().len()) * CAPTION;
    }
    for (class, said) in [("arrow", "uses"), ("arrow reads", "only reads")] {
        let line = [x, x + 26.0, y - 4.0].map(number);
        let [from, to, height] = &line;
        svg.empty(
            "path",
            &[
                ("class", class),
                ("d", &format!("M{from} {height} L{to} {height}")),
            ],
        );
        text(svg, "legend", (x + 32.0, y), said);
        x += 54.0 + real(said.len()) * CAPTION;
    }
}

fn text(svg: &mut Svg, class: &str, (x, y): Point, said: &str) {
    let place = [x, y].map(number);
    svg.text(
        "text",
        &[("class", class), ("x", &place[0]), ("y", &place[1])],
        said,
    );
}

/// To a tenth, which is finer than anybody sees.
fn number(value: f64) -> String {
    let text = format!("{value:.1}");
    match text.strip_suffix(".0") {
        Some(whole) => whole.to_owned(),
        None => text,
    }
}

fn pixels(value: f64) -> usize {
    let text = format!("{:.0}", value.ceil());
    text.parse().unwrap_or(0)
}

fn real(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}
