//! Ways for a notification to leave: an HTTP request, or a command of the administrator's that has the modem or the account
//! with a gateway. Either is tried once and within a time; nobody waits for the device (REQ-SAN-6).

use std::io::{self, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

/// How often the end of a command is looked for.
const LOOK: Duration = Duration::from_millis(20);
/// The application a push is for, in words.
const APPLICATION: &str = "x-wap-application:push.syncml";

/// What is carried, and for whom.
#[derive(Debug, Clone, Copy)]
pub struct Parcel<'a> {
    /// Whose device.
    pub user: &'a str,
    /// The device.
    pub device: &'a str,
    /// Its session id.
    pub session: u16,
    /// Its media type.
    pub content_type: &'a str,
    /// The bytes.
    pub body: &'a [u8],
}

/// Why a notification did not leave.
#[derive(Debug, thiserror::Error)]
pub enum NotCarried {
    /// Something else than http or https, or no URL at all.
    #[error("{0} is no http or https URL")]
    Url(String),
    /// No connection, or no answer within the time.
    #[error("{url} cannot be reached: {cause}")]
    Unreachable {
        /// Where it was to go.
        url: String,
        /// What went wrong.
        cause: String,
    },
    /// The other side did not take it.
    #[error("{url} answers HTTP {status}")]
    Refused {
        /// Where it was to go.
        url: String,
        /// Its answer.
        status: u16,
    },
    /// The command could not be run.
    #[error("the hook cannot be run: {0}")]
    Hook(#[source] io::Error),
    /// The command ended badly.
    #[error("the hook failed: {0}")]
    Failed(ExitStatus),
    /// The command took too long and was stopped.
    #[error("the hook took more than {} seconds and was stopped", .0.as_secs())]
    TooSlow(Duration),
}

/// Posts the notification to a push gateway, or to a device that has a URL. No redirect is followed, and no answer read
/// beyond its status.
///
/// # Errors
/// [`NotCarried`] when it is not taken within the time.
pub fn post(url: &str, parcel: &Parcel<'_>, limit: Duration) -> Result<(), NotCarried> {
    let scheme = url.split_once("://").map(|(scheme, _)| scheme);
    if !scheme.is_some_and(|scheme| ["http", "https"].contains(&scheme)) {
        return Err(NotCarried::Url(url.to_owned()));
    }
    let config = ureq::Agent::config_builder()
        .timeout_global(Some(limit))
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .user_agent(USER_AGENT);
    let agent: ureq::Agent = config.build().into();
    let request = agent
        .post(url)
        .content_type(parcel.content_type)
        .header("X-Wap-Application-Id", APPLICATION);
    let answer = request
        .send(parcel.body)
        .map_err(|cause| NotCarried::Unreachable {
            url: url.to_owned(),
            cause: cause.to_string(),
        })?;
    let status = answer.status();
    if status.is_success() {
        Ok(())
    } else {
        Err(NotCarried::Refused {
            url: url.to_owned(),
            status: status.as_u16(),
        })
    }
}

const USER_AGENT: &str = concat!("Anchorage/", env!("CARGO_PKG_VERSION"));

/// Runs a command of the shell that gets the notification on its standard input, and in its environment `PUSH_USER`,
/// `PUSH_DEVICE`, `PUSH_SESSION` and `PUSH_CONTENT_TYPE`. What it says goes to standard error.
///
/// # Errors
/// [`NotCarried`] when it cannot be run, fails, or takes longer than the limit.
pub fn hook(command: &str, parcel: &Parcel<'_>, limit: Duration) -> Result<(), NotCarried> {
    let (shell, flag) = if cfg!(windows) {
        ("cmd", "/C")
    } else {
        ("sh", "-c")
    };
    let mut child = Command::new(shell)
        .args([flag, command])
        .env("PUSH_USER", parcel.user)
        .env("PUSH_DEVICE", parcel.device)
        .env("PUSH_SESSION", parcel.session.to_string())
        .env("PUSH_CONTENT_TYPE", parcel.content_type)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .map_err(NotCarried::Hook)?;
    if let Some(mut stdin) = child.stdin.take() {
        let body = parcel.body.to_vec();
        // A command that does not read must not hold us up; one that closed its input has read enough.
        thread::spawn(move || drop(stdin.write_all(&body)));
    }
    let status = wait(&mut child, limit)?;
    if status.success() {
        Ok(())
    } else {
        Err(NotCarried::Failed(status))
    }
}

fn wait(child: &mut Child, limit: Duration) -> Result<ExitStatus, NotCarried> {
    let mut waited = Duration::ZERO;
    loop {
        if let Some(status) = child.try_wait().map_err(NotCarried::Hook)? {
            return Ok(status);
        }
        if waited >= limit {
            // It may have ended by itself just now.
            drop(child.kill());
            drop(child.wait());
            return Err(NotCarried::TooSlow(limit));
        }
        thread::sleep(LOOK);
        waited += LOOK;
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::net::TcpListener;

    use super::*;

    const LIMIT: Duration = Duration::from_secs(20);

    const PARCEL: Parcel<'static> = Parcel {
        user: "alice",
        device: "IMEI:1",
        session: 513,
        content_type: "application/vnd.syncml.ds.notification",
        body: b"\x00\x01package\xff",
    };

    /// Posts to a gateway that answers with these bytes; what it read, and what came of it.
    fn posted(answer: &'static str) -> (Vec<u8>, Result<(), NotCarried>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/push", listener.local_addr().unwrap());
        let gateway = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut read = Vec::new();
            while !read.ends_with(PARCEL.body) {
                let mut piece = [0; 1024];
                let count = stream.read(&mut piece).unwrap();
                read.extend_from_slice(&piece[..count]);
            }
            stream.write_all(answer.as_bytes()).unwrap();
            read
        });
        let result = post(&url, &PARCEL, LIMIT);
        (gateway.join().unwrap(), result)
    }

    #[test]
    fn a_gateway_gets_the_bytes_under_their_type() {
        let (read, result) = posted("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
        result.unwrap();
        let text = String::from_utf8_lossy(&read).to_ascii_lowercase();
        assert!(text.starts_with("post /push http/1.1\r\n"), "{text}");
        for line in [
            "content-type: application/vnd.syncml.ds.notification\r\n",
            "x-wap-application-id: x-wap-application:push.syncml\r\n",
            "content-length: 10\r\n",
        ] {
            assert!(text.contains(line), "{text}");
        }
    }

    #[test]
    fn a_gateway_that_does_not_take_it_or_sends_us_elsewhere_is_a_failure() {
        for (answer, status) in [
            ("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", 500),
            (
                "HTTP/1.1 302 There\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n",
                302,
            ),
        ] {
            let (_, result) = posted(answer);
            assert!(
                matches!(&result, Err(NotCarried::Refused { status: is, .. }) if *is == status),
                "{result:?}"
            );
        }
    }

    #[test]
    fn only_http_is_spoken() {
        for url in ["", "push.example", "file:///etc/passwd", "ftp://a.example/"] {
            let result = post(url, &PARCEL, LIMIT);
            assert!(matches!(result, Err(NotCarried::Url(_))), "{url}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_hook_gets_the_bytes_and_is_told_for_whom_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sent");
        let command = format!(
            "(echo $PUSH_USER $PUSH_DEVICE $PUSH_SESSION $PUSH_CONTENT_TYPE; cat) > {}",
            path.display()
        );
        hook(&command, &PARCEL, LIMIT).unwrap();
        let line = b"alice IMEI:1 513 application/vnd.syncml.ds.notification\n";
        assert_eq!(
            std::fs::read(path).unwrap(),
            [line.as_slice(), PARCEL.body].concat()
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_hook_that_fails_or_never_ends_is_a_failure() {
        let result = hook("cat > /dev/null; exit 3", &PARCEL, LIMIT);
        assert!(matches!(result, Err(NotCarried::Failed(status)) if status.code() == Some(3)));
        let large = vec![7; 1 << 20];
        let parcel = Parcel {
            body: &large,
            ..PARCEL
        };
        hook("exit 0", &parcel, LIMIT).unwrap();
        let limit = Duration::from_millis(60);
        let result = hook("exec sleep 600", &parcel, limit);
        assert!(matches!(result, Err(NotCarried::TooSlow(_))), "{result:?}");
    }
}
