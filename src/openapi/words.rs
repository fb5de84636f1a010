//! What the document says about each route, for people.

use qdn_shared::route::RouteName;

/// One route in words.
pub(super) struct Words {
    /// What it belongs to.
    pub(super) tag: &'static str,
    /// On one line.
    pub(super) summary: &'static str,
    /// What else there is to know.
    pub(super) description: &'static str,
    /// What a good answer is.
    pub(super) answer: &'static str,
}

/// The tags, with what they hold.
pub(super) const TAGS: [(&str, &str); 6] = [
    ("jobs", "Jobs, for operators."),
    (
        "messages",
        "Texts to a job's customer and their replies, for operators.",
    ),
    (
        "track",
        "What a customer sees and says, with the token of their tracking link.",
    ),
    (
        "maintenance",
        "Trucks, equipment and supplies, for operators.",
    ),
    ("carrier", "What the SMS carrier calls."),
    ("health", "Whether the function runs."),
];

/// What holds for the whole API.
pub(super) const ABOUT: &str = "\
Operators and customers show what they have in `Authorization: Bearer …`; nothing secret stands in an address.

Errors are problem documents (RFC 9457). `errors` lists everything that is wrong with a request, by JSON pointer, parameter \
or header. A method that a path does not have is answered with 405 and `Allow`, a path that does not exist with 404.

No answer may be stored by a cache (`Cache-Control: no-store`). Pages of the configured origins may read answers.";

/// The words of a route.
pub(super) fn of(name: RouteName) -> Words {
    let (tag, summary, description, answer) = match name {
        RouteName::CreateJob => (
            "jobs",
            "Take a job in",
            "The customer gets a confirmation with a tracking link.",
            "The job",
        ),
        RouteName::ListJobs => (
            "jobs",
            "List jobs",
            "Newest first, a page at a time.",
            "A page of jobs",
        ),
        RouteName::GetJob => ("jobs", "Read a job", "", "The job"),
        RouteName::MoveJob => (
            "jobs",
            "Move a job on",
            "`CREATED → ASSIGNED → IN_PROGRESS → COMPLETE → RATED`, one state after another; the customer is told of each. While \
             ASSIGNED, that state may be named again with another technician or window, which the customer is told too. Naming \
             the current state with the same data changes nothing and tells nobody. Of several callers at one moment one wins; \
             the others get 409 and decide again.",
            "The job as it is now",
        ),
        RouteName::SendMessage => (
            "messages",
            "Send a text to the customer",
            "The answer does not wait for the carrier: `delivery` begins as `pending`.",
            "The message",
        ),
        RouteName::ListMessages => (
            "messages",
            "List a job's messages and replies",
            "Oldest first, a page at a time.",
            "A page of messages and replies",
        ),
        RouteName::RenewLink => (
            "jobs",
            "Give a job a new tracking link",
            "All links that the customer got before are void. The customer gets the new one by text.",
            "The job and the link, which is told in no other answer",
        ),
        RouteName::SetCharge => (
            "jobs",
            "Say what a job costs, and that it is paid",
            "In any state. The customer is not told by text and sees it on the tracking page.",
            "The job as it is now",
        ),
        RouteName::Track => (
            "track",
            "See the job of a tracking link",
            "Whatever is wrong with a token, the answer is the same 404.",
            "The job as its customer sees it",
        ),
        RouteName::Rate => (
            "track",
            "Rate the job of a tracking link",
            "Once, when the job is COMPLETE. The same rating again gets the same answer.",
            "The job as its customer sees it now",
        ),
        RouteName::GetMaintenance => (
            "maintenance",
            "Read the maintenance document",
            "As it lies in the bucket; `ETag` is what a writer has to name.",
            "The document",
        ),
        RouteName::PutMaintenance => (
            "maintenance",
            "Replace the maintenance document",
            "Meters never go backwards without a `correction` that names the reading it corrects.",
            "The document as it is now; 201 for the first one",
        ),
        RouteName::CarrierStatus => (
            "carrier",
            "A message's status changed",
            "The form is only a hint: the message is read again at the carrier. An address that we did not sign leads to 404.",
            "Taken in",
        ),
        RouteName::CarrierInbound => (
            "carrier",
            "A text came in",
            "As above. The text is stored with its sender's latest job and passed on to the operator's lines; a word by which \
             somebody opts out is noted and answered by the carrier.",
            "Taken in; nothing is answered to the sender",
        ),
        RouteName::Health => (
            "health",
            "Say that the function runs",
            "Touches nothing but memory.",
            "It runs, with this package",
        ),
    };
    Words {
        tag,
        summary,
        description,
        answer,
    }
}
