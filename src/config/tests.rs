//! The configuration as its owner meets it.

use super::*;

fn sources(environment: &[(&str, &str)]) -> Sources {
    let home = [("HOME".to_owned(), "/home/alice".to_owned())];
    let given = environment
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    // No file is found by chance: this folder does not exist.
    Sources {
        environment: home.into_iter().chain(given).collect(),
        ..Sources::default()
    }
}

fn with_file(text: &str) -> (tempfile::TempDir, Sources) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("anchorage.toml");
    std::fs::write(&path, text).unwrap();
    (
        folder,
        Sources {
            file: Some(path),
            ..sources(&[])
        },
    )
}

fn complaint(text: &str) -> String {
    let (_folder, sources) = with_file(text);
    Loaded::from(&sources).unwrap_err().to_string()
}

#[test]
fn the_defaults_are_those_the_table_tells() {
    let config = Config::in_folder(PathBuf::from("/data"));
    for key in KEYS {
        let told = match key.name {
            "data_dir" => "/data",
            "database" => "sqlite:/data/anchorage.sqlite",
            _ => key.default,
        };
        assert_eq!((key.get)(&config), told, "{}", key.name);
    }
}

#[test]
fn the_data_lies_in_the_home_folder() {
    let config = Loaded::from(&sources(&[])).unwrap().config;
    assert_eq!(
        config.data_dir,
        PathBuf::from("/home/alice/.local/share/anchorage")
    );
    assert_eq!(
        config.database,
        "sqlite:/home/alice/.local/share/anchorage/anchorage.sqlite"
    );
    let config = Loaded::from(&sources(&[("XDG_DATA_HOME", "/xdg")]))
        .unwrap()
        .config;
    assert_eq!(config.data_dir, PathBuf::from("/xdg/anchorage"));
    assert!(
        matches!(Loaded::from(&Sources::default()), Err(Problems(all)) if matches!(all[..], [Problem::NoHome]))
    );
}

#[test]
fn the_database_follows_the_data_folder() {
    let config = Loaded::from(&sources(&[("ANCHORAGE_DATA_DIR", "/srv/a")]))
        .unwrap()
        .config;
    assert_eq!(config.database, "sqlite:/srv/a/anchorage.sqlite");
}

#[test]
fn flags_win_over_the_environment_and_that_over_the_file() {
    let (_folder, mut sources) =
        with_file("listen = \"127.0.0.1:1\"\nlog = \"warn\"\npool_size = 3\n[auth]\nmd5 = false\n");
    sources.environment.extend([
        ("ANCHORAGE_LISTEN".to_owned(), "127.0.0.1:2".to_owned()),
        ("ANCHORAGE_LOG".to_owned(), "debug".to_owned()),
    ]);
    sources.flags.push(("listen", "127.0.0.1:3".to_owned()));
    let loaded = Loaded::from(&sources).unwrap();
    let config = &loaded.config;
    assert_eq!(
        (
            config.listen.port(),
            config.log.as_str(),
            config.pool_size,
            config.auth.md5
        ),
        (3, "debug", 3, false)
    );
    let origin = |name: &str| loaded.origin(KEYS.iter().find(|key| key.name == name).unwrap());
    assert_eq!(origin("listen"), Origin::Flag);
    assert_eq!(origin("log"), Origin::Environment("ANCHORAGE_LOG".into()));
    assert_eq!(origin("auth.md5"), Origin::File(sources.file.unwrap(), 5));
    assert_eq!(origin("workers"), Origin::Default);
}

#[test]
fn a_misspelt_key_is_refused_and_the_right_one_named() {
    let told = complaint("\nlisen = \"127.0.0.1:1\"\n");
    assert!(
        told.contains("unknown key `lisen` in ")
            && told.contains("anchorage.toml:2: did you mean `listen`?"),
        "{told}"
    );
    let told = complaint("[auth]\nmd_5 = true\n");
    assert!(
        told.contains("unknown key `auth.md_5`") && told.contains("did you mean `auth.md5`?"),
        "{told}"
    );
    let told = complaint("[atuh]\nmd5 = true\n");
    assert!(
        told.contains("unknown key `atuh`") && told.contains("did you mean `auth`?"),
        "{told}"
    );
    let told = complaint("colour = \"blue\"\n");
    assert!(
        told.contains("unknown key `colour`") && !told.contains("did you mean"),
        "{told}"
    );
}

#[test]
fn a_misspelt_variable_is_refused_and_the_right_one_named() {
    let told = Loaded::from(&sources(&[("ANCHORAGE_LISTN", "127.0.0.1:1")]))
        .unwrap_err()
        .to_string();
    assert_eq!(
        told,
        "unknown environment variable `ANCHORAGE_LISTN`: did you mean `ANCHORAGE_LISTEN`?"
    );
}

