//! A proxy before a local cloud that lets one call of a program go wrong, as a network or a service does. What reads
//! passes; so does what the functions in that cloud ask, who know its own address.

use std::io::{Error, ErrorKind, Result};
use std::sync::{Arc, Mutex};

use reqwest::header::{CONNECTION, CONTENT_LENGTH, HOST, HeaderMap, HeaderName, TRANSFER_ENCODING};
use reqwest::redirect::Policy;
use reqwest::{Client, Method};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

/// What happens to a call. A stalled one is left to the engine's tests: its bounds are minutes long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The connection ends before anything is carried out.
    Unsent,
    /// It is carried out, and the connection ends without an answer.
    Lost,
    /// The service fails before it does anything.
    Failed,
    /// The service asks to slow down.
    Throttled,
}

impl Kind {
    pub const ALL: [Self; 4] = [Self::Unsent, Self::Lost, Self::Failed, Self::Throttled];
}

/// Which call goes wrong, and how.
#[derive(Debug, Clone, Copy)]
pub struct Disturbance {
    pub kind: Kind,
    /// Its place among the calls that change something, from 1.
    pub call: usize,
    /// So many attempts of it.
    pub attempts: usize,
}

/// A running proxy.
pub struct Proxy {
    /// Where it listens, no slash at the end.
    pub address: String,
    /// What it stands before.
    pub endpoint: String,
    state: Arc<Mutex<State>>,
    _runtime: Runtime,
}

#[derive(Default)]
struct State {
    disturbance: Option<Disturbance>,
    /// The invocations that change something, in the order of their first attempts.
    calls: Vec<String>,
    /// The operation of each attempt that went wrong.
    disturbed: Vec<String>,
}

impl Proxy {
    pub fn before(endpoint: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::<Mutex<State>>::default();
        runtime.spawn(accept(listener, endpoint.to_owned(), Arc::clone(&state)));
        Self {
            address,
            endpoint: endpoint.to_owned(),
            state,
            _runtime: runtime,
        }
    }

    /// Begins to count anew, and lets this call go wrong.
    pub fn disturb(&self, disturbance: Disturbance) {
        *self.state.lock().unwrap() = State {
            disturbance: Some(disturbance),
            ..State::default()
        };
    }

    /// How many calls would have changed something.
    pub fn calls(&self) -> usize {
        self.state.lock().unwrap().calls.len()
    }

    /// The operation of each attempt that went wrong.
    pub fn disturbed(&self) -> Vec<String> {
        self.state.lock().unwrap().disturbed.clone()
    }
}

impl State {
    /// What happens to a request.
    fn judge(&mut self, request: &Request) -> Option<Kind> {
        let operation = request.operation();
        let Disturbance {
            kind,
            call,
            attempts,
        } = self.disturbance?;
        if reads(&operation) {
            return None;
        }
        // The same for all attempts of a call.
        let invocation = request.headers.get("amz-sdk-invocation-id")?;
        let invocation = invocation.to_str().ok()?;
        let known = self.calls.iter().position(|known| known == invocation);
        let place = known.unwrap_or_else(|| {
            self.calls.push(invocation.to_owned());
            self.calls.len() - 1
        });
        if place + 1 != call || self.disturbed.len() == attempts {
            return None;
        }
        self.disturbed.push(operation);
        Some(kind)
    }
}

fn reads(operation: &str) -> bool {
    ["Describe", "Filter", "GET", "Get", "HEAD", "List"]
        .iter()
        .any(|beginning| operation.starts_with(beginning))
}

async fn accept(listener: TcpListener, endpoint: String, state: Arc<Mutex<State>>) {
    let client = Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .build()
        .unwrap();
    while let Ok((stream, _)) = listener.accept().await {
        let (client, endpoint) = (client.clone(), endpoint.clone());
        let state = Arc::clone(&state);
        // A caller may go away at any time.
        tokio::spawn(async move { serve(stream, &client, &endpoint, &state).await.ok() });
    }
}

/// One connection, until it ends.
async fn serve(
    mut stream: TcpStream,
    client: &Client,
    endpoint: &str,
    state: &Mutex<State>,
) -> Result<()> {
    let mut read = Vec::new();
    while let Some(request) = Request::read(&mut stream, &mut read).await? {
        let kind = state.lock().unwrap().judge(&request);
        let answer = match kind {
            None => request.forward(client, endpoint).await?,
            Some(Kind::Unsent) => return Ok(()),
            Some(Kind::Lost) => return request.forward(client, endpoint).await.map(drop),
            Some(Kind::Failed) => request.refusal("500 Internal Server Error", "InternalError"),
            Some(Kind::Throttled) => request.refusal("503 Service Unavailable", "Throttling"),
        };
        stream.write_all(&answer).await?;
    }
    Ok(())
}

