//! What of a configuration may be shown to people.

use super::HIDDEN;

/// Hides what stands between `:` and `@` of a URL, and a `password` among its parameters.
pub(super) fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let (address, query) = rest
        .split_once('?')
        .map_or((rest, None), |(address, query)| (address, Some(query)));
    let address = match address.rsplit_once('@') {
        Some((login, host)) => {
            let user = login.split(':').next().unwrap_or_default();
            let hidden = if login.contains(':') {
                format!(":{HIDDEN}")
            } else {
                String::new()
            };
            format!("{user}{hidden}@{host}")
        }
        None => address.to_owned(),
    };
    let query = query.map_or_else(String::new, |query| {
        let parts: Vec<String> = query
            .split('&')
            .map(|part| match part.split_once('=') {
                Some((name, _)) if name.contains("password") => format!("{name}={HIDDEN}"),
                Some(_) | None => part.to_owned(),
            })
            .collect();
        format!("?{}", parts.join("&"))
    });
    format!("{scheme}://{address}{query}")
}
