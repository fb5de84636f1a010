//! Where boxes stand and arrows run. Boxes stand in columns; an arrow that passes columns takes a place of its own in
//! each of them, so that it runs behind no box. The order within a column is what lets the fewest arrows cross.

use super::graph::{Edge, Graph, Node};
use super::kinds::Group;

/// Space between boxes, above each other and beside each other, in pixels.
const BELOW: f64 = 22.0;
const BESIDE: f64 = 84.0;
/// Space that an arrow takes in a column that it passes.
const LANE: f64 = 12.0;
/// Space between arrows that meet at one side of a box.
const PORT: f64 = 12.0;
/// Sweeps over the columns; the order settles within a few.
const SWEEPS: usize = 12;

/// A point of the picture.
pub(super) type Point = (f64, f64);

/// A box's place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Area {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// The whole picture, from its upper left corner on.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Layout {
    pub(super) width: f64,
    pub(super) height: f64,
    /// By node.
    pub(super) areas: Vec<Area>,
    /// By edge: where it leaves a box, passes columns, and ends.
    pub(super) ways: Vec<Vec<Point>>,
}

/// What takes a place in a column.
#[derive(Debug, Clone)]
struct Item {
    /// A box, or none for an arrow that passes.
    node: Option<usize>,
    column: usize,
    /// What stands below the rest.
    low: bool,
    height: f64,
    /// Items in the columns beside it that it is tied to.
    left: Vec<usize>,
    right: Vec<usize>,
    /// Its upper end.
    y: f64,
}

impl Item {
    fn middle(&self) -> f64 {
        self.y + self.height / 2.0
    }
}

/// Lays a graph out. `size` is what a box takes, in pixels.
pub(super) fn layout(graph: &Graph, size: impl Fn(&Node) -> (f64, f64)) -> Layout {
    let sizes: Vec<(f64, f64)> = graph.nodes.iter().map(size).collect();
    let sizes = with_room(graph, sizes);
    let (mut items, chains) = items(graph, &sizes);
    let columns = ordered(&items);
    place(&mut items, &columns);
    let xs = across(&items, &columns, &sizes);
    // Boxes of a column are of one width, so that whatever passes between them bends beside them.
    let areas: Vec<Area> = (0..graph.nodes.len())
        .map(|node| {
            let (x, width) = xs[items[node].column];
            Area {
                x,
                y: items[node].y,
                width,
                height: items[node].height,
            }
        })
        .collect();
    let ways = ways(graph, &items, &chains, &areas, &xs);
    let right = xs.iter().map(|(x, width)| x + width);
    let bottom = items.iter().map(|item| item.y + item.height);
    Layout {
        width: right.fold(0.0, f64::max),
        height: bottom.fold(0.0, f64::max),
        areas,
        ways,
    }
}

/// Boxes at one side of which many arrows meet are higher.
fn with_room(graph: &Graph, sizes: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    let mut ends = vec![[0_usize; 2]; sizes.len()];
    for Edge { from, to, .. } in &graph.edges {
        let (a, b) = (graph.nodes[*from].column, graph.nodes[*to].column);
        ends[*from][usize::from(a <= b)] += 1;
        ends[*to][usize::from(b <= a)] += 1;
    }
    let high = |ends: &[usize; 2]| real(ends[0].max(ends[1]) + 1) * PORT;
    let sizes = sizes.into_iter().zip(&ends);
    sizes
        .map(|((width, height), ends)| (width, height.max(high(ends))))
        .collect()
}

/// Items for the boxes, at their own places in the list, and for arrows that pass; and for each arrow its items from
/// left to right.
fn items(graph: &Graph, sizes: &[(f64, f64)]) -> (Vec<Item>, Vec<Vec<usize>>) {
    let item = |node, column, low, height| Item {
        node,
        column,
        low,
        height,
        left: Vec::new(),
        right: Vec::new(),
        y: 0.0,
    };
    let boxes = graph.nodes.iter().enumerate();
    let mut items: Vec<Item> = boxes
        .map(|(place, node)| {
            let low = node.group == Group::Watch;
            item(Some(place), node.column, low, sizes[place].1)
        })
        .collect();
    let mut chains = Vec::new();
    for Edge { from, to, .. } in &graph.edges {
        let (mut left, mut right) = (*from, *to);
        if items[left].column > items[right].column {
            (left, right) = (right, left);
        }
        let low = items[left].low && items[right].low;
        let mut chain = vec![left];
        for column in items[left].column + 1..items[right].column {
            chain.push(items.len());
            items.push(item(None, column, low, LANE));
        }
        chain.push(right);
        for pair in chain.windows(2) {
            // Within a column nothing pulls.
            if items[pair[0]].column < items[pair[1]].column {
                items[pair[0]].right.push(pair[1]);
                items[pair[1]].left.push(pair[0]);
            }
        }
        chains.push(chain);
    }
    (items, chains)
}

