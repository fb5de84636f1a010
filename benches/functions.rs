//! What a Lambda function costs before it does any work: from its start to its first question for an event, and the
//! memory it holds then and after one event. Runs the packaged binaries against a stand-in for the Lambda runtime
//! interface on the loopback; `qdn-infra package` builds them.

#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

use std::env;
use std::error::Error;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How often each function is started.
const STARTS: usize = 30;

/// Each function with an event that it answers without asking any service.
const FUNCTIONS: &[(&str, &str)] = &[
    (
        "api",
        r#"{"resource":"/api/health","path":"/api/health","httpMethod":"GET","headers":{},"multiValueHeaders":{},"requestContext":{"resourcePath":"/api/health","httpMethod":"GET","path":"/live/api/health","stage":"live","requestId":"1"},"isBase64Encoded":false}"#,
    ),
    ("relay", r#"{"Records":[]}"#),
    ("upkeep", r#"{"probe":true}"#),
];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = binaries();
    println!(
        "| function | binary | start to ready, median (worst) of {STARTS} | memory ready | after one event |"
    );
    println!("|---|---|---|---|---|");
    for (name, event) in FUNCTIONS {
        let binary = folder.join(name);
        let size = fs::metadata(&binary)
            .map_err(|error| {
                format!(
                    "{}: {error}; `qdn-infra package` builds it",
                    binary.display()
                )
            })?
            .len();
        let mut runs = Vec::new();
        for _ in 0..STARTS {
            runs.push(run(&binary, event)?);
        }
        runs.sort_by_key(|run| run.ready_after);
        let (median, worst) = (&runs[STARTS / 2], &runs[STARTS - 1]);
        println!(
            "| {name} | {:.2} MB | {:.1} ms ({:.1}) | {:.1} MB | {:.1} MB |",
            megabytes(size),
            milliseconds(median.ready_after),
            milliseconds(worst.ready_after),
            megabytes(median.memory_ready),
            megabytes(median.memory_after)
        );
    }
    Ok(())
}

/// Where cargo leaves the binaries of this machine's packages.
fn binaries() -> PathBuf {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("target"),
        PathBuf::from,
    );
    target
        .join(format!("{}-unknown-linux-musl", env::consts::ARCH))
        .join("lambda")
}

struct Run {
    ready_after: Duration,
    memory_ready: u64,
    memory_after: u64,
}

/// Starts a function, gives it one event, and stops it.
fn run(binary: &Path, event: &str) -> Result<Run, Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let began = Instant::now();
    let mut function = Stopped(start(binary, &listener)?);
    let (mut connection, _) = listener.accept()?;
    let mut reader = BufReader::new(connection.try_clone()?);
    read_request(&mut reader)?;
    let ready_after = began.elapsed();
    let memory_ready = memory(&function.0)?;
    answer(&mut connection, event)?;
    // The answer may come over another connection, and so may the next question.
    loop {
        let asked_next = read_request(&mut reader)?;
        if asked_next {
            break;
        }
        connection.write_all(b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n")?;
    }
    let memory_after = memory(&function.0)?;
    function.0.kill()?;
    Ok(Run {
        ready_after,
        memory_ready,
        memory_after,
    })
}

/// The environment of a deployed function; nothing in it is asked for anything.
fn start(binary: &Path, listener: &TcpListener) -> Result<Child, Box<dyn Error>> {
    let address = listener.local_addr()?.to_string();
    let child = Command::new(binary)
        .env_clear()
        .env("AWS_LAMBDA_RUNTIME_API", address)
        .env("AWS_LAMBDA_FUNCTION_NAME", "measured")
        .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
        .env("AWS_LAMBDA_LOG_GROUP_NAME", "measured")
        .env("AWS_LAMBDA_LOG_STREAM_NAME", "measured")
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ACCESS_KEY_ID", "measured")
        .env("AWS_SECRET_ACCESS_KEY", "measured")
        .env("QDN_ALLOWED_ORIGINS", "")
        .env("QDN_STACK", "qdn-measured")
        .env("QDN_TABLE", "qdn-measured-data")
        .env("QDN_SITE_BUCKET", "qdn-measured-site")
        .env("QDN_CARRIER_SECRET", "qdn-measured/carrier")
        .env("QDN_KEYS_SECRET", "qdn-measured/keys")
        .env("QDN_OPERATORS_SECRET", "qdn-measured/operators")
        .env("QDN_PUBLIC_URL", "https://measured.example")
        .env("QDN_CARRIER_URL", "http://127.0.0.1:9")
        .env("QDN_SENDS_PER_SECOND", "10")
        .env("QDN_CASCADE_SECONDS", "120")
        .env("QDN_SUPPORT_PHONE", "+15005550100")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    Ok(child)
}

/// A process that ends with its owner.
struct Stopped(Child);

impl Drop for Stopped {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Reads one request; whether it asks for the next event.
fn read_request(reader: &mut BufReader<TcpStream>) -> Result<bool, Box<dyn Error>> {
    let mut first = String::new();
    if reader.read_line(&mut first)? == 0 {
        return Err("the function closed the connection; run it by hand to see why".into());
    }
    let mut length = 0;
    let mut chunked = false;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.parse()?;
        }
        chunked |= line == "transfer-encoding: chunked";
    }
    loop {
        if chunked {
            let mut size = String::new();
            reader.read_line(&mut size)?;
            length = usize::from_str_radix(size.trim_end(), 16)?;
        }
        let mut body = vec![0; length + if chunked { 2 } else { 0 }];
        reader.read_exact(&mut body)?;
        if !chunked || length == 0 {
            break;
        }
    }
    Ok(first.starts_with("GET "))
}

fn answer(connection: &mut TcpStream, event: &str) -> Result<(), Box<dyn Error>> {
    write!(
        connection,
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
         lambda-runtime-aws-request-id: 1\r\nlambda-runtime-deadline-ms: 4102444800000\r\n\
         lambda-runtime-invoked-function-arn: arn:aws:lambda:us-east-1:000000000000:function:measured\r\n\r\n{event}",
        event.len()
    )?;
    Ok(())
}

/// The resident memory of a process in bytes.
fn memory(child: &Child) -> Result<u64, Box<dyn Error>> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id()))?;
    let kilobytes = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB"))
        .ok_or("no VmRSS in /proc")?;
    Ok(kilobytes.parse::<u64>()? * 1024)
}

#[expect(clippy::cast_precision_loss, reason = "sizes for people")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