/// A request, read whole.
struct Request {
    method: Method,
    target: String,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Request {
    /// The next one of a connection; none when that ends. `read` holds what was read beyond the last one.
    async fn read(stream: &mut TcpStream, read: &mut Vec<u8>) -> Result<Option<Self>> {
        let end = loop {
            if let Some(end) = read.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break end;
            }
            if stream.read_buf(read).await? == 0 {
                return Ok(None);
            }
        };
        let head = String::from_utf8_lossy(&read[..end]).into_owned();
        let wrong = || Error::from(ErrorKind::InvalidData);
        let mut lines = head.split("\r\n");
        let first = lines.next().ok_or_else(wrong)?;
        let mut words = first.split(' ');
        let (Some(method), Some(target)) = (words.next(), words.next()) else {
            return Err(wrong());
        };
        let mut headers = HeaderMap::new();
        for line in lines {
            let (name, value) = line.split_once(':').ok_or_else(wrong)?;
            let name: HeaderName = name.parse().map_err(|_| wrong())?;
            headers.append(name, value.trim().parse().map_err(|_| wrong())?);
        }
        // SDKs say how long a body is, also of one that is signed in pieces.
        assert!(!headers.contains_key(TRANSFER_ENCODING), "{head}");
        let length = headers.get(CONTENT_LENGTH);
        let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
        let begin = end + 4;
        let length: usize = length.unwrap_or(0);
        while read.len() < begin + length {
            if stream.read_buf(read).await? == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
        }
        let rest = read.split_off(begin + length);
        let body = read.split_off(begin);
        *read = rest;
        Ok(Some(Self {
            method: method.parse().map_err(|_| wrong())?,
            target: target.to_owned(),
            headers,
            body,
        }))
    }

    /// As the protocol names it: an action, a target's last part, or method and path.
    fn operation(&self) -> String {
        let body = String::from_utf8_lossy(&self.body);
        if let Some(action) = body.strip_prefix("Action=") {
            return action.split('&').next().unwrap_or_default().to_owned();
        }
        let target = self.headers.get("x-amz-target");
        match target.and_then(|target| target.to_str().ok()?.split('.').next_back()) {
            Some(name) => name.to_owned(),
            None => format!("{} {}", self.method, self.target),
        }
    }

    /// Lets the cloud answer.
    async fn forward(&self, client: &Client, endpoint: &str) -> Result<Vec<u8>> {
        let mut headers = self.headers.clone();
        for between in [CONNECTION, CONTENT_LENGTH, HOST] {
            headers.remove(between);
        }
        let address = format!("{endpoint}{}", self.target);
        let request = client.request(self.method.clone(), address);
        let sent = request.headers(headers).body(self.body.clone()).send();
        let answer = sent.await.map_err(Error::other)?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = answer.bytes().await.map_err(Error::other)?;
        let mut bytes = format!("HTTP/1.1 {status}\r\n").into_bytes();
        for (name, value) in &headers {
            // The length that a HEAD tells is that of another body.
            let kept = name != CONTENT_LENGTH || self.method == Method::HEAD;
            if kept && name != CONNECTION && name != TRANSFER_ENCODING {
                bytes.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
            }
        }
        if self.method != Method::HEAD {
            bytes.extend(format!("content-length: {}\r\n", body.len()).into_bytes());
        }
        bytes.extend(b"\r\n");
        bytes.extend(body);
        Ok(bytes)
    }

    /// An error of the service, in the form that its protocol has.
    fn refusal(&self, status: &str, code: &str) -> Vec<u8> {
        let signed = self.headers.get("authorization");
        let signed = signed.and_then(|signed| signed.to_str().ok());
        let error = format!("<Error><Code>{code}</Code><Message>disturbed</Message></Error>");
        let body = if signed.is_some_and(|signed| signed.contains("/s3/")) {
            error
        } else {
            format!("<ErrorResponse>{error}</ErrorResponse>")
        };
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status}\r\nx-amzn-errortype: {code}\r\ncontent-length: {length}\r\n"
        );
        format!("{head}\r\n{body}").into_bytes()
    }
}