/// The columns in the best order that the sweeps came by.
fn ordered(items: &[Item]) -> Vec<Vec<usize>> {
    let number = items.iter().map(|item| item.column + 1).max().unwrap_or(0);
    let mut columns = vec![Vec::new(); number];
    for (place, item) in items.iter().enumerate() {
        columns[item.column].push(place);
    }
    for column in &mut columns {
        column.sort_by_key(|place| items[*place].low);
    }
    let mut best = (crossings(items, &columns), columns.clone());
    for sweep in 0..SWEEPS {
        let to_the_right = sweep % 2 == 0;
        let mut order: Vec<usize> = (0..number).collect();
        if !to_the_right {
            order.reverse();
        }
        for column in order {
            let ranks = ranks(items.len(), &columns);
            let key = |place: &usize| {
                let item = &items[*place];
                let tied = if to_the_right {
                    &item.left
                } else {
                    &item.right
                };
                let own = ranks[*place];
                (
                    item.low,
                    mean(tied.iter().map(|tied| ranks[*tied])).unwrap_or(own),
                )
            };
            columns[column].sort_by(|a, b| {
                let ((a_low, a), (b_low, b)) = (key(a), key(b));
                a_low.cmp(&b_low).then(a.total_cmp(&b))
            });
        }
        let crossings = crossings(items, &columns);
        if crossings < best.0 {
            best = (crossings, columns.clone());
        }
    }
    best.1
}

/// Places within the columns, from 0 to 1, so that columns of different lengths compare.
fn ranks(number: usize, columns: &[Vec<usize>]) -> Vec<f64> {
    let mut ranks = vec![0.0; number];
    for column in columns {
        let step = 1.0 / real(column.len());
        for (rank, place) in column.iter().enumerate() {
            ranks[*place] = (real(rank) + 0.5) * step;
        }
    }
    ranks
}

/// How many pairs of ties between neighbouring columns cross.
fn crossings(items: &[Item], columns: &[Vec<usize>]) -> usize {
    let mut rank = vec![0; items.len()];
    for column in columns {
        for (at, place) in column.iter().enumerate() {
            rank[*place] = at;
        }
    }
    let mut number = 0;
    for column in columns {
        let ties: Vec<(usize, usize)> = column
            .iter()
            .flat_map(|place| {
                items[*place]
                    .right
                    .iter()
                    .map(|right| (rank[*place], rank[*right]))
            })
            .collect();
        for (index, (a, b)) in ties.iter().enumerate() {
            let later = ties[index + 1..].iter();
            number += later
                .filter(|(c, d)| (a < c && b > d) || (a > c && b < d))
                .count();
        }
    }
    number
}

/// Gives each item its height in the picture: near what it is tied to, and never upon another.
fn place(items: &mut [Item], columns: &[Vec<usize>]) {
    for low in [false, true] {
        let of_band = |column: &Vec<usize>| -> Vec<usize> {
            let of_band = column.iter().filter(|place| items[**place].low == low);
            of_band.copied().collect()
        };
        let columns: Vec<Vec<usize>> = columns.iter().map(of_band).collect();
        relax(items, &columns);
    }
    // The rest ends above what stands low.
    let end = items
        .iter()
        .filter(|item| !item.low)
        .map(|item| item.y + item.height);
    let end = end.fold(f64::MIN, f64::max);
    let begin = items.iter().filter(|item| item.low).map(|item| item.y);
    let down = (end + 2.0 * BELOW - begin.fold(f64::MAX, f64::min)).max(0.0);
    for item in items.iter_mut().filter(|item| item.low && end > f64::MIN) {
        item.y += down;
    }
    let top = items.iter().map(|item| item.y).fold(f64::MAX, f64::min);
    for item in items {
        item.y -= top;
    }
}

