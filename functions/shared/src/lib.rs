//! Domain of QDN shared by the Lambda functions and the deployer: the route table, the cross-origin rule,
//! problem documents, the health answer and the names that both sides must spell alike.
//! No I/O lives here, and no type of a web framework or of AWS.
//!
//! | module | holds |
//! |---|---|
//! | [`route`] | the only list of API routes |
//! | [`cors`] | which origins may read an answer, and the headers that say so |
//! | [`problem`] | RFC 9457 problem documents |
//! | [`health`] | the answer of `GET /api/health` |
//! | [`package`] | function names and the keys of their code objects |
//! | [`environment`] | names of the environment variables that the deployer sets and a function reads |

pub mod cors;
pub mod environment;
pub mod health;
pub mod package;
pub mod problem;
pub mod route;
