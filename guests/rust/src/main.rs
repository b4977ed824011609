//! The function as a command.

fn main() {
    guest::run(diff::handle);
}
