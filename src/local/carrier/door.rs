//! The stand-in's listener. Its connections can be cut by a handler, so that the client sees the line go
//! dead instead of an answer.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpStream as Probe};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::Request;
use axum::extract::connect_info::{ConnectInfo, Connected};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// Listens on a loopback port.
pub(super) struct Door(TcpListener);

impl Door {
    /// On the preferred port, or on any free one when that is taken.
    pub async fn open(preferred: u16) -> io::Result<Self> {
        // macOS lets a loopback bind succeed beside a wildcard listener, so ask first.
        let asked = SocketAddr::from((Ipv4Addr::LOCALHOST, preferred));
        let taken =
            preferred != 0 && Probe::connect_timeout(&asked, Duration::from_millis(500)).is_ok();
        if !taken && let Ok(listener) = TcpListener::bind(asked).await {
            return Ok(Self(listener));
        }
        TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map(Self)
    }
}

impl Listener for Door {
    type Io = Line;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Line, SocketAddr) {
        // The plain listener's own, which waits when the system has no more sockets.
        let (stream, address) = Listener::accept(&mut self.0).await;
        // Answers are small; they need not wait for more.
        let _ = stream.set_nodelay(true);
        let line = Line {
            stream,
            cut: Cut::default(),
        };
        (line, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// Cuts a connection.
#[derive(Debug, Clone, Default)]
pub(super) struct Cut(Arc<AtomicBool>);

impl Cut {
    /// The one of a request's connection.
    pub fn of(request: &Request) -> Self {
        let found = request.extensions().get::<ConnectInfo<Self>>();
        found
            .map(|ConnectInfo(cut)| cut.clone())
            .unwrap_or_default()
    }

    /// Cuts it: the answer is never written.
    pub fn now(&self) -> Response {
        self.0.store(true, Ordering::Relaxed);
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    }
}

impl Connected<IncomingStream<'_, Door>> for Cut {
    fn connect_info(stream: IncomingStream<'_, Door>) -> Self {
        stream.io().cut.clone()
    }
}

/// A connection.
pub(super) struct Line {
    stream: TcpStream,
    cut: Cut,
}

impl Line {
    fn check(&self) -> io::Result<()> {
        if self.cut.0.load(Ordering::Relaxed) {
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        Ok(())
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
