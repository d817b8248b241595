//! The server as a whole: the doors on a socket, over one store.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::{App, HttpServer, web};

use crate::doors::{self, syncml::Door};
use crate::session::Host;

/// How many messages one worker works on at once; each may hold a database connection and a message in memory.
const BLOCKING_THREADS: usize = 8;
/// How long requests may take to finish when the server is told to stop, in seconds.
const SHUTDOWN_SECONDS: u64 = 10;

/// What the server runs with.
pub struct Options {
    /// Where to listen; port 0 takes any free one.
    pub listen: SocketAddr,
    /// The URL that devices reach us at; `None`: what each request says.
    pub public_url: Option<String>,
    /// Longest request body, in bytes.
    pub max_request_bytes: usize,
    /// Threads that take requests; `None`: one for each core.
    pub workers: Option<usize>,
    /// How long a device waits for an answer before it is told to ask again; `None`: as long as it takes.
    pub busy_after: Option<Duration>,
}

/// A server that has its socket and does not answer yet.
pub struct Bound {
    listener: TcpListener,
    options: Options,
}

impl Bound {
    /// Takes the socket.
    ///
    /// # Errors
    /// What the system says, for example that the address is in use.
    pub fn new(options: Options) -> io::Result<Self> {
        let listener = TcpListener::bind(options.listen)?;
        Ok(Self { listener, options })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// What the system says.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers until the process is told to stop (SIGTERM, SIGINT), then lets running requests finish.
    ///
    /// # Errors
    /// What the system says.
    pub fn run(self, host: Host) -> io::Result<()> {
        let Self { listener, options } = self;
        let door = web::Data::new(Door {
            host: Arc::new(host),
            public_url: options.public_url,
            max_request_bytes: options.max_request_bytes,
            busy_after: options.busy_after,
        });
        let server =
            HttpServer::new(move || App::new().app_data(door.clone()).configure(doors::open))
                .worker_max_blocking_threads(BLOCKING_THREADS)
                .shutdown_timeout(SHUTDOWN_SECONDS);
        let server = match options.workers {
            Some(workers) => server.workers(workers),
            None => server,
        };
        actix_web::rt::System::new().block_on(server.listen(listener)?.run())
    }
}
