//! A board that shows metrics as lines over time.

use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};

use super::metric::{Metric, PERIOD_SECONDS};
use crate::template::{Text, resource};

/// `AWS::CloudWatch::Dashboard`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Dashboard {
    dashboard_name: Text,
    /// JSON.
    dashboard_body: String,
}

/// One picture of a board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Widget {
    /// What people read above it.
    pub title: String,
    /// One line each.
    pub lines: Vec<Metric>,
}

/// `CloudWatch`'s grid is 24 columns wide.
const COLUMNS: usize = 24;
const WIDTH: usize = 12;
const HEIGHT: usize = 6;

impl Dashboard {
    /// A board with these pictures of a region's metrics, two beside each other.
    pub fn of(widgets: &[Widget], region: &str, dashboard_name: Text) -> Self {
        let placed = widgets.iter().enumerate().map(|(index, widget)| {
            let cells = index * WIDTH;
            Placed {
                kind: "metric",
                x: cells % COLUMNS,
                y: cells / COLUMNS * HEIGHT,
                width: WIDTH,
                height: HEIGHT,
                properties: Properties {
                    title: &widget.title,
                    region,
                    view: "timeSeries",
                    period: PERIOD_SECONDS,
                    metrics: widget.lines.iter().map(Line).collect(),
                },
            }
        });
        let body = Body {
            widgets: placed.collect(),
        };
        Self {
            dashboard_name,
            dashboard_body: serde_json::to_string(&body)
                .expect("a board holds texts and numbers under fixed names"),
        }
    }
}

#[derive(Serialize)]
struct Body<'a> {
    widgets: Vec<Placed<'a>>,
}

#[derive(Serialize)]
struct Placed<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    x: usize,
    y: usize,
    width: usize,
    height: usize,
    properties: Properties<'a>,
}

#[derive(Serialize)]
struct Properties<'a> {
    title: &'a str,
    region: &'a str,
    view: &'static str,
    /// Seconds.
    period: u32,
    metrics: Vec<Line<'a>>,
}

/// Written as `CloudWatch` wants it: `["AWS/Lambda", "Errors", "FunctionName", "api", {"stat": "Sum"}]`.
struct Line<'a>(&'a Metric);

#[derive(Serialize)]
struct LineOptions {
    stat: super::Statistic,
}

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Metric {
            namespace,
            name,
            dimensions,
            statistic,
        } = self.0;
        let mut line = serializer.serialize_seq(None)?;
        line.serialize_element(namespace)?;
        line.serialize_element(name)?;
        for dimension in dimensions {
            line.serialize_element(dimension.name)?;
            line.serialize_element(&dimension.value)?;
        }
        line.serialize_element(&LineOptions { stat: *statistic })?;
        line.end()
    }
}

resource!(Dashboard, "AWS::CloudWatch::Dashboard");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::cloudwatch::{Dimension, Statistic};

    fn board(titles: &[&str]) -> String {
        let widget = |title: &&str| Widget {
            title: (*title).to_owned(),
            lines: vec![Metric {
                namespace: "AWS/Lambda",
                name: "Errors",
                dimensions: vec![Dimension {
                    name: "FunctionName",
                    value: "api".to_owned(),
                }],
                statistic: Statistic::Sum,
            }],
        };
        let widgets: Vec<Widget> = titles.iter().map(widget).collect();
        Dashboard::of(&widgets, "us-east-1", "board".into()).dashboard_body
    }

    #[test]
    fn a_picture_is_written_as_cloudwatch_wants_it() {
        insta::assert_snapshot!(board(&["one"]), @r#"{"widgets":[{"type":"metric","x":0,"y":0,"width":12,"height":6,"properties":{"title":"one","region":"us-east-1","view":"timeSeries","period":300,"metrics":[["AWS/Lambda","Errors","FunctionName","api",{"stat":"Sum"}]]}}]}"#);
    }

    #[test]
    fn pictures_stand_two_in_a_row() {
        let body: serde_json::Value =
            serde_json::from_str(&board(&["one", "two", "three"])).unwrap();
        let places: Vec<(u64, u64)> = body["widgets"]
            .as_array()
            .unwrap()
            .iter()
            .map(|widget| (widget["x"].as_u64().unwrap(), widget["y"].as_u64().unwrap()))
            .collect();
        assert_eq!(places, [(0, 0), (12, 0), (0, 6)]);
    }
}
