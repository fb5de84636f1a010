//! `qdn-infra destroy`: takes an environment away; data and bootstrap only when asked.

use std::collections::BTreeSet;

use crate::cli::args::DestroyArgs;
use crate::cli::console::Console;
use crate::cli::context::Context;
use crate::cli::error::Error;
use crate::cli::exit;
use crate::engine::{self, Consent, Environment, Kept, Removal, Step};
use crate::ports::Deletion;

/// Destroys an environment after its names were typed.
pub async fn run(context: &mut Context, args: &DestroyArgs) -> Result<u8, Error> {
    let (environment, session) = context.connect().await?;
    engine::settle(&environment, &session.ports, context.sink.as_ref()).await?;
    let present = engine::present(&environment, &session.ports).await?;
    let consent = Consent {
        data: args.data,
        bootstrap: args.bootstrap,
    };
    let removal = engine::removal(&environment, &present, consent)?;
    context.console.lines(&intent(&environment, &removal))?;
    if removal.steps.is_empty() {
        return Ok(exit::DONE);
    }
    let names = names_to_type(&environment, consent);
    confirm(
        &mut context.console,
        &environment,
        &names,
        args.yes.as_deref(),
    )
    .await?;
    engine::destroy(
        &environment,
        &present,
        consent,
        &session.ports,
        context.sink.as_ref(),
    )
    .await?;
    Ok(exit::DONE)
}

fn intent(environment: &Environment, removal: &Removal) -> String {
    let mut lines = vec![if removal.steps.is_empty() {
        let stack = environment.names().stack;
        format!("nothing to destroy: {stack} does not exist")
    } else {
        format!("destroy {}", environment.name)
    }];
    lines.extend(removal.steps.iter().filter_map(|step| match step {
        Step::Detach {
            distribution,
            parts,
        } => Some(if parts.is_empty() {
            format!("- waiting until distribution {distribution} is deployed")
        } else {
            format!("- from distribution {distribution}: {}", parts.join(", "))
        }),
        Step::Disallow {
            bucket, statements, ..
        } => {
            let statements = statements.join(", ");
            Some(format!(
                "- from the policy of bucket {bucket}: {statements}"
            ))
        }
        Step::DeleteObjects { bucket, keys } => {
            Some(format!("- from bucket {bucket}: {}", keys.join(", ")))
        }
        // Emptying is told with the bucket that goes.
        Step::Empty(_) => None,
        Step::DeleteStack { name, .. } => Some(format!("- stack {name}")),
        Step::RemoveBucket(bucket) => Some(format!("- bucket {bucket} and everything in it")),
        Step::DeleteTable {
            name,
            restorable_days,
        } => Some(format!(
            "- table {name}, whose backup can be restored for {restorable_days} days"
        )),
        Step::DeleteSecret { name, when } => Some(match when {
            Deletion::Now => format!("- secret {name}"),
            Deletion::AfterDays(days) => {
                format!("- secret {name}, which can be restored for {days} days")
            }
        }),
    }));
    lines.extend(removal.kept.iter().map(|kept| match kept {
        Kept::Stack(name, needed) => kept_line("stack", name, *needed),
        Kept::Bucket(name, needed) => kept_line("bucket", name, *needed),
        Kept::Table(name, needed) => kept_line("table", name, *needed),
        Kept::Secret(name, needed) => kept_line("secret", name, *needed),
        Kept::Object(name, needed) => kept_line("object", name, *needed),
        Kept::Webhook => {
            "  kept: the webhook at the carrier; set another there, or texts get lost".to_owned()
        }
    }));
    lines.join("\n") + "\n"
}

fn kept_line(kind: &str, name: &str, needed: Consent) -> String {
    let flags: Vec<&str> = [(needed.data, "--data"), (needed.bootstrap, "--bootstrap")]
        .into_iter()
        .filter_map(|(needed, flag)| needed.then_some(flag))
        .collect();
    format!("  kept: {kind} {name} (`{}` removes it)", flags.join(" "))
}

