//! Who may import whom: the table of `ARCHITECTURE.md`, held against every file of `src/`. Also what the page
//! says of clock and chance, of outside crates, and of the length of files.
//!
//! It reads words, not types, so an import hidden in a macro of another crate would escape it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

#[path = "layers/source.rs"]
mod source;

/// The longest a file may be, in lines.
const LONGEST: usize = 400;

/// Files that may be longer, because they are tables.
const TABLES: &[&str] = &[];

/// Words that ask the system for the time.
const CLOCKS: [&str; 6] = [
    "SystemTime::now",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "Utc::now",
    "Local::now",
];

/// The row of one module.
#[derive(Debug, Default, PartialEq, Eq)]
struct Layer {
    /// `None`: anything.
    imports: Option<BTreeSet<String>>,
    /// May ask for the time.
    clock: bool,
}

/// The table of `ARCHITECTURE.md`.
#[derive(Debug, Default)]
struct House {
    layers: BTreeMap<String, Layer>,
    /// Outside crates that have an owner, and their owners.
    owners: BTreeMap<String, BTreeSet<String>>,
}

#[test]
fn every_module_imports_only_what_its_layer_may() {
    let house = House::read(&fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap()).unwrap();
    let mut violations = Vec::new();
    for file in files(&root().join("src")) {
        let name = file
            .strip_prefix(root())
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned();
        violations.extend(house.check(&name, &fs::read_to_string(file).unwrap()));
    }
    assert!(violations.is_empty(), "\n{}", violations.join("\n"));
}

#[test]
fn every_file_fits_its_length() {
    let mut violations = Vec::new();
    for file in [files(&root().join("src")), files(&root().join("tests"))].concat() {
        let name = file.strip_prefix(root()).unwrap().to_str().unwrap();
        let lines = fs::read_to_string(&file).unwrap().lines().count();
        match (lines > LONGEST, TABLES.contains(&name)) {
            (true, false) => violations.push(format!(
                "{name}:{lines}: longer than {LONGEST} lines and no table"
            )),
            (false, true) => {
                violations.push(format!("{name}:{lines}: is a table and needs no exception"));
            }
            _ => {}
        }
    }
    let gone = TABLES.iter().filter(|table| !root().join(table).exists());
    violations.extend(gone.map(|table| format!("{table}:1: is excepted and does not exist")));
    assert!(violations.is_empty(), "\n{}", violations.join("\n"));
}

#[test]
fn every_module_of_the_library_has_a_row() {
    let house = House::read(&fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap()).unwrap();
    for file in files(&root().join("src")) {
        let name = file.strip_prefix(root()).unwrap().to_str().unwrap();
        let (layer, _) = module(name);
        assert!(
            house.layers.contains_key(layer),
            "{name}: ARCHITECTURE.md has no row for {layer}"
        );
    }
}

impl House {
    /// Reads the table under the heading `Layers`: modules, imports, owned crates, clock.
    fn read(page: &str) -> Result<Self, String> {
        let mut house = Self::default();
        let section = page
            .split("\n## ")
            .find(|section| section.contains("Layers\n"))
            .ok_or("no section Layers")?;
        for row in section.lines().filter(|line| line.starts_with("| `")) {
            let cells = row
                .trim_matches('|')
                .split('|')
                .map(str::trim)
                .collect::<Vec<_>>();
            let [modules, imports, owns, clock] = cells.as_slice() else {
                return Err(format!("not four columns: {row}"));
            };
            for name in quoted(modules) {
                let imports = match *imports {
                    "anything" => None,
                    "nothing" => Some(BTreeSet::new()),
                    names => Some(quoted(names).collect()),
                };
                for owned in quoted(owns) {
                    house.owners.entry(owned).or_default().insert(name.clone());
                }
                house.layers.insert(
                    name,
                    Layer {
                        imports,
                        clock: *clock == "yes",
                    },
                );
            }
        }
        Ok(house)
    }

    /// What a file does against the table, each as `file:line: rule`.
    fn check(&self, file: &str, text: &str) -> Vec<String> {
        let (layer, path) = module(file);
        let Some(rules) = self.layers.get(layer) else {
            return vec![format!("{file}:1: ARCHITECTURE.md has no row for {layer}")];
        };
        let paths = source::paths(text, &path);
        let mut violations = Vec::new();
        for named in paths.modules {
            let allowed = rules
                .imports
                .as_ref()
                .is_none_or(|imports| imports.contains(&named.name));
            if named.name != layer && !allowed {
                violations.push(format!(
                    "{file}:{}: {layer} may not import {}",
                    named.line, named.name
                ));
            }
        }
        for named in paths.roots {
            if self
                .owners
                .get(&named.name)
                .is_some_and(|owners| !owners.contains(layer))
            {
                violations.push(format!(
                    "{file}:{}: {} is not for {layer}",
                    named.line, named.name
                ));
            }
        }
        for named in paths
            .clocks
            .into_iter()
            .filter(|named| CLOCKS.contains(&named.name.as_str()))
        {
            if !rules.clock {
                violations.push(format!(
                    "{file}:{}: {layer} is told the time, no {}",
                    named.line, named.name
                ));
            }
        }
        violations
    }
}

/// The layer of a file and the path of its module: `src/store/rows.rs` is `store` and `store::rows`.
fn module(file: &str) -> (&str, Vec<&str>) {
    let path = file
        .trim_start_matches("src/")
        .trim_end_matches(".rs")
        .split('/')
        .collect::<Vec<_>>();
    let layer = path.first().copied().unwrap_or_default();
    match path.as_slice() {
        ["lib" | "main"] => (layer, Vec::new()),
        [outer @ .., "mod"] => (layer, outer.to_vec()),
        whole => (layer, whole.to_vec()),
    }
}

