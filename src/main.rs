//! The `anchorage` executable.

fn main() {}
