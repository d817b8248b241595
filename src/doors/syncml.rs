//! The SyncML door: one message in the body of a POST, one in the body of its answer.
//!
//! Source: SyncML HTTP Binding 1.2.1, section 5; REQ-HTTP-1 to REQ-HTTP-10.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap};
use actix_web::{HttpRequest, HttpResponse, web};
use log::{error, info, warn};

use super::accept;
use super::patience::{self, Message, Outer};
use crate::auth::mac;
use crate::codec::{DecodeError, Encoding};
use crate::ids::Millis;
use crate::message::ReadError;
use crate::session::{Host, Refused, Reply};

/// Where devices may post: the first is the one we name, the others are what phones are set to.
pub const PATHS: [&str; 3] = ["/sync", "/funambol/ds", "/syncml"];
/// How long the body of one request may take, in seconds: a phone on GPRS sends 250 KiB in less.
const BODY_SECONDS: u64 = 120;
/// Headers that say what a device is.
const HINTS: [&str; 3] = ["x-wap-profile", "profile", "content-type"];
/// When a device may try again, in seconds.
const RETRY_SECONDS: u32 = 30;

/// What the door shares among its threads.
pub struct Door {
    /// The dialogue.
    pub host: Arc<Host>,
    /// The URL that devices reach us at, without a slash at the end; `None`: what each request says.
    pub public_url: Option<String>,
    /// Longest body taken, in bytes.
    pub max_request_bytes: usize,
    /// How long a device waits for an answer before it is told to ask again; `None`: as long as it takes.
    pub busy_after: Option<Duration>,
}

/// Puts the door on its paths.
pub(super) fn open(app: &mut web::ServiceConfig) {
    for path in PATHS {
        app.service(
            web::resource(path)
                .route(web::post().to(receive))
                .default_service(web::to(only_post)),
        );
    }
}

/// Any method but POST.
async fn only_post() -> HttpResponse {
    HttpResponse::MethodNotAllowed()
        .insert_header((header::ALLOW, "POST"))
        .content_type("text/plain; charset=utf-8")
        .body("This is the address of a SyncML server: enter it in a phone or a sync client, not in a browser.\n")
}

async fn receive(
    request: HttpRequest,
    payload: web::Payload,
    door: web::Data<Door>,
) -> HttpResponse {
    let spelling = match media(request.headers()) {
        Ok(spelling) => spelling,
        Err(status) => return HttpResponse::build(status).finish(),
    };
    let body = match read(payload, request.headers(), door.max_request_bytes).await {
        Ok(body) => body,
        Err(status) => return HttpResponse::build(status).finish(),
    };
    let Ok(now) = now() else { return unavailable() };
    let mut chance = [0; 16];
    if getrandom::fill(&mut chance).is_err() {
        return unavailable();
    }
    let endpoint = endpoint(&request, door.public_url.as_deref());
    let outer = Outer {
        hmac: words(request.headers(), mac::HEADER),
        authorization: words(request.headers(), header::AUTHORIZATION.as_str()),
        is_private: endpoint.starts_with("https:"),
        hints: hints(request.headers()),
    };
    let message = Message {
        body,
        charset: spelling,
        token: token(request.query_string()).map(str::to_owned),
        endpoint,
        agent: text(request.headers(), header::USER_AGENT).map(str::to_owned),
        outer,
        accepts: accept::only(request.headers()),
        now,
        chance,
    };
    match patience::answer(&door.host, message, door.busy_after).await {
        Ok(Ok(reply)) => respond(reply),
        Ok(Err(refused)) => refuse(&refused),
        Err(_) => unavailable(),
    }
}