#[test]
fn a_value_of_the_wrong_kind_names_place_key_and_expectation() {
    for (text, told) in [
        (
            "listen = 8080",
            "`listen` in PATH:1 must be an address and a port, such as 0.0.0.0:8080",
        ),
        (
            "listen = \"everywhere\"",
            "`listen` in PATH:1 must be an address and a port, such as 0.0.0.0:8080",
        ),
        (
            "pool_size = \"8\"",
            "`pool_size` in PATH:1 must be a number of connections from 1 to 1000",
        ),
        (
            "pool_size = 0",
            "`pool_size` in PATH:1 must be a number of connections from 1 to 1000",
        ),
        (
            "pool_size = -1",
            "`pool_size` in PATH:1 must be a number of connections from 1 to 1000",
        ),
        (
            "auth.md5 = \"yes\"",
            "`auth.md5` in PATH:1 must be true or false",
        ),
        (
            "database = \"mysql://x\"",
            "`database` in PATH:1 must be a database URL, such as sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME",
        ),
        (
            "log = \"loud\"",
            "`log` in PATH:1 must be error, warn, info, debug, trace, off, or a filter such as info,anchorage::session=debug",
        ),
        (
            "max_request_bytes = 5000",
            "`max_request_bytes` in PATH:1 must be at least max_message_bytes, 262144",
        ),
    ] {
        let (_folder, sources) = with_file(text);
        let path = sources.file.clone().unwrap().display().to_string();
        assert_eq!(
            Loaded::from(&sources).unwrap_err().to_string(),
            told.replace("PATH:1", &format!("{path}:1")),
            "{text}"
        );
    }
    let told = Loaded::from(&sources(&[("ANCHORAGE_AUTH_MD5", "maybe")]))
        .unwrap_err()
        .to_string();
    assert_eq!(
        told,
        "`auth.md5` in ANCHORAGE_AUTH_MD5 must be true or false"
    );
}

#[test]
fn all_problems_are_told_at_once() {
    let (_folder, sources) = with_file("lisen = \"x\"\npool_size = 0\n");
    assert_eq!(Loaded::from(&sources).unwrap_err().0.len(), 2);
}

#[test]
fn broken_toml_is_told_with_its_line() {
    let told = complaint("log = \"info\"\nlisten = \n");
    assert!(told.contains("anchorage.toml:2: "), "{told}");
}

#[test]
fn a_file_that_was_named_must_be_there() {
    let named = Sources {
        file: Some(PathBuf::from("/nonexistent/anchorage.toml")),
        ..sources(&[])
    };
    assert!(
        Loaded::from(&named)
            .unwrap_err()
            .to_string()
            .starts_with("cannot read the configuration /nonexistent/anchorage.toml: ")
    );
}

#[test]
fn no_secret_is_shown() {
    let key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let url =
        "postgres://anchorage:hunter2@db.example/anchorage?sslmode=require&sslpassword=hunter2";
    let loaded = Loaded::from(&sources(&[
        ("ANCHORAGE_DATABASE", url),
        ("ANCHORAGE_SECRET_KEY", key),
    ]))
    .unwrap();
    let shown = format!("{:?}", loaded.config);
    assert!(
        !shown.contains("hunter2") && !shown.contains(key),
        "{shown}"
    );
    assert!(shown.contains("postgres://anchorage:(hidden)@db.example/anchorage?sslmode=require&sslpassword=(hidden)"), "{shown}");
    let told = Loaded::from(&sources(&[("ANCHORAGE_SECRET_KEY", "hunter2")]))
        .unwrap_err()
        .to_string();
    assert!(!told.contains("hunter2"), "{told}");
}

#[test]
fn an_odd_password_is_hidden_all_the_same() {
    for url in ["postgres://u:p:w@h/d", "postgres://u:p@w@h/d"] {
        assert_eq!(without_password(url), "postgres://u:(hidden)@h/d");
    }
    assert_eq!(without_password("postgres://h/d"), "postgres://h/d");
    assert_eq!(without_password("sqlite:/a@b:c"), "sqlite:/a@b:c");
}

#[test]
fn the_example_is_a_file_that_says_what_holds_anyway() {
    let text = example();
    let (_folder, commented) = with_file(&text);
    assert!(Loaded::from(&commented).is_ok());
    let value = |line: &str| {
        line.strip_prefix("# ")
            .filter(|rest| rest.contains(" = "))
            .map(str::to_owned)
    };
    let spoken: Vec<String> = text
        .lines()
        .map(|line| value(line).unwrap_or_else(|| line.to_owned()))
        .collect();
    let spoken = spoken.join("\n");
    let spoken = spoken
        .replace(KEYS[1].default, "/data")
        .replace("DATA_DIR", "/data");
    let (_folder, sources) = with_file(&spoken);
    let config = Loaded::from(&sources).unwrap().config;
    assert_eq!(config, Config::in_folder(PathBuf::from("/data")));
}
