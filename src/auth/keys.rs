//! The server's secret, and the keys made from it.
//!
//! One secret of 32 bytes lives outside the database: in a file only its owner may read, or in the
//! environment. Everything else is derived from it (HMAC-SHA256, RFC 2104, under a label each), so a stolen
//! database yields neither a sealed password nor a nonce to come. Whoever loses the secret loses the
//! sealed passwords of MD5 users: they have to be set again; Basic works on.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// Length of the server's secret, in bytes.
pub const SECRET_BYTES: usize = 32;

/// Why there is no usable server secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The file cannot be read or made.
    #[error("the server's secret {path} cannot be used: {cause}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// Others than the owner may read the file.
    #[error("the server's secret {path} may be read by others; run: chmod 600 {path}")]
    Exposed {
        /// Which file.
        path: PathBuf,
    },
    /// The text is not 32 bytes in base64.
    #[error("the server's secret in {origin} is not {SECRET_BYTES} bytes in base64")]
    Malformed {
        /// The file or the variable it came from.
        origin: String,
    },
}

/// The 32 secret bytes all keys are derived from. Wiped when dropped, never shown.
pub struct Secret(Zeroizing<[u8; SECRET_BYTES]>);

impl Secret {
    /// Takes bytes that came from the system's randomness.
    #[must_use]
    pub fn from_bytes(bytes: [u8; SECRET_BYTES]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Reads the base64 text of a secret; `origin` names where it stood, for the error.
    ///
    /// # Errors
    /// [`SecretError::Malformed`] when it is not 32 bytes in base64.
    pub fn parse(text: &str, origin: &str) -> Result<Self, SecretError> {
        let malformed = || SecretError::Malformed {
            origin: origin.to_owned(),
        };
        let bytes = Zeroizing::new(STANDARD.decode(text.trim()).map_err(|_| malformed())?);
        bytes
            .as_slice()
            .try_into()
            .map(Self::from_bytes)
            .map_err(|_| malformed())
    }

    /// Reads the secret from its file. Where there is none, one is made of `fresh` (random bytes), readable by
    /// its owner alone. Of two processes that make it at once one wins, and both return that one's.
    ///
    /// # Errors
    /// [`SecretError`] when the file cannot be read or made, is readable by others, or holds something else.
    pub fn load_or_create(path: &Path, fresh: [u8; SECRET_BYTES]) -> Result<Self, SecretError> {
        let failed = |cause| SecretError::File {
            path: path.to_owned(),
            cause,
        };
        match fs::read_to_string(path) {
            Ok(text) => Self::kept(path, &Zeroizing::new(text)),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => {
                create(path, fresh).map_err(failed)?;
                let text = fs::read_to_string(path).map_err(failed)?;
                Self::kept(path, &Zeroizing::new(text))
            }
            Err(cause) => Err(failed(cause)),
        }
    }

    fn kept(path: &Path, text: &str) -> Result<Self, SecretError> {
        if exposed(path).map_err(|cause| SecretError::File {
            path: path.to_owned(),
            cause,
        })? {
            return Err(SecretError::Exposed {
                path: path.to_owned(),
            });
        }
        Self::parse(text, &path.display().to_string())
    }
}

impl std::fmt::Debug for Secret {
    /// Never shows the bytes.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// The keys in use. Wiped when dropped, never shown.
pub struct Keys {
    seal: Zeroizing<[u8; 32]>,
    nonce: MacKey,
    id: u8,
}

impl Keys {
    /// Derives the keys from the server's secret.
    #[must_use]
    pub fn new(secret: &Secret) -> Self {
        let root = MacKey::new(&secret.0);
        let [id, ..] = root.mac("anchorage/v1/key-id", &[]);
        Self {
            seal: Zeroizing::new(root.mac("anchorage/v1/seal", &[])),
            nonce: MacKey::new(&root.mac("anchorage/v1/nonce", &[])),
            id,
        }
    }

