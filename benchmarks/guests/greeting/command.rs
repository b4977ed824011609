//! A command: reads standard input, writes standard output. Also built for the machine itself, as
//! the program that is started for each call.

use std::io::{self, Read, Write};

mod greet;

fn main() {
    let mut input = String::new();
    io::stdin().read_to_string(&mut input).expect("text in UTF-8");
    let mut output = io::stdout();
    output.write_all(greet::greet(&input).as_bytes()).expect("open standard output");
    output.flush().expect("open standard output");
}