/// The words in backticks.
fn quoted(cell: &str) -> impl Iterator<Item = String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned)
}

/// Every Rust file below a folder, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The checkout.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The checker itself: that it finds what it is for, and nothing else.
#[cfg(test)]
mod checker {
    use super::House;

    const PAGE: &str = "# House\n\n## 3. Layers\n
| module | may import | owns | clock |
|---|---|---|---|
| `ids`, `item` | nothing | - | no |
| `codec` | nothing | `quick_xml` | no |
| `store` | `ids`, `item` | `diesel` | no |
| `sync` | `store`, `ids`, `item` | - | no |
| `doors` | `sync`, `store`, `ids`, `item`, `codec` | `actix_web` | yes |
| `main` | anything | - | yes |

## 4. More\n";

    fn check(file: &str, text: &str) -> Vec<String> {
        House::read(PAGE).unwrap().check(file, text)
    }

    #[test]
    fn a_forbidden_import_is_found_in_every_spelling() {
        let spellings = [
            "use crate::store::Tx;",
            "use crate::{ids::Luid, store::{self, Tx}};",
            "use crate::{\n    ids::{Luid, Rev},\n    store,\n};",
            "fn f(tx: &crate::store::Tx) {}",
            "pub(crate) use crate::store as s;",
            "use super::super::store::Tx;",
            "mod inner { use super::super::super::store::Tx; }",
            "macro_rules! m { () => { $crate::store::Tx } }",
            "/* a */ use /* b */ crate :: store :: Tx;",
            "const A: char = '\"'; use crate::store::Tx; const B: char = '\\''; ",
            "fn f<'a>(x: &'a str) -> crate::store::Tx<'a> {}",
        ];
        for text in spellings {
            let violations = check("src/codec/xml.rs", text);
            let found = violations
                .iter()
                .any(|violation| violation.ends_with("codec may not import store"));
            assert!(found, "{text}: {violations:?}");
        }
    }

    #[test]
    fn a_violation_names_file_line_and_rule() {
        let violations = check(
            "src/codec/xml.rs",
            "//! Doc.\n\nuse std::fmt;\nuse crate::sync::Engine;\n",
        );
        assert_eq!(
            violations,
            ["src/codec/xml.rs:4: codec may not import sync"]
        );
    }

    #[test]
    fn what_the_table_allows_is_no_violation() {
        let allowed = [
            (
                "src/sync/mod.rs",
                "use crate::store::Tx; use crate::{ids::Rev, item};",
            ),
            (
                "src/sync/apply.rs",
                "use super::mode::Mode; use crate::sync::anchor; use self::inner::X;",
            ),
            (
                "src/ids.rs",
                "mod tests { use super::*; use crate::ids::Rev; }",
            ),
            (
                "src/store/mod.rs",
                "mod tests { use super::rows; } use diesel::prelude::*;",
            ),
            (
                "src/doors/mod.rs",
                "use actix_web::web; fn f() { let t = std::time::Instant::now(); }",
            ),
            (
                "src/main.rs",
                "use anchorage::doors; fn main() { let t = SystemTime::now(); }",
            ),
        ];
        for (file, text) in allowed {
            assert_eq!(check(file, text), [""; 0], "{file}: {text}");
        }
    }

    #[test]
    fn words_in_comments_and_strings_are_no_imports() {
        let texts = [
            "// use crate::store::Tx;\n",
            "/// See [`crate::store`].\nfn f() {}",
            "/* use /* nested */ crate::store::Tx; */",
            "const A: &str = \"use crate::store::Tx; \\\" diesel::insert\";",
            "const A: &str = r#\"crate::store \" diesel::x\"#;",
            "const A: &[u8] = br\"crate::store\";",
        ];
        for text in texts {
            assert_eq!(check("src/codec/mod.rs", text), [""; 0], "{text}");
        }
    }

    #[test]
    fn super_at_the_top_of_a_module_leads_to_the_root() {
        assert_eq!(
            check("src/codec/mod.rs", "use super::store;"),
            ["src/codec/mod.rs:1: codec may not import store"]
        );
        assert_eq!(
            check("src/ids.rs", "use super::item::X;"),
            ["src/ids.rs:1: ids may not import item"]
        );
    }

    #[test]
    fn an_outside_crate_stays_with_its_owner() {
        for text in [
            "use diesel::prelude::*;",
            "use diesel;",
            "#[derive(diesel::Queryable)] struct A;",
        ] {
            assert_eq!(
                check("src/sync/mod.rs", text),
                ["src/sync/mod.rs:1: diesel is not for sync"],
                "{text}"
            );
        }
        assert_eq!(
            check("src/main.rs", "use diesel as d;"),
            ["src/main.rs:1: diesel is not for main"]
        );
        assert_eq!(
            check("src/sync/mod.rs", "use crate::sync::diesel::x;"),
            [""; 0]
        );
    }

    #[test]
    fn the_time_is_asked_for_at_the_edge_only() {
        for call in [
            "std::time::SystemTime::now()",
            "Instant::now()",
            "jiff::Timestamp::now()",
        ] {
            let violations = check("src/sync/mod.rs", &format!("fn f() {{ {call}; }}"));
            assert!(
                violations
                    .iter()
                    .any(|violation| violation.contains("sync is told the time")),
                "{call}"
            );
        }
    }

    #[test]
    fn a_module_without_a_row_is_found() {
        assert_eq!(
            check("src/push/mod.rs", ""),
            ["src/push/mod.rs:1: ARCHITECTURE.md has no row for push"]
        );
        assert!(House::read("# House\n\n## Elsewhere\n").is_err());
    }
}