fn respond(reply: Reply) -> HttpResponse {
    let bare = match reply.encoding {
        Encoding::Xml => "application/vnd.syncml+xml",
        Encoding::Wbxml => "application/vnd.syncml+wbxml",
    };
    // Phones compare the type to the letter: a charset is named only where it is not the usual one.
    let usual = reply.encoding == Encoding::Wbxml || reply.charset == "utf-8";
    let content_type = if usual {
        bare.to_owned()
    } else {
        format!("{bare}; charset={}", reply.charset)
    };
    let mut response = HttpResponse::Ok();
    response
        .content_type(content_type)
        .insert_header((header::CACHE_CONTROL, "no-store, private"));
    if let Some(hmac) = reply.hmac {
        response.insert_header((mac::HEADER, hmac));
    }
    response.body(reply.body)
}

fn refuse(refused: &Refused) -> HttpResponse {
    match refused {
        Refused::NotAMessage(why) => {
            info!("refused a body that is no SyncML message: {why}");
            let status = match why {
                ReadError::Decode(DecodeError::Foreign(_)) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
                ReadError::Decode(DecodeError::TooMuch { what: "bytes", .. }) => {
                    StatusCode::PAYLOAD_TOO_LARGE
                }
                ReadError::Decode(_) | ReadError::NotAMessage(_) => StatusCode::BAD_REQUEST,
            };
            plain(status, &format!("{why}\n"))
        }
        Refused::BadHeader(why) => {
            info!("refused a message: {why}");
            plain(
                StatusCode::BAD_REQUEST,
                &format!("unusable header: {why}\n"),
            )
        }
        Refused::Unavailable(cause) => {
            match cause {
                Some(cause) => error!("the database is not available: {}", chain(cause)),
                None => warn!("two messages of one session at once: one is asked to come again"),
            }
            unavailable()
        }
        Refused::Broken(cause) => {
            error!("the store failed: {}", chain(cause));
            HttpResponse::InternalServerError().finish()
        }
    }
}

fn plain(status: StatusCode, text: &str) -> HttpResponse {
    HttpResponse::build(status)
        .content_type("text/plain; charset=utf-8")
        .body(text.to_owned())
}

/// An error and what caused it, for the log.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// Come again later; nothing was done.
pub(super) fn unavailable() -> HttpResponse {
    HttpResponse::ServiceUnavailable()
        .insert_header((header::RETRY_AFTER, RETRY_SECONDS))
        .finish()
}

/// The charset the headers name, if they describe a SyncML message we can read and answer.
fn media(headers: &HeaderMap) -> Result<Option<String>, StatusCode> {
    if text(headers, header::CONTENT_ENCODING)
        .is_some_and(|coding| !coding.trim().eq_ignore_ascii_case("identity"))
    {
        return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let offered = text(headers, header::ACCEPT_CHARSET).unwrap_or("*");
    let named = |wanted: &str| {
        offered.split(',').any(|one| {
            one.split(';')
                .next()
                .is_some_and(|name| name.trim().eq_ignore_ascii_case(wanted))
        })
    };
    if !named("*") && !named("utf-8") && !offered.trim().is_empty() {
        return Err(StatusCode::NOT_ACCEPTABLE);
    }
    let Some(full) = text(headers, header::CONTENT_TYPE) else {
        return Ok(None);
    };
    let mut parts = full.split(';');
    let bare = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
    // The body says itself which of the two spellings it has.
    let known = [
        "application/vnd.syncml+xml",
        "application/vnd.syncml+wbxml",
        "text/xml",
        "application/xml",
        "application/octet-stream",
        "",
    ];
    if !known.contains(&bare.as_str()) {
        return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let charset = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("charset")
            .then(|| value.trim().trim_matches(['"', '\'']).to_owned())
    });
    Ok(charset.filter(|charset| !charset.is_empty()))
}

