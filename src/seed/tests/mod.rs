//! Seeds read, compared and merged.

mod merges;
mod properties;
mod reads;

use qdn_shared::maintenance::MaintenanceDocument;

use super::*;

const SEED: &str = include_str!("../../../assets/seed/maintenance.json");

fn seed() -> MaintenanceData {
    MaintenanceData::parse(SEED.as_bytes(), FILE).expect("the checkout's own seed is right")
}

/// The seed with a change.
fn changed(change: impl FnOnce(&mut MaintenanceDocument)) -> MaintenanceData {
    let mut document = seed().document().clone();
    change(&mut document);
    MaintenanceData::of(document)
}

/// What a comparison says, a line for each thing.
fn told(compared: &Comparison) -> String {
    let shown = |value: &Option<serde_json::Value>| match value {
        Some(value) if value.is_object() => "{…}".to_owned(),
        Some(value) => value.to_string(),
        None => "nothing".to_owned(),
    };
    let change = |whose: &str, change: &Change| {
        let (before, after) = (shown(&change.before), shown(&change.after));
        format!("{whose} {}: {before} → {after}", change.path)
    };
    let ours = compared.ours.iter().map(|one| change("ours", one));
    let theirs = compared.theirs.iter().map(|one| change("theirs", one));
    let conflicts = compared.conflicts.iter().map(|conflict| match conflict {
        Conflict::Both {
            path,
            base,
            ours,
            theirs,
        } => {
            let (base, ours, theirs) = (shown(base), shown(ours), shown(theirs));
            format!("conflict {path}: {base}, {ours} or {theirs}")
        }
        Conflict::Together { path, message } => format!("together {path} {message}"),
        Conflict::Foreign { message } => format!("foreign {message}"),
        Conflict::Gone => "gone".to_owned(),
    });
    let lines: Vec<String> = ours.chain(theirs).chain(conflicts).collect();
    format!(
        "{:?}, record {}\n{}",
        compared.put,
        compared.record,
        lines.join("\n")
    )
}
