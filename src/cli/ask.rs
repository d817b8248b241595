//! Questions to the person at the terminal: passwords and second thoughts. A password is never an argument:
//! arguments are seen by everybody on the machine and kept by the shell.

use std::io::{self, BufRead, IsTerminal, Read, Write};

use clap::Args;
use zeroize::Zeroizing;

use super::{Failure, random};
use crate::auth::Password;

/// Where a new password comes from.
#[derive(Debug, Args)]
pub struct PasswordSource {
    /// Read the password from the first line of stdin.
    #[arg(long, conflicts_with = "generate")]
    password_stdin: bool,
    /// Make a password that is easy to type, and show it once.
    #[arg(long)]
    generate: bool,
}

/// A new password, and whether it has to be shown.
#[derive(Debug)]
pub enum NewPassword {
    /// Its owner chose it.
    Chosen(Password),
    /// We made it; nobody has seen it yet.
    Generated(Password),
}

impl NewPassword {
    /// The password.
    pub fn password(&self) -> &Password {
        match self {
            Self::Chosen(password) | Self::Generated(password) => password,
        }
    }

    /// The password if we made it.
    pub fn generated(&self) -> Option<&Password> {
        match self {
            Self::Chosen(_) => None,
            Self::Generated(password) => Some(password),
        }
    }
}

impl PasswordSource {
    /// Gets the new password of a user.
    ///
    /// # Errors
    /// [`Failure::Usage`] when it is none, when the two typed differ, or when there is no terminal to ask at.
    pub fn obtain(&self, user: &str) -> Result<NewPassword, Failure> {
        if self.generate {
            return Ok(NewPassword::Generated(Password::generate(random()?)));
        }
        if self.password_stdin {
            return Ok(NewPassword::Chosen(first_line()?));
        }
        let first = hidden(&format!("New password for {user}: "))?;
        let password = Password::parse(&first)?;
        if *hidden("Once more: ")? != *first {
            return Err(Failure::Usage("the two passwords differ".to_owned()));
        }
        Ok(NewPassword::Chosen(password))
    }
}

/// Gets the password of a user who has one already.
///
/// # Errors
/// [`Failure::Usage`] when it is none, or when there is no terminal to ask at.
pub fn login_password(user: &str, from_stdin: bool) -> Result<Password, Failure> {
    if from_stdin {
        return first_line();
    }
    Ok(Password::parse(&hidden(&format!("Password of {user}: "))?)?)
}

/// Asks whether to go on with what cannot be undone.
///
/// # Errors
/// [`Failure::Refused`] when the answer is no; [`Failure::Usage`] when there is nobody to ask.
pub fn confirm(yes: Yes, question: &str) -> Result<(), Failure> {
    if yes == Yes::Said {
        return Ok(());
    }
    if !io::stdin().is_terminal() {
        return Err(Failure::Usage(
            "there is nobody to ask whether this is meant; say --yes".to_owned(),
        ));
    }
    let mut stderr = io::stderr();
    let asked = write!(stderr, "{question} [y/N] ").and_then(|()| stderr.flush());
    asked.map_err(|cause| Failure::failed(format!("cannot ask: {cause}")))?;
    let mut answer = String::new();
    io::stdin()
        .read_line(&mut answer)
        .map_err(|cause| Failure::failed(format!("cannot read the answer: {cause}")))?;
    if matches!(answer.trim(), "y" | "Y" | "yes") {
        Ok(())
    } else {
        Err(Failure::Refused("nothing was done".to_owned()))
    }
}

/// Whether `--yes` was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Yes {
    /// It was.
    Said,
    /// It was not: ask.
    Ask,
}

impl From<bool> for Yes {
    fn from(said: bool) -> Self {
        if said { Self::Said } else { Self::Ask }
    }
}

fn first_line() -> Result<Password, Failure> {
    // Longer than any password, so that a file given by mistake is not read to its end.
    let mut line = Zeroizing::new(Vec::new());
    let read = io::stdin().lock().take(4096).read_until(b'\n', &mut line);
    read.map_err(|cause| Failure::failed(format!("cannot read the password: {cause}")))?;
    let text = std::str::from_utf8(&line)
        .map_err(|_| Failure::Usage("the password is not UTF-8".to_owned()))?;
    Ok(Password::parse(text.trim_end_matches(['\r', '\n']))?)
}

fn hidden(prompt: &str) -> Result<Zeroizing<String>, Failure> {
    rpassword::prompt_password(prompt).map(Zeroizing::new).map_err(|_| {
        Failure::Usage("there is no terminal to ask for the password at; use --password-stdin or --generate".to_owned())
    })
}
