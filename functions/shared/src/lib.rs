//! Domain of QDN shared by the Lambda functions and the deployer: the route table, the cross-origin rule,
//! problem documents, the health answer and the names that both sides must spell alike.
//! No I/O lives here, and no type of a web framework or of AWS.
//!
//! | module | holds |
//! |---|---|
//! | [`api`] | the bodies of requests and answers, and how requests are read |
//! | [`form`] | fields of the carrier's forms |
//! | [`route`] | the only list of API routes |
//! | [`cors`] | which origins may read an answer, and the headers that say so |
//! | [`problem`] | RFC 9457 problem documents |
//! | [`health`] | the answer of `GET /api/health` |
//! | [`package`] | function names and the keys of their code objects |
//! | [`id`] | ids of jobs, threads, messages and tracking links |
//! | [`job`] | the job: its states, its moves, what the customer is told |
//! | [`charge`], [`rating`] | what a job costs, what the customer thinks of it |
//! | [`words`] | names and free texts |
//! | [`phone`] | phone numbers in E.164 |
//! | [`window`] | the window in which a technician arrives |
//! | [`text`] | the texts that customers get |
//! | [`segments`] | a text that the carrier takes, and its SMS segments |
//! | [`ring`] | signing keys and their rotation |
//! | [`token`] | the job token |
//! | [`mac`] | the signature in callback addresses |
//! | [`operator`] | operator keys |
//! | [`credentials`] | the carrier's credentials and the internal lines |
//! | [`maintenance`] | trucks, equipment and supplies: the document, what is due, alerts |
//! | [`message`] | a message and its way to a phone |
//! | [`metric`] | what the functions count, by the names that alarms use |
//! | [`environment`] | names of the environment variables that the deployer sets and a function reads |

pub mod api;
pub mod charge;
pub mod cors;
pub mod credentials;
pub mod environment;
pub mod form;
pub mod health;
pub mod id;
pub mod job;
mod json_text;
pub mod mac;
pub mod maintenance;
pub mod message;
pub mod metric;
pub mod operator;
pub mod package;
pub mod phone;
pub mod problem;
pub mod rating;
pub mod reach;
pub mod ring;
pub mod route;
pub mod segments;
pub mod text;
pub mod token;
pub mod window;
pub mod words;
