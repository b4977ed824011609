//! The command.
const guest = @import("guest.zig");
const cron = @import("cron.zig");

pub fn main() void {
    guest.command(cron.handle);
}
