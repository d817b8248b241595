//! That comparing with a secret takes the same time whatever it is like cannot be measured here without lying now and
//! then; that nothing is compared otherwise can be read in the source.

/// Every file in which credentials are judged.
const SOURCES: [(&str, &str); 9] = [
    ("claim.rs", include_str!("../claim.rs")),
    ("digest.rs", include_str!("../digest.rs")),
    ("mac.rs", include_str!("../mac.rs")),
    ("mod.rs", include_str!("../mod.rs")),
    ("nonce.rs", include_str!("../nonce.rs")),
    ("password.rs", include_str!("../password.rs")),
    ("remembered.rs", include_str!("../remembered.rs")),
    ("seal.rs", include_str!("../seal.rs")),
    ("server.rs", include_str!("../server.rs")),
];
/// What secrets are called in them.
const SECRETS: [&str; 10] = [
    "claimed",
    "digest",
    "mac",
    "verifier",
    "password",
    "secret",
    "credentials",
    "nonce",
    "hash",
    "tag",
];
/// What stops at the first difference.
const HASTY: [&str; 6] = [
    " == ",
    " != ",
    ".eq(",
    ".ne(",
    ".starts_with(",
    ".contains(",
];

/// Lines of a file, but for its tests and comments, in which a secret is compared hastily.
fn hasty(source: &str) -> Vec<&str> {
    let code = source.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = code.lines().map(str::trim);
    let is_hasty = |line: &&str| {
        let said = line.to_lowercase();
        let compares = HASTY.iter().any(|sign| said.contains(sign));
        !line.starts_with("//") && compares && SECRETS.iter().any(|secret| said.contains(secret))
    };
    lines.filter(is_hasty).collect()
}

/// REQ-AUTH-12.
#[test]
fn no_secret_is_compared_up_to_the_first_difference_only() {
    for (file, source) in SOURCES {
        assert_eq!(hasty(source), [""; 0], "{file}");
    }
    for hidden in [
        "fn f() -> bool { claimed == made }",
        "if self.verifier != *other {",
        "let known = password.as_bytes().eq(given);",
        "MAC.starts_with(&given)",
    ] {
        assert_eq!(hasty(hidden), [hidden]);
    }
    assert_eq!(
        hasty("// claimed == made\n#[cfg(test)] claimed == made"),
        [""; 0]
    );
}

/// REQ-AUTH-12: each of the comparisons there are, and that what comes of them is joined before anybody looks at it.
#[test]
fn digests_are_compared_in_constant_time() {
    let (_, digest) = SOURCES[1];
    let code = digest.split("#[cfg(test)]").next().unwrap_or_default();
    assert_eq!(code.matches(".ct_eq(").count(), 3);
    let judges = code.lines().filter(|line| {
        let name = line.trim().trim_start_matches("pub ");
        name.starts_with("fn made(") || name.starts_with("fn signed(")
    });
    let judges: Vec<_> = judges.collect();
    assert_eq!(judges.len(), 3);
    assert!(
        judges.iter().all(|judge| judge.ends_with("-> Choice {")),
        "{judges:?}"
    );
    assert!(
        !code.contains("bool::from"),
        "nobody looks at a part of the answer"
    );
}
