//! The command line: one file per noun, all of them small clients of the library.
//!
//! Answers go to stdout as tables or, with `--json`, as JSON; errors go to stderr as one sentence. The exit
//! codes are those of [`Failure`].

mod ask;
mod collection;
mod config;
mod conflict;
mod conformance;
mod device;
mod failure;
mod folders;
mod item;
mod keys;
mod out;
mod quirks;
mod rollback;
mod serve;
mod session;
mod transfer;
mod user;

use std::ffi::OsString;
use std::fs::DirBuilder;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::{Args, Parser, Subcommand};

use crate::auth::{Keys, Secret};
use crate::config::{Config, Loaded, Origin, Sources};
use crate::ids::{Millis, UserName};
use crate::store::{Account, Options, Store, Tx};

pub use failure::Failure;
pub use out::Out;
pub use serve::ServeArgs;

/// The command line as it is typed.
#[derive(Debug, Parser)]
#[command(
    name = "anchorage",
    version,
    about = "Keeps contacts, calendars, tasks and notes in step on every device, over SyncML",
    arg_required_else_help = true,
    after_help = "Start with `anchorage user add NAME`, then `anchorage serve`. Phones in your network reach the server \
                  when it runs with `--listen 0.0.0.0:8080`.\n\nExit codes: 0 done, 1 failed, 2 usage or configuration, \
                  3 not found, 4 refused or already there, 5 the database is not available."
)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Options of every command.
#[derive(Debug, Args)]
struct Global {
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        help = "The configuration file [env: ANCHORAGE_CONFIG]"
    )]
    config: Option<PathBuf>,
    #[arg(
        long,
        global = true,
        value_name = "URL",
        help = "The database, sqlite:PATH or postgres://USER@HOST/NAME [env: ANCHORAGE_DATABASE, the place for passwords]"
    )]
    database: Option<String>,
    #[arg(
        long,
        global = true,
        value_name = "FOLDER",
        help = "The folder for the database and the server's secret [env: ANCHORAGE_DATA_DIR]"
    )]
    data_dir: Option<PathBuf>,
    /// Answer in JSON.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server.
    Serve(ServeArgs),
    /// Users: who may sync.
    #[command(subcommand)]
    User(user::UserCommand),
    /// Devices: what syncs.
    #[command(subcommand)]
    Device(device::DeviceCommand),
    /// Collections: what a user has, and how conflicts in it are settled.
    #[command(subcommand)]
    Collection(collection::CollectionCommand),
    /// Items: what is synced.
    #[command(subcommand)]
    Item(item::ItemCommand),
    /// Conflicts: what lost, and how to let it win after all.
    #[command(subcommand)]
    Conflict(conflict::ConflictCommand),
    /// Put a user's collections back to what they were.
    Rollback(rollback::RollbackArgs),
    /// Sessions: what happened, and why.
    #[command(subcommand)]
    Session(session::SessionCommand),
    /// Bring .vcf, .ics, .vcs and .txt files into a user's collections.
    Import(transfer::ImportArgs),
    /// Write a user's items to files.
    Export(transfer::ExportArgs),
    /// Hold any SyncML server against the conformance suite.
    #[command(subcommand)]
    Conformance(conformance::ConformanceCommand),
    /// The configuration.
    #[command(subcommand)]
    Config(config::ConfigCommand),
}

/// Runs the command line and says how the process is to end.
#[must_use]
pub fn run(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // A reader who went away has seen what he wanted.
            drop(error.print());
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    match dispatch(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.tell();
            failure.exit_code()
        }
    }
}

fn dispatch(cli: Cli) -> Result<(), Failure> {
    let sources = sources(&cli);
    let out = Out::new(cli.global.json);
    let usual = if matches!(cli.command, Command::Serve(_)) {
        "info"
    } else {
        "warn"
    };
    let context = || Context::open(&sources, out, usual);
    match cli.command {
        Command::Serve(args) => serve::run(&context()?, &args),
        Command::User(command) => user::run(&context()?, &command),
        Command::Device(command) => device::run(context, out, &command),
        Command::Collection(command) => collection::run(&context()?, &command),
        Command::Item(command) => item::run(&context()?, &command),
        Command::Conflict(command) => conflict::run(&context()?, &command),
        Command::Rollback(args) => rollback::run(&context()?, &args),
        Command::Session(command) => session::run(&context()?, &command),
        Command::Import(args) => transfer::import(&context()?, &args),
        Command::Export(args) => transfer::export(&context()?, &args),
        Command::Conformance(command) => conformance::run(out, &command),
        Command::Config(command) => config::run(&sources, out, &command),
    }
}