/// Pulls items towards what they are tied to, column by column, to and fro.
fn relax(items: &mut [Item], columns: &[Vec<usize>]) {
    for column in columns {
        settle(items, column, |_, y| y);
    }
    for round in 0..SWEEPS {
        let mut order: Vec<usize> = (0..columns.len()).collect();
        if round % 2 == 1 {
            order.reverse();
        }
        for column in order {
            let wanted: Vec<f64> = columns[column]
                .iter()
                .map(|place| {
                    let item = &items[*place];
                    let tied = item.left.iter().chain(&item.right);
                    let middle = mean(tied.map(|tied| items[*tied].middle()));
                    middle.map_or(item.y, |middle| middle - item.height / 2.0)
                })
                .collect();
            settle(items, &columns[column], |index, _| wanted[index]);
        }
    }
}

/// Puts a column's items where they are wanted, as far as those above leave room, and then all of them so that they are
/// as far above as below where they are wanted.
fn settle(items: &mut [Item], column: &[usize], wanted: impl Fn(usize, f64) -> f64) {
    let mut free = f64::MIN;
    let mut off = 0.0;
    for (index, place) in column.iter().enumerate() {
        let item = &mut items[*place];
        let wanted = wanted(index, item.y);
        item.y = wanted.max(free);
        off += wanted - item.y;
        let space = if item.node.is_some() { BELOW } else { LANE };
        free = item.y + item.height + space;
    }
    let shift = off / real(column.len().max(1));
    for place in column {
        items[*place].y += shift;
    }
}

/// Where each column begins, and how wide it is.
fn across(items: &[Item], columns: &[Vec<usize>], sizes: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut x = 0.0;
    let mut across = Vec::new();
    for column in columns {
        let nodes = column.iter().filter_map(|place| items[*place].node);
        let width = nodes.map(|node| sizes[node].0).fold(0.0, f64::max);
        across.push((x, width));
        x += width + BESIDE;
    }
    across
}

/// The way of each arrow. Those that meet at one side of a box share it in the order of their other ends.
fn ways(
    graph: &Graph,
    items: &[Item],
    chains: &[Vec<usize>],
    areas: &[Area],
    xs: &[(f64, f64)],
) -> Vec<Vec<Point>> {
    let mut ports: Vec<(usize, bool, f64, usize)> = Vec::new();
    for (edge, chain) in chains.iter().enumerate() {
        let same = items[chain[0]].column == items[chain[chain.len() - 1]].column;
        let (first, last) = (chain[0], chain[chain.len() - 1]);
        let (after, before) = (chain[1], chain[chain.len() - 2]);
        ports.push((first, true, items[after].middle(), edge));
        // Within a column an arrow leaves and ends at the right.
        ports.push((last, same, items[before].middle(), edge));
    }
    let port = |node: usize, right: bool, edge: usize| -> Point {
        let mut here: Vec<&(usize, bool, f64, usize)> = ports
            .iter()
            .filter(|port| (port.0, port.1) == (node, right))
            .collect();
        here.sort_by(|a, b| a.2.total_cmp(&b.2).then(a.3.cmp(&b.3)));
        let rank = here.iter().position(|port| port.3 == edge).unwrap_or(0);
        let area = &areas[node];
        let part = (real(rank) + 1.0) / (real(here.len()) + 1.0);
        let x = if right { area.x + area.width } else { area.x };
        (x, area.y + area.height * part)
    };
    let edges = graph.edges.iter().zip(chains).enumerate();
    edges
        .map(|(index, (edge, chain))| {
            let (first, last) = (chain[0], chain[chain.len() - 1]);
            let same = items[first].column == items[last].column;
            let mut way = vec![port(first, true, index)];
            for passed in &chain[1..chain.len() - 1] {
                let (x, width) = xs[items[*passed].column];
                let y = items[*passed].middle();
                way.extend([(x, y), (x + width, y)]);
            }
            way.push(port(last, same, index));
            if edge.from != first {
                way.reverse();
            }
            way
        })
        .collect()
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, number) = values.fold((0.0, 0_usize), |(sum, number), value| {
        (sum + value, number + 1)
    });
    (number > 0).then(|| sum / real(number))
}

/// A small number.
fn real(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}