async fn read(
    payload: web::Payload,
    headers: &HeaderMap,
    max: usize,
) -> Result<web::Bytes, StatusCode> {
    let declared = text(headers, header::CONTENT_LENGTH)
        .and_then(|length| length.trim().parse::<usize>().ok());
    if declared.is_some_and(|length| length > max) {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    let body = payload.to_bytes_limited(max);
    match actix_web::rt::time::timeout(Duration::from_secs(BODY_SECONDS), body).await {
        Ok(Ok(Ok(body))) => Ok(body),
        Ok(Ok(Err(_))) => Err(StatusCode::BAD_REQUEST),
        Ok(Err(_)) => Err(StatusCode::PAYLOAD_TOO_LARGE),
        Err(_) => Err(StatusCode::REQUEST_TIMEOUT),
    }
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// A header that may hold a user's name: in UTF-8, or as old devices write it in Latin-1.
fn words(headers: &HeaderMap, name: &str) -> Option<String> {
    let bytes = headers.get(name)?.as_bytes();
    Some(match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().copied().map(char::from).collect(),
    })
}

/// What the headers say of the device, beside its User-Agent.
fn hints(headers: &HeaderMap) -> Vec<(&'static str, String)> {
    let told = |name| Some((name, headers.get(name)?.to_str().ok()?.to_owned()));
    HINTS.into_iter().filter_map(told).collect()
}

/// The absolute address the request was sent to, without its query.
fn endpoint(request: &HttpRequest, public_url: Option<&str>) -> String {
    let path = request.path();
    if let Some(base) = public_url {
        return format!("{}{path}", base.trim_end_matches('/'));
    }
    let connection = request.connection_info();
    format!("{}://{}{path}", connection.scheme(), connection.host())
}

/// What stands behind `s=` in a query.
fn token(query: &str) -> Option<&str> {
    query.split('&').find_map(|pair| pair.strip_prefix("s="))
}

fn now() -> Result<Millis, std::num::TryFromIntError> {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).map(Millis)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn headers(pairs: &[(HeaderName, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.clone(), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn the_content_type_is_taken_with_any_parameters_and_case() {
        for (value, charset) in [
            ("application/vnd.syncml+xml", None),
            ("application/vnd.syncml+wbxml; charset=UTF-8", Some("UTF-8")),
            (
                "Application/Vnd.SyncML+XML;verproto=SyncML/1.1;charset=\"iso-8859-1\"",
                Some("iso-8859-1"),
            ),
            ("text/xml", None),
            ("application/octet-stream", None),
        ] {
            assert_eq!(
                media(&headers(&[(header::CONTENT_TYPE, value)])),
                Ok(charset.map(str::to_owned)),
                "{value}"
            );
        }
        assert_eq!(media(&headers(&[])), Ok(None));
    }

    #[test]
    fn another_content_is_refused() {
        for value in [
            "text/html",
            "application/json",
            "application/vnd.syncml.dm+xml",
        ] {
            let refused = media(&headers(&[(header::CONTENT_TYPE, value)]));
            assert_eq!(refused, Err(StatusCode::UNSUPPORTED_MEDIA_TYPE), "{value}");
        }
        let packed = headers(&[(header::CONTENT_ENCODING, "gzip")]);
        assert_eq!(media(&packed), Err(StatusCode::UNSUPPORTED_MEDIA_TYPE));
    }

    /// REQ-HTTP-4.
    #[test]
    fn a_device_that_cannot_read_utf_8_is_told_so() {
        assert_eq!(
            media(&headers(&[(header::ACCEPT_CHARSET, "iso-8859-1")])),
            Err(StatusCode::NOT_ACCEPTABLE)
        );
        for value in ["utf-8", "iso-8859-1, UTF-8;q=0.5", "*", ""] {
            assert!(
                media(&headers(&[(header::ACCEPT_CHARSET, value)])).is_ok(),
                "{value}"
            );
        }
    }

    #[test]
    fn the_token_is_found_in_the_query() {
        assert_eq!(token("s=1f-ab"), Some("1f-ab"));
        assert_eq!(token("x=1&s=1f-ab&y"), Some("1f-ab"));
        assert_eq!(token(""), None);
    }
}
