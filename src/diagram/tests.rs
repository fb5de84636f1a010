//! Drawings of small and of random systems; those of the real stacks are held by `tests/it/graph.rs`.

use proptest::prelude::*;
use serde::Serialize;

use super::graph::{Edge, Node};
use super::kinds::Group;
use super::layout::layout;
use super::*;
use crate::template::{NoAttribute, Resource, TemplateBuilder, Text};

/// A resource of a type that a drawing does not know.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Machine {
    calls: Vec<Text>,
}

impl Resource for Machine {
    const TYPE: &'static str = "AWS::StepFunctions::StateMachine";
    type Attribute = NoAttribute;
}

#[test]
fn a_type_that_nobody_thought_of_is_drawn_all_the_same() {
    let mut builder = TemplateBuilder::new("two \"machines\" <b>");
    let first = builder.add("First", Machine { calls: Vec::new() }).unwrap();
    let calls = vec![Text::from(&first)];
    builder.add("Second", Machine { calls }).unwrap();
    let graph = Graph::of(&builder.build().unwrap(), None);
    insta::assert_snapshot!(mermaid(&graph), @r#"
    ---
    title: "two #34;machines#34; #60;b#62;"
    ---
    flowchart LR
      subgraph data["data and secrets"]
        n0["<b>First</b><br/>StepFunctions::StateMachine"]
        n1["<b>Second</b><br/>StepFunctions::StateMachine"]
      end
      n1 -.-> n0
    "#);
    let drawn = svg(&graph);
    assert!(
        drawn.contains("two &quot;machines&quot; &lt;b&gt;"),
        "{drawn}"
    );
    assert_eq!(drawn, svg(&graph));
}

fn system() -> impl Strategy<Value = Graph> {
    let node = (0_usize..5, 0_usize..6);
    let nodes = prop::collection::vec(node, 1..14);
    let edges = prop::collection::vec((0_usize..14, 0_usize..14), 0..24);
    (nodes, edges).prop_map(|(nodes, edges)| {
        let nodes: Vec<Node> = nodes
            .into_iter()
            .enumerate()
            .map(|(place, (column, lines))| Node {
                name: format!("Box{place}"),
                caption: "box".to_owned(),
                group: Group::ALL[column],
                column: column.min(3),
                outside: false,
                lines: vec!["a line".to_owned(); lines],
            })
            .collect();
        let is_one = |(from, to): &(usize, usize)| from != to && (*from).max(*to) < nodes.len();
        let edges = edges.into_iter().filter(is_one).map(|(from, to)| Edge {
            from,
            to,
            label: String::new(),
            reads: false,
        });
        Graph {
            title: "random".to_owned(),
            edges: edges.collect(),
            nodes,
        }
    })
}

proptest! {
    #[test]
    fn no_box_stands_on_another_and_every_arrow_joins_its_boxes(graph in system()) {
        let laid = layout(&graph, |node| (120.0, 44.0 + 10.0 * f64::from(u32::try_from(node.lines.len()).unwrap())));
        for (index, a) in laid.areas.iter().enumerate() {
            prop_assert!(a.x >= 0.0 && a.y >= -0.001);
            prop_assert!(a.x + a.width <= laid.width + 0.001 && a.y + a.height <= laid.height + 0.001);
            for b in &laid.areas[index + 1..] {
                let beside = a.x + a.width <= b.x || b.x + b.width <= a.x;
                let apart = a.y + a.height <= b.y + 0.001 || b.y + b.height <= a.y + 0.001;
                prop_assert!(beside || apart, "{a:?} {b:?}");
            }
        }
        for (edge, way) in graph.edges.iter().zip(&laid.ways) {
            for (node, end) in [(edge.from, way.first()), (edge.to, way.last())] {
                let (area, (x, y)) = (laid.areas[node], *end.unwrap());
                let at_side = (x - area.x).abs() < 0.001 || (x - area.x - area.width).abs() < 0.001;
                prop_assert!(at_side && y > area.y && y < area.y + area.height, "{area:?} {x} {y}");
            }
        }
        prop_assert_eq!(layout(&graph, |_| (1.0, 1.0)), layout(&graph, |_| (1.0, 1.0)));
    }
}
