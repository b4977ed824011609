//! What a function needs of its host: bytes come in, bytes go out, an error has a message.
//!
//! ```ignore
//! guest::export!(handle);
//!
//! pub fn handle(input: &[u8]) -> Result<Vec<u8>, guest::Error> {
//!     let name = std::str::from_utf8(input)?;
//!     Ok(format!("Hello, {name}!").into_bytes())
//! }
//! ```
//!
//! `export!` makes a module of exported functions; a program whose `main` calls [`run`] is a command. Nothing is freed
//! after a call: each has memory of its own, which is thrown away after it.

use std::io::{self, Read, Write};

/// Whatever `?` makes of an error.
pub type Error = Box<dyn std::error::Error>;

pub type Handler = fn(&[u8]) -> Result<Vec<u8>, Error>;

/// A line of the function's log.
pub fn log(line: &str) {
    eprintln!("{line}");
}

/// Exports the function under the name of its module.
#[macro_export]
macro_rules! export {
    ($handle:path) => {
        #[export_name = "alloc"]
        pub extern "C" fn __guest_alloc(size: usize) -> *mut u8 {
            $crate::abi::alloc(size)
        }

        /// # Safety
        /// The host calls it with what it got from `alloc`.
        #[export_name = "handle"]
        pub unsafe extern "C" fn __guest_handle(input: *const u8, length: usize) -> u64 {
            $crate::abi::handle($handle, std::slice::from_raw_parts(input, length))
        }

        #[export_name = "_error"]
        pub extern "C" fn __guest_error() -> u64 {
            $crate::abi::error()
        }
    };
}

/// Calls the function as a command does: standard input to standard output, an error to standard error and exit code 1.
pub fn run(handle: Handler) {
    let mut input = Vec::new();
    let answered = io::stdin()
        .read_to_end(&mut input)
        .map_err(Error::from)
        .and_then(|_| handle(&input))
        .and_then(|output| io::stdout().write_all(&output).map_err(Error::from));
    if let Err(error) = answered {
        log(&error.to_string());
        std::process::exit(1);
    }
}

#[doc(hidden)]
pub mod abi {
    use super::Handler;
    use std::sync::atomic::{AtomicU64, Ordering};

    static ERROR: AtomicU64 = AtomicU64::new(0);

    pub fn alloc(size: usize) -> *mut u8 {
        Vec::leak(Vec::with_capacity(size)).as_mut_ptr()
    }

    pub fn handle(handle: Handler, input: &[u8]) -> u64 {
        handle(input).map(packed).unwrap_or_else(|error| {
            ERROR.store(packed(error.to_string().into_bytes()), Ordering::Relaxed);
            0
        })
    }

    pub fn error() -> u64 {
        ERROR.load(Ordering::Relaxed)
    }

    fn packed(bytes: Vec<u8>) -> u64 {
        let bytes = bytes.leak();
        (bytes.as_ptr() as u64) << 32 | bytes.len() as u64
    }
}
