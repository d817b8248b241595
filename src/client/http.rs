//! The transport of a real device: HTTP, one POST for each message (`SyncML` HTTP Binding 1.2).

use std::time::Duration;

use super::{Exchange, Lost, Reply};

/// Carries messages over HTTP or HTTPS; connections are kept open between them.
#[derive(Debug, Clone)]
pub struct Http {
    agent: ureq::Agent,
}

impl Http {
    /// A transport that gives up on a message after this time.
    #[must_use]
    pub fn new(timeout: Duration) -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(timeout))
            .http_status_as_error(false);
        Self {
            agent: config.user_agent(USER_AGENT).build().into(),
        }
    }

    /// Sends one message and waits for the reply.
    ///
    /// # Errors
    /// [`Lost`] when there is no connection, no reply in time, a reply of more than 16 MiB, or one that is not 200.
    pub fn send(&self, exchange: &Exchange) -> Result<Reply, Lost> {
        self.post(exchange)?.reply()
    }

    /// Sends one message and waits for whatever comes back.
    ///
    /// # Errors
    /// [`Lost`] when there is no connection, no reply in time, or a reply of more than 16 MiB.
    pub fn post(&self, exchange: &Exchange) -> Result<Answer, Lost> {
        let request = self
            .agent
            .post(&exchange.url)
            .content_type(&exchange.content_type);
        let request = request
            .header("Accept", &exchange.content_type)
            .header("Accept-Charset", "utf-8");
        let request = match &exchange.hmac {
            Some(hmac) => request.header("x-syncml-hmac", hmac),
            None => request,
        };
        let lost = |error: ureq::Error| Lost(error.to_string());
        let mut response = request.send(&exchange.body).map_err(lost)?;
        let status = response.status();
        let header = |name| {
            let value: Option<&ureq::http::HeaderValue> = response.headers().get(name);
            value
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned)
        };
        let content_type = header("Content-Type").unwrap_or_default();
        let hmac = header("x-syncml-hmac");
        let body = response
            .body_mut()
            .with_config()
            .limit(MAX_REPLY_BYTES)
            .read_to_vec()
            .map_err(lost)?;
        Ok(Answer {
            status: status.as_u16(),
            reason: status.to_string(),
            reply: Reply {
                content_type,
                body,
                hmac,
            },
        })
    }
}

/// What HTTP brought back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status code, 100 to 599.
    pub status: u16,
    /// The same in words.
    pub reason: String,
    /// Type and body.
    pub reply: Reply,
}

impl Answer {
    /// The reply, if it is one.
    ///
    /// # Errors
    /// [`Lost`] when the status is not 200.
    pub fn reply(self) -> Result<Reply, Lost> {
        if self.status == 200 {
            Ok(self.reply)
        } else {
            Err(Lost(format!("the server answers HTTP {}", self.reason)))
        }
    }
}

const USER_AGENT: &str = concat!("Anchorage-Device/", env!("CARGO_PKG_VERSION"));
const MAX_REPLY_BYTES: u64 = 16 << 20;

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use super::*;

    /// Sends one message to a server that answers with these bytes; answers what the server read, and the reply.
    fn post(answer: &'static str) -> (String, Result<Reply, Lost>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/sync", listener.local_addr().unwrap());
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut read = Vec::new();
            while !read.ends_with(b"</SyncML>") {
                let mut piece = [0; 1024];
                let count = stream.read(&mut piece).unwrap();
                read.extend_from_slice(&piece[..count]);
            }
            stream.write_all(answer.as_bytes()).unwrap();
            String::from_utf8(read).unwrap().to_ascii_lowercase()
        });
        let body = b"<SyncML></SyncML>".to_vec();
        let exchange = Exchange {
            url,
            content_type: "application/vnd.syncml+xml".into(),
            body,
            hmac: None,
        };
        let reply = Http::new(Duration::from_secs(10)).send(&exchange);
        (server.join().unwrap(), reply)
    }

    #[test]
    fn a_message_is_posted_with_its_type_and_the_reply_read_whole() {
        let answer = "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.syncml+xml; charset=utf-8\r\nContent-Length: 2\r\n\r\nhi";
        let (read, reply) = post(answer);
        let reply = reply.unwrap();
        assert_eq!(
            (reply.content_type.as_str(), reply.body.as_slice()),
            ("application/vnd.syncml+xml; charset=utf-8", &b"hi"[..])
        );
        assert!(read.starts_with("post /sync http/1.1\r\n"));
        assert!(
            read.contains("content-type: application/vnd.syncml+xml\r\n")
                && read.contains("content-length: 17\r\n")
        );
    }

    #[test]
    fn an_answer_other_than_200_is_no_reply() {
        let (_, reply) = post("HTTP/1.1 503 Later\r\nContent-Length: 0\r\n\r\n");
        assert_eq!(
            reply.unwrap_err().0,
            "the server answers HTTP 503 Service Unavailable"
        );
    }
}
