//! The files of the cases, in the order they are played in.

macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        /// Name and content of each.
        pub const FILES: &[(&str, &str)] = &[
            $(($name, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/conformance/cases/", $name)))),+
        ];
    };
}

files! {
    "scts-0101.toml",
    "scts-0201.toml",
    "scts-0202.toml",
    "scts-0203.toml",
    "scts-0204.toml",
    "scts-0205.toml",
    "scts-0301.toml",
    "scts-0302.toml",
    "scts-0401.toml",
    "scts-0402.toml",
    "scts-0403.toml",
    "scts-0404.toml",
    "scts-0405.toml",
    "scts-0501.toml",
    "scts-0502.toml",
    "scts-0503.toml",
    "scts-0504.toml",
    "scts-0505.toml",
    "scts-0601.toml",
    "scts-0701.toml",
    "anc-01.toml",
    "anc-02.toml",
    "anc-03.toml",
    "anc-04.toml",
    "anc-05.toml",
    "anc-06.toml",
    "anc-07.toml",
    "anc-08.toml",
    "anc-09.toml",
    "anc-10.toml",
    "anc-11.toml",
    "anc-12.toml",
    "anc-13.toml",
    "anc-14.toml",
    "anc-15.toml",
    "anc-16.toml",
    "anc-17.toml",
    "anc-18.toml",
    "anc-19.toml",
    "anc-20.toml",
    "anc-21.toml",
    "anc-22.toml",
    "anc-23.toml",
    "anc-24.toml",
    "anc-25.toml",
}