    /// One byte that tells sealed secrets of another server secret from ours.
    #[must_use]
    pub fn id(&self) -> u8 {
        self.id
    }

    pub(super) fn seal(&self) -> &[u8; 32] {
        &self.seal
    }

    pub(super) fn nonce(&self) -> &MacKey {
        &self.nonce
    }
}

impl std::fmt::Debug for Keys {
    /// Never shows the keys.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(..)")
    }
}

/// A key of HMAC-SHA256, padded to the hash's block as RFC 2104 has it. Wiped when dropped.
pub(super) struct MacKey(Zeroizing<[u8; 64]>);

impl MacKey {
    pub(super) fn new(key: &[u8; 32]) -> Self {
        let mut block = Zeroizing::new([0; 64]);
        for (to, from) in block.iter_mut().zip(key) {
            *to = *from;
        }
        Self(block)
    }

    /// The MAC over a label and parts. Each part goes in with its length, so no two lists of parts are alike.
    pub(super) fn mac(&self, label: &str, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new((&*self.0).into());
        for part in std::iter::once(label.as_bytes()).chain(parts.iter().copied()) {
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

/// Writes the file whole under another name first, so that nobody ever reads half of it.
fn create(path: &Path, fresh: [u8; SECRET_BYTES]) -> io::Result<()> {
    let draft = path.with_extension(format!("new-{}", std::process::id()));
    let text = Zeroizing::new(format!("{}\n", STANDARD.encode(fresh)));
    let mut file = private().open(&draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    match linked {
        Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(unix)]
fn exposed(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::metadata(path)?.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn exposed(_path: &Path) -> io::Result<bool> {
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_is_made_once_and_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret.key");
        let first = Secret::load_or_create(&path, [7; 32]).unwrap();
        let second = Secret::load_or_create(&path, [8; 32]).unwrap();
        assert_eq!(*first.0, [7; 32]);
        assert_eq!(*second.0, [7; 32]);
        assert_eq!(
            fs::read_dir(folder.path()).unwrap().count(),
            1,
            "no draft stays behind"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_secret_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret.key");
        Secret::load_or_create(&path, [7; 32]).unwrap();
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let refused = Secret::load_or_create(&path, [7; 32]).unwrap_err();
        assert!(refused.to_string().contains("chmod 600"), "{refused}");
    }

    #[test]
    fn a_secret_of_another_length_is_refused_and_names_its_origin() {
        for text in ["", "c2hvcnQ=", "not base64 at all"] {
            let refused = Secret::parse(text, "ANCHORAGE_SECRET_KEY").unwrap_err();
            assert!(
                refused.to_string().contains("ANCHORAGE_SECRET_KEY"),
                "{refused}"
            );
        }
    }

    #[test]
    fn the_mac_is_hmac_sha256() {
        // Our parts carry their lengths, so no published vector fits: the expected value was
        // computed with another implementation of RFC 2104.
        let key = MacKey::new(&[0x0b; 32]);
        let hex: String = key
            .mac("label", &[b"ab", b"c"])
            .iter()
            .fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
        assert_eq!(
            hex,
            "092eb68f5d59a2a0e5fc47c7fb261d95cd9702944193abbf22a5d1cadadb30e2"
        );
    }

    #[test]
    fn parts_cannot_be_shifted_into_each_other() {
        let key = MacKey::new(&[1; 32]);
        assert_ne!(key.mac("l", &[b"ab", b"c"]), key.mac("l", &[b"a", b"bc"]));
        assert_ne!(key.mac("l", &[b"ab"]), key.mac("l", &[b"ab", b""]));
    }

    #[test]
    fn nothing_secret_is_shown() {
        let secret = Secret::from_bytes([65; 32]);
        assert_eq!(
            format!("{secret:?} {:?}", Keys::new(&secret)),
            "Secret(..) Keys(..)"
        );
    }
}