/// They follow from the flags alone, so that the same command can be repeated after it was interrupted.
fn names_to_type(environment: &Environment, consent: Consent) -> Vec<(&'static str, String)> {
    let names = environment.names();
    let mut asked = vec![("stack", names.stack)];
    if consent.data {
        asked.push(("table", names.table));
        if !environment.file.site.is_existing() {
            asked.push(("bucket", names.site_bucket));
        }
    }
    if consent.bootstrap {
        asked.push(("bootstrap stack", names.bootstrap));
    }
    asked
}

async fn confirm(
    console: &mut Console,
    environment: &Environment,
    names: &[(&'static str, String)],
    yes: Option<&[String]>,
) -> Result<(), Error> {
    if !environment.file.confirm {
        return Ok(());
    }
    let wanted: BTreeSet<&str> = names.iter().map(|(_, name)| name.as_str()).collect();
    let given = yes.map(|given| given.iter().map(String::as_str).collect::<BTreeSet<_>>());
    if given.as_ref() == Some(&wanted) {
        return Ok(());
    }
    if !console.interactive {
        let list: Vec<&str> = names.iter().map(|(_, name)| name.as_str()).collect();
        return Err(Error::NobodyToAsk {
            environment: environment.name.clone(),
            flag: format!("--yes={}", list.join(",")),
        });
    }
    for (kind, name) in names {
        let question = format!("Type the {kind}'s name, {name}, to destroy it:");
        if console.ask(&question).await.as_ref() != Some(name) {
            return Err(Error::Declined);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::args::{Cli, Command};
    use crate::config::{BucketName, CustomerValues, DataPolicy, DomainName, Site, StackFile};
    use crate::engine::{Attached, Present};

    /// Keeps its data and is confirmed by a person.
    fn kept() -> Environment {
        let yaml = include_bytes!("../../../stacks/local.yaml");
        let mut file = StackFile::parse(yaml, "local.yaml").unwrap();
        let values = CustomerValues::resolve(&file, |_| None).unwrap();
        file.data = DataPolicy::Keep;
        file.confirm = true;
        Environment {
            name: "local".to_owned(),
            file,
            values,
            viewer: None,
            carrier: None,
            claim: crate::cli::claim::claim("destroy"),
        }
    }

    fn everything() -> Present {
        Present {
            stack: Some("arn:main".to_owned()),
            bootstrap: Some("arn:bootstrap".to_owned()),
            site_bucket: true,
            artifacts_bucket: true,
            table: true,
            secrets: vec!["qdn-local/carrier".to_owned()],
            attached: None,
        }
    }

    fn told(environment: &Environment, present: &Present, data: bool, bootstrap: bool) -> String {
        let consent = Consent { data, bootstrap };
        intent(
            environment,
            &engine::removal(environment, present, consent).unwrap(),
        )
    }

    #[test]
    fn the_intent_names_what_goes_and_what_stays() {
        insta::assert_snapshot!(told(&kept(), &everything(), false, false), @"
        destroy local
        - stack qdn-local
          kept: the webhook at the carrier; set another there, or texts get lost
          kept: table qdn-local-data (`--data` removes it)
          kept: secret qdn-local/carrier (`--data` removes it)
          kept: bucket qdn-local-site-000000000000-us-east-1 (`--data` removes it)
          kept: stack qdn-local-bootstrap (`--data --bootstrap` removes it)
          kept: bucket qdn-local-artifacts-000000000000-us-east-1 (`--data --bootstrap` removes it)
        ");
        insta::assert_snapshot!(told(&kept(), &everything(), true, true), @"
        destroy local
        - stack qdn-local
        - bucket qdn-local-site-000000000000-us-east-1 and everything in it
        - table qdn-local-data, whose backup can be restored for 35 days
        - secret qdn-local/carrier, which can be restored for 30 days
        - stack qdn-local-bootstrap
        - bucket qdn-local-artifacts-000000000000-us-east-1 and everything in it
          kept: the webhook at the carrier; set another there, or texts get lost
        ");
    }

    #[test]
    fn a_bucket_that_outlived_its_stack_is_still_told() {
        let left = Present {
            stack: None,
            bootstrap: None,
            artifacts_bucket: false,
            ..everything()
        };
        insta::assert_snapshot!(told(&kept(), &left, false, false), @"
        nothing to destroy: qdn-local does not exist
          kept: table qdn-local-data (`--data` removes it)
          kept: secret qdn-local/carrier (`--data` removes it)
          kept: bucket qdn-local-site-000000000000-us-east-1 (`--data` removes it)
        ");
        insta::assert_snapshot!(told(&kept(), &left, true, false), @"
        destroy local
        - bucket qdn-local-site-000000000000-us-east-1 and everything in it
        - table qdn-local-data, whose backup can be restored for 35 days
        - secret qdn-local/carrier, which can be restored for 30 days
        ");
    }

    #[test]
    fn names_are_given_exactly_or_the_error_tells_the_flag() {
        let environment = kept();
        let consent = Consent {
            data: true,
            bootstrap: true,
        };
        let names = names_to_type(&environment, consent);
        let answer = |flags: &[&str]| {
            let line = ["qdn-infra", "destroy"].iter().chain(flags);
            let Command::Destroy(args) = Cli::try_parse_from(line).unwrap().command else {
                panic!("another command");
            };
            let sink = || Box::new(std::io::sink());
            let mut console = Console::captured(sink(), sink());
            let yes = args.yes.as_deref();
            let runtime = tokio::runtime::Builder::new_current_thread()
                .build()
                .unwrap();
            runtime.block_on(confirm(&mut console, &environment, &names, yes))
        };
        let flag = "--yes=qdn-local,qdn-local-data,qdn-local-site-000000000000-us-east-1,qdn-local-bootstrap";
        answer(&[flag]).unwrap();
        for refused in [
            &[][..],
            &["--yes"],
            &["--yes=qdn-local"],
            &[&format!("{flag},other")],
        ] {
            let error = answer(refused).unwrap_err();
            assert!(
                matches!(&error, Error::NobodyToAsk { flag: needed, .. } if needed == flag),
                "{refused:?}: {error}"
            );
        }
    }

    #[test]
    fn the_bucket_of_a_site_that_is_not_ours_is_never_asked_for() {
        let mut environment = kept();
        environment.file.site = Site::Existing {
            bucket: BucketName::new("quickdumpnow.com").unwrap(),
            distribution: serde_json::from_value(
                serde_json::json!({ "env": "QDN_DISTRIBUTION_ID" }),
            )
            .unwrap(),
            domain: DomainName::new("quickdumpnow.com").unwrap(),
        };
        let consent = Consent {
            data: true,
            bootstrap: false,
        };
        let names = names_to_type(&environment, consent);
        let expected = [("stack", "qdn-local"), ("table", "qdn-local-data")];
        assert_eq!(names, expected.map(|(kind, name)| (kind, name.to_owned())));
        let present = Present {
            site_bucket: false,
            ..everything()
        };
        assert!(!told(&environment, &present, true, false).contains("qdn-local-site"));
        let attached = Present {
            attached: Some(Attached {
                distribution: "E1".to_owned(),
                parts: vec!["Origins[qdn-infra-api]".to_owned()],
                deployed: true,
                bucket: "quickdumpnow.com".to_owned(),
                statements: vec!["Statement[QdnInfraReadTrack]".to_owned()],
                page: vec!["track/index.html".to_owned()],
                document: true,
            }),
            bootstrap: None,
            artifacts_bucket: false,
            table: false,
            secrets: Vec::new(),
            ..present
        };
        insta::assert_snapshot!(told(&environment, &attached, false, false), @"
        destroy local
        - from distribution E1: Origins[qdn-infra-api]
        - from the policy of bucket quickdumpnow.com: Statement[QdnInfraReadTrack]
        - from bucket quickdumpnow.com: track/index.html
        - stack qdn-local
          kept: the webhook at the carrier; set another there, or texts get lost
          kept: object quickdumpnow.com/data/maintenance.json (`--data` removes it)
        ");
    }
}
