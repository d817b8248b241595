//! The client's program: how it is started, and what it is started with.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

/// Runs the program to its end, or for three minutes, with `home` as the only folder that it knows.
pub fn run(home: &Path, args: &[String]) -> Output {
    let mut program = Command::new("timeout");
    program.arg("180").arg("syncevolution").args(args);
    for (name, folder) in [
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_CACHE_HOME", "cache"),
        ("XDG_DATA_HOME", "data"),
    ] {
        program.env(name, home.join(folder));
    }
    program
        .env("HOME", home)
        .env("LC_ALL", "C.UTF-8")
        .env("TZ", "UTC");
    program
        .env("SYNCEVOLUTION_BACKEND_DIR", backends())
        .env("LD_PRELOAD", shim());
    for name in [
        "DBUS_SESSION_BUS_ADDRESS",
        "DISPLAY",
        "http_proxy",
        "https_proxy",
        "HTTP_PROXY",
        "ALL_PROXY",
        "all_proxy",
    ] {
        program.env_remove(name);
    }
    program
        .output()
        .unwrap_or_else(|error| panic!("`timeout` of the coreutils does not start: {error}"))
}

/// All that a program printed.
pub fn printed(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// The shim (`shim.c` says what for), compiled once a run.
fn shim() -> &'static Path {
    static SHIM: OnceLock<PathBuf> = OnceLock::new();
    SHIM.get_or_init(|| {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/real_clients/shim.c");
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("syncevolution-shim.so");
        let new = path.with_extension(std::process::id().to_string());
        let done = Command::new("cc")
            .args(["-O2", "-shared", "-fPIC", "-o"])
            .arg(&new)
            .arg(source)
            .arg("-ldl")
            .output();
        let done = done.unwrap_or_else(|error| {
            panic!("no C compiler: install gcc and libc6-dev (scripts/test does, as root): {error}")
        });
        assert!(
            done.status.success(),
            "the shim does not compile:\n{}",
            printed(&done)
        );
        fs::rename(new, &path).unwrap();
        path
    })
}

/// A folder with the one backend that the devices use: loading all of them takes a third of a session's time.
fn backends() -> &'static Path {
    static BACKENDS: OnceLock<PathBuf> = OnceLock::new();
    BACKENDS.get_or_init(|| {
        let found = Command::new("syncevolution").arg("--version").env_remove("SYNCEVOLUTION_BACKEND_DIR").output();
        let found = found.unwrap_or_else(|error| {
            panic!("the client is missing: `apt-get install syncevolution` (scripts/test does, as root): {error}")
        });
        let text = printed(&found);
        let library = text.lines().filter_map(|line| line.split("Loaded backend library ").nth(1));
        let library = library.map(str::trim).find(|path| path.ends_with("/syncfile.so"));
        let library = library.unwrap_or_else(|| panic!("syncevolution has no file backend; it says:\n{text}"));
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("syncevolution-backends");
        fs::create_dir_all(&dir).unwrap();
        let new = dir.join(std::process::id().to_string());
        symlink(library, &new).unwrap();
        fs::rename(new, dir.join("syncfile.so")).unwrap();
        dir
    })
}
