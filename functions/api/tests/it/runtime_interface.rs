//! A stand-in for the Lambda runtime interface: hands out one event and takes its answer. Loopback only;
//! its threads end with the test process.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::thread;

/// Address of the interface, and where what the function posts arrives: path and body.
pub(crate) struct RuntimeInterface {
    pub(crate) address: SocketAddr,
    pub(crate) posts: Receiver<(String, String)>,
}

impl RuntimeInterface {
    pub(crate) fn serving(event: String) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let (sender, posts) = mpsc::channel();
        let event = Arc::new(Mutex::new(Some(event)));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (event, sender) = (Arc::clone(&event), sender.clone());
                thread::spawn(move || converse(&stream, &event, &sender));
            }
        });
        Ok(RuntimeInterface { address, posts })
    }
}

fn converse(
    stream: &TcpStream,
    event: &Mutex<Option<String>>,
    posts: &Sender<(String, String)>,
) -> io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut writer = stream.try_clone()?;
    while let Some((method, path, body)) = read_request(&mut reader)? {
        if method == "POST" {
            write!(writer, "HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n")?;
            // Nobody listens any more once the test has what it wants.
            let _ = posts.send((path, body));
            continue;
        }
        let next = event.lock().map_or(None, |mut event| event.take());
        let Some(event) = next else {
            // No second event: the function waits, as it does on Lambda.
            loop {
                thread::park();
            }
        };
        write!(
            writer,
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
             lambda-runtime-aws-request-id: 8476a536-e9f4-11e8-9739-2dfe598c3fcd\r\n\
             lambda-runtime-deadline-ms: 4102444800000\r\n\
             lambda-runtime-invoked-function-arn: arn:aws:lambda:eu-central-1:111122223333:function:api\r\n\r\n{event}",
            event.len()
        )?;
    }
    Ok(())
}

fn read_request(reader: &mut impl BufRead) -> io::Result<Option<(String, String, String)>> {
    let mut first = String::new();
    if reader.read_line(&mut first)? == 0 {
        return Ok(None);
    }
    let mut words = first.split_whitespace();
    let (method, path) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        match line.trim_end().split_once(':') {
            Some((name, value)) => {
                headers.insert(name.to_ascii_lowercase(), value.trim().to_owned())
            }
            None => break,
        };
    }
    let body = if headers.contains_key("transfer-encoding") {
        read_chunks(reader)?
    } else {
        let length = headers
            .get("content-length")
            .and_then(|length| length.parse().ok())
            .unwrap_or(0);
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        body
    };
    let body = String::from_utf8_lossy(&body).into_owned();
    Ok(Some((method.to_owned(), path.to_owned(), body)))
}

fn read_chunks(reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut size = String::new();
        reader.read_line(&mut size)?;
        let size = usize::from_str_radix(size.trim(), 16).map_err(io::Error::other)?;
        let mut chunk = vec![0; size + 2];
        reader.read_exact(&mut chunk)?;
        if size == 0 {
            return Ok(body);
        }
        body.extend_from_slice(&chunk[..size]);
    }
}
