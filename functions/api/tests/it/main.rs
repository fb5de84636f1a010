//! Integration tests of the `api` function: API Gateway events through the library, and the program itself
//! against a stand-in for the Lambda runtime interface on the loopback address.

mod events;
mod process;
mod runtime_interface;
