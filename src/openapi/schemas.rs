//! JSON Schemas of the bodies, made of the types, and where each body's stands.

use qdn_shared::api::{
    CreateJob, JobAnswer, JobPage, LinkAnswer, MessageAnswer, MessagePage, Nothing, SendMessage,
    TrackAnswer,
};
use qdn_shared::charge::Charge;
use qdn_shared::health::Health;
use qdn_shared::job::{State, Transition};
use qdn_shared::maintenance::MaintenanceDocument;
use qdn_shared::problem::Problem;
use qdn_shared::rating::Rating;
use qdn_shared::route::RouteName;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

/// Collects the schemas that a document refers to.
pub(super) struct Schemas(SchemaGenerator);

impl Schemas {
    /// None yet.
    pub(super) fn new() -> Self {
        let settings = SchemaSettings::draft2020_12()
            .with(|settings| settings.definitions_path = "/components/schemas".into());
        Schemas(settings.into_generator())
    }

    /// The schema of the JSON body that a route takes; none for a route that takes none.
    pub(super) fn request(&mut self, name: RouteName) -> Option<Value> {
        Some(match name {
            RouteName::CreateJob => self.of::<CreateJob>(),
            RouteName::MoveJob => self.of::<Transition>(),
            RouteName::SendMessage => self.of::<SendMessage>(),
            RouteName::RenewLink => self.of::<Nothing>(),
            RouteName::SetCharge => self.of::<Charge>(),
            RouteName::Rate => self.of::<Rating>(),
            RouteName::PutMaintenance => self.of::<MaintenanceDocument>(),
            RouteName::ListJobs
            | RouteName::GetJob
            | RouteName::ListMessages
            | RouteName::Track
            | RouteName::GetMaintenance
            | RouteName::CarrierStatus
            | RouteName::CarrierInbound
            | RouteName::Health => return None,
        })
    }

    /// The schema of the JSON that a route answers with; none for one that answers with something else.
    pub(super) fn answer(&mut self, name: RouteName) -> Option<Value> {
        Some(match name {
            RouteName::CreateJob
            | RouteName::GetJob
            | RouteName::MoveJob
            | RouteName::SetCharge => self.of::<JobAnswer>(),
            RouteName::ListJobs => self.of::<JobPage>(),
            RouteName::SendMessage => self.of::<MessageAnswer>(),
            RouteName::ListMessages => self.of::<MessagePage>(),
            RouteName::RenewLink => self.of::<LinkAnswer>(),
            RouteName::Track | RouteName::Rate => self.of::<TrackAnswer>(),
            RouteName::GetMaintenance | RouteName::PutMaintenance => {
                self.of::<MaintenanceDocument>()
            }
            RouteName::Health => self.of::<Health>(),
            RouteName::CarrierStatus | RouteName::CarrierInbound => return None,
        })
    }

    /// The schema of a job's state.
    pub(super) fn state(&mut self) -> Value {
        self.of::<State>()
    }

    /// The schema of a problem document.
    pub(super) fn problem(&mut self) -> Value {
        self.of::<Problem>()
    }

    fn of<T: JsonSchema>(&mut self) -> Value {
        self.0.subschema_for::<T>().to_value()
    }

    /// Everything that was referred to, by name.
    pub(super) fn finish(mut self) -> Map<String, Value> {
        self.0.take_definitions(true)
    }
}

/// The form that the carrier sends. It has many more fields, and none of them is believed.
pub(super) fn carrier_form() -> Value {
    json!({
        "type": "object",
        "properties": {
            "MessageSid": { "type": "string", "pattern": "^(SM|MM)[0-9a-fA-F]{32}$" },
        },
        "required": ["MessageSid"],
        "additionalProperties": { "type": "string" },
    })
}
