//! The dialogue off HTTP: over a line that stays open, without a RespURI.
//!
//! (`cfg(test)` tells clippy that the modules are tests, where `unwrap` is right.)

#[cfg(test)]
#[path = "transports/line.rs"]
mod line;
#[cfg(test)]
#[path = "../examples/local_socket.rs"]
mod local_socket;

#[test]
fn the_example_over_a_local_socket_ends_well() {
    assert_eq!(
        local_socket::main().map_err(|error| error.to_string()),
        Ok(())
    );
}
