//! What a function needs of its host: bytes come in, bytes go out, an error has a message.
//!
//!     const guest = @import("guest.zig");
//!
//!     pub fn handle(input: []const u8) guest.Failure![]const u8 {
//!         if (input.len == 0) return guest.fail("there is nothing to greet", .{});
//!         return guest.text("Hello, {s}!", .{input});
//!     }
//!
//!     comptime { guest.functions(handle); }                  // a module of exported functions
//!     pub fn main() void { guest.command(handle); }          // a command
//!
//! Nothing is freed after a call: each has memory of its own, which is thrown away after it.

const std = @import("std");
const builtin = @import("builtin");
const wasi = std.os.wasi;

pub const Failure = error{Failed};

const Handler = fn ([]const u8) Failure![]const u8;

/// Memory for whatever a call needs.
pub const memory = if (builtin.target.cpu.arch.isWasm()) std.heap.wasm_allocator else std.heap.page_allocator;

/// What is wrong; empty while nothing is.
pub var failure: ?[]const u8 = null;

/// Ends the call with an error: return guest.fail("no customer {d}", .{id});
pub fn fail(comptime format: []const u8, values: anytype) Failure {
    failure = text(format, values);
    return error.Failed;
}

/// An answer in words.
pub fn text(comptime format: []const u8, values: anytype) []const u8 {
    return std.fmt.allocPrint(memory, format, values) catch @panic("no memory left");
}

/// Writes a line into the function's log.
pub fn log(comptime format: []const u8, values: anytype) void {
    write(2, text(format ++ "\n", values));
}

/// Exports a function under the name of its module.
pub fn functions(comptime handler: Handler) void {
    const Exports = struct {
        fn alloc(size: usize) callconv(.c) ?[*]u8 {
            const bytes = memory.alloc(u8, size) catch return null;
            return bytes.ptr;
        }

        fn handle(input: [*]const u8, length: usize) callconv(.c) u64 {
            return packed_(handler(input[0..length]) catch return 0);
        }

        fn lastError() callconv(.c) u64 {
            return packed_(failure orelse return 0);
        }

        fn packed_(bytes: []const u8) u64 {
            return @as(u64, @intFromPtr(bytes.ptr)) << 32 | bytes.len;
        }
    };
    @export(&Exports.alloc, .{ .name = "alloc" });
    @export(&Exports.handle, .{ .name = "handle" });
    @export(&Exports.lastError, .{ .name = "_error" });
}

/// Calls a function as a command does: standard input to standard output, an error to standard error and exit code 1.
pub fn command(comptime handler: Handler) void {
    const output = handler(readAll()) catch {
        write(2, failure.?);
        write(2, "\n");
        wasi.proc_exit(1);
    };
    write(1, output);
}

fn readAll() []const u8 {
    var all = memory.alloc(u8, 4096) catch @panic("no memory left");
    var length: usize = 0;
    while (true) {
        if (length == all.len) all = memory.realloc(all, 2 * length) catch @panic("no memory left");
        var got: usize = 0;
        const part = [_]wasi.iovec_t{.{ .base = all[length..].ptr, .len = all.len - length }};
        if (wasi.fd_read(0, &part, 1, &got) != .SUCCESS or got == 0) return all[0..length];
        length += got;
    }
}

fn write(descriptor: wasi.fd_t, bytes: []const u8) void {
    var left = bytes;
    while (left.len > 0) {
        var wrote: usize = 0;
        const part = [_]wasi.ciovec_t{.{ .base = left.ptr, .len = left.len }};
        if (wasi.fd_write(descriptor, &part, 1, &wrote) != .SUCCESS) return;
        left = left[wrote..];
    }
}
