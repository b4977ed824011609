//! The module of exported functions.
const guest = @import("guest.zig");
const cron = @import("cron.zig");

comptime {
    guest.functions(cron.handle);
}