fn sources(cli: &Cli) -> Sources {
    let global = &cli.global;
    let listen = match &cli.command {
        Command::Serve(args) => args.listen.clone(),
        Command::User(_)
        | Command::Device(_)
        | Command::Collection(_)
        | Command::Item(_)
        | Command::Conflict(_)
        | Command::Rollback(_)
        | Command::Session(_)
        | Command::Import(_)
        | Command::Export(_)
        | Command::Conformance(_)
        | Command::Config(_) => None,
    };
    let folder = global
        .data_dir
        .as_ref()
        .map(|path| path.display().to_string());
    let flags = [
        ("database", global.database.clone()),
        ("data_dir", folder),
        ("listen", listen),
    ];
    Sources {
        file: global.config.clone(),
        environment: std::env::vars_os()
            .map(|(name, value)| {
                (
                    name.to_string_lossy().into_owned(),
                    value.to_string_lossy().into_owned(),
                )
            })
            .collect(),
        flags: flags
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .collect(),
    }
}

/// What every command works with.
pub struct Context {
    /// The configuration in force.
    pub config: Config,
    /// The database, its tables up to date.
    pub store: Store,
    /// Where answers go.
    pub out: Out,
}

impl Context {
    /// Reads the configuration, opens the database and makes or updates its tables.
    fn open(sources: &Sources, out: Out, usual: &str) -> Result<Self, Failure> {
        let loaded = Loaded::from(sources)?;
        log_to_stderr(&loaded, usual);
        let config = loaded.config;
        if config.database.starts_with("sqlite:") {
            make_private(&config.data_dir)?;
        }
        let options = Options {
            pool_size: config.pool_size,
            ..Options::default()
        };
        let store = Store::open(&config.database, &options)?;
        store.migrate(&format!("{:016x}", u64::from_be_bytes(random()?)))?;
        keys::renew(&store)?;
        Ok(Self { config, store, out })
    }

    /// The keys derived from the server's secret; makes the secret when there is none yet.
    ///
    /// # Errors
    /// [`Failure`] when the secret cannot be read or made.
    pub fn keys(&self) -> Result<Keys, Failure> {
        if let Some(text) = &self.config.secret_key {
            return Ok(Keys::new(&Secret::parse(text, "the configuration")?));
        }
        make_private(&self.config.data_dir)?;
        let secret = Secret::load_or_create(&self.config.secret_file(), random()?)?;
        Ok(Keys::new(&secret))
    }
}

/// The time, for people and for expiry.
///
/// # Errors
/// [`Failure`] when the clock stands before 1970.
pub fn now() -> Result<Millis, Failure> {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_err(|_| Failure::failed("the clock stands before 1970"))?;
    i64::try_from(since.as_millis())
        .map(Millis)
        .map_err(|_| Failure::failed("the clock stands beyond all bounds"))
}

/// Bytes nobody can guess.
///
/// # Errors
/// [`Failure`] when the system has none.
pub fn random<const N: usize>() -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .map_err(|cause| Failure::failed(format!("the system gives no random bytes: {cause}")))?;
    Ok(bytes)
}

/// The account of this name, or the sentence that there is none.
fn account(tx: &mut Tx<'_>, name: &UserName) -> Result<Account, Failure> {
    tx.account_by_name(name)?
        .ok_or_else(|| Failure::NotFound(format!("there is no user {name}")))
}

/// The account of this name, or all accounts.
fn accounts(tx: &mut Tx<'_>, name: Option<&UserName>) -> Result<Vec<Account>, Failure> {
    match name {
        Some(name) => Ok(vec![account(tx, name)?]),
        None => Ok(tx.accounts()?),
    }
}

/// Makes a folder, with those above it, that only its owner can look into; one that is there stays as it is.
fn make_private(folder: &Path) -> Result<(), Failure> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|cause| {
        Failure::failed(format!(
            "cannot make the folder {}: {cause}",
            folder.display()
        ))
    })
}

/// Logs as somebody asked for, else as usual: the server what it does, commands that end at once only what is wrong.
fn log_to_stderr(loaded: &Loaded, usual: &str) {
    let asked = crate::config::KEYS
        .iter()
        .any(|key| key.name == "log" && loaded.origin(key) != Origin::Default);
    let filter = if asked {
        loaded.config.log.as_str()
    } else {
        usual
    };
    // A logger that is already there, in a test, is as good.
    drop(env_logger::Builder::new().parse_filters(filter).try_init());
}
