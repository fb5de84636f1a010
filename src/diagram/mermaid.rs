//! Boxes and arrows as Mermaid, which GitHub draws in Markdown.

use std::fmt::Write as _;

use super::graph::{Graph, Node};
use super::kinds::Group;

/// The drawing as a Mermaid flowchart that ends with a newline.
pub fn mermaid(graph: &Graph) -> String {
    let mut text = format!(
        "---\ntitle: \"{}\"\n---\nflowchart LR\n",
        escaped(&graph.title)
    );
    for group in Group::ALL {
        let nodes = graph.nodes.iter().enumerate();
        let mut nodes = nodes.filter(|(_, node)| node.group == group).peekable();
        if nodes.peek().is_none() {
            continue;
        }
        line(
            &mut text,
            format_args!("  subgraph {}[\"{}\"]", group.class(), group.name()),
        );
        for (place, node) in nodes {
            line(&mut text, format_args!("    n{place}[\"{}\"]", label(node)));
        }
        line(&mut text, format_args!("  end"));
    }
    for edge in &graph.edges {
        let arrow = if edge.reads { "-.->" } else { "-->" };
        let label = match edge.label.as_str() {
            "" => String::new(),
            label => format!("|\"{}\"|", escaped(label)),
        };
        line(
            &mut text,
            format_args!("  n{} {arrow}{label} n{}", edge.from, edge.to),
        );
    }
    let outside = graph.nodes.iter().enumerate();
    for (place, _) in outside.filter(|(_, node)| node.outside) {
        line(
            &mut text,
            format_args!("  style n{place} stroke-dasharray: 4 3"),
        );
    }
    text
}

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a String does not fail.
    let _ = writeln!(text, "{line}");
}

fn label(node: &Node) -> String {
    let name = format!("<b>{}</b>", escaped(&node.name));
    let rest = std::iter::once(&node.caption).chain(&node.lines);
    let rest = rest.map(|line| escaped(line));
    std::iter::once(name)
        .chain(rest)
        .collect::<Vec<_>>()
        .join("<br/>")
}

/// The text with every sign that could mean something to Mermaid, Markdown or HTML as its number.
fn escaped(text: &str) -> String {
    let mut safe = String::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() || " ./,:-_".contains(c) {
            safe.push(c);
        } else {
            // Writing to a String does not fail.
            let _ = write!(safe, "#{};", u32::from(c));
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_means_anything() {
        assert_eq!(escaped("/api/jobs/{jobId}"), "/api/jobs/#123;jobId#125;");
        assert_eq!(
            escaped("\"]; <b>#&\n"),
            "#34;#93;#59; #60;b#62;#35;#38;#10;"
        );
    }
}
