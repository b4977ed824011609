//! When a cron expression is due next: {"cron":"0 9 * * MON-FRI","after":"2026-02-20T09:00","count":2} gives the times,
//! at most 100. Minute, hour, day, month and day of the week are numbers, names, ranges, steps and lists; if both days
//! are given either will do, as in cron.

const std = @import("std");
const guest = @import("guest.zig");

const Request = struct { cron: []const u8, after: []const u8, count: u32 = 1 };

const months = [_][]const u8{ "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC" };
const weekdays = [_][]const u8{ "SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT" };

const Field = struct {
    name: []const u8,
    from: u32,
    to: u32,
    names: []const []const u8 = &.{},

    /// A bit for each value.
    fn parse(self: Field, list: []const u8) guest.Failure!u64 {
        var bits: u64 = 0;
        var parts = std.mem.splitScalar(u8, list, ',');
        while (parts.next()) |part| {
            var range = part;
            var step: u32 = 1;
            if (std.mem.indexOfScalar(u8, part, '/')) |slash| {
                range = part[0..slash];
                step = std.fmt.parseInt(u32, part[slash + 1 ..], 10) catch 0;
                if (step == 0) return guest.fail("{s}: '{s}' has no step", .{ self.name, part });
            }
            var first = self.from;
            var last = self.to;
            if (!std.mem.eql(u8, range, "*")) {
                const dash = std.mem.indexOfScalar(u8, range, '-');
                first = try self.value(range[0 .. dash orelse range.len]);
                last = if (dash) |at| try self.value(range[at + 1 ..]) else if (step > 1) self.to else first;
                if (first > last) return guest.fail("{s}: '{s}' ends before it begins", .{ self.name, range });
            }
            while (first <= last) : (first += step) bits |= @as(u64, 1) << @intCast(first);
        }
        return bits;
    }

    fn value(self: Field, word: []const u8) guest.Failure!u32 {
        for (self.names, 0..) |name, i| {
            if (std.ascii.eqlIgnoreCase(name, word)) return self.from + @as(u32, @intCast(i));
        }
        const number = std.fmt.parseInt(u32, word, 10) catch self.to + 1;
        if (number < self.from or number > self.to) {
            return guest.fail("{s}: '{s}' is not {d} to {d}", .{ self.name, word, self.from, self.to });
        }
        return number;
    }
};

const Schedule = struct {
    minutes: u64,
    hours: u64,
    days: u64,
    months: u64,
    weekdays: u64,
    any_day: bool,
    any_weekday: bool,

    fn parse(cron: []const u8) guest.Failure!Schedule {
        var fields: [5][]const u8 = undefined;
        var count: usize = 0;
        var words = std.mem.tokenizeAny(u8, cron, " \t");
        while (words.next()) |word| : (count += 1) {
            if (count < fields.len) fields[count] = word;
        }
        if (count != fields.len) return guest.fail("a cron expression has 5 fields, not {d}", .{count});
        const days_of_week = try (Field{ .name = "day of the week", .from = 0, .to = 7, .names = &weekdays }).parse(fields[4]);
        return .{
            .minutes = try (Field{ .name = "minute", .from = 0, .to = 59 }).parse(fields[0]),
            .hours = try (Field{ .name = "hour", .from = 0, .to = 23 }).parse(fields[1]),
            .days = try (Field{ .name = "day", .from = 1, .to = 31 }).parse(fields[2]),
            .months = try (Field{ .name = "month", .from = 1, .to = 12, .names = &months }).parse(fields[3]),
            .weekdays = days_of_week | days_of_week >> 7, // 7 is a Sunday, too
            .any_day = fields[2][0] == '*',
            .any_weekday = fields[4][0] == '*',
        };
    }

    fn hasDay(self: Schedule, date: Date) bool {
        if (!has(self.months, date.month)) return false;
        const day = has(self.days, date.day);
        const weekday = has(self.weekdays, date.weekday());
        return if (self.any_day or self.any_weekday) day and weekday else day or weekday;
    }
};

fn has(bits: u64, value: u32) bool {
    return bits >> @intCast(value) & 1 != 0;
}

const Date = struct {
    year: u32,
    month: u32,
    day: u32,

    fn lastDay(self: Date) u32 {
        return switch (self.month) {
            2 => if (self.year % 4 == 0 and (self.year % 100 != 0 or self.year % 400 == 0)) 29 else 28,
            4, 6, 9, 11 => 30,
            else => 31,
        };
    }

    /// From 0, a Sunday: Sakamoto's method.
    fn weekday(self: Date) u32 {
        const shifts = [_]u32{ 0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4 };
        const year = if (self.month < 3) self.year - 1 else self.year;
        return (year + year / 4 - year / 100 + year / 400 + shifts[self.month - 1] + self.day) % 7;
    }

    fn next(self: Date) Date {
        if (self.day < self.lastDay()) return .{ .year = self.year, .month = self.month, .day = self.day + 1 };
        if (self.month < 12) return .{ .year = self.year, .month = self.month + 1, .day = 1 };
        return .{ .year = self.year + 1, .month = 1, .day = 1 };
    }
};

/// A number of exactly so many digits in a text, or null.
fn digits(word: []const u8, from: usize, count: usize) ?u32 {
    for (word[from .. from + count]) |c| {
        if (!std.ascii.isDigit(c)) return null;
    }
    return std.fmt.parseInt(u32, word[from .. from + count], 10) catch null;
}

pub fn handle(input: []const u8) guest.Failure![]const u8 {
    const request = std.json.parseFromSliceLeaky(Request, guest.memory, input, .{}) catch |wrong|
        return guest.fail("the input is not the JSON expected: {s}", .{@errorName(wrong)});
    const schedule = try Schedule.parse(request.cron);
    if (request.count < 1 or request.count > 100) return guest.fail("count is 1 to 100, not {d}", .{request.count});
    const after = request.after;
    if (after.len != 16 or after[4] != '-' or after[7] != '-' or after[10] != 'T' or after[13] != ':') {
        return guest.fail("after: '{s}' is no time such as 2026-02-20T09:00", .{after});
    }
    var date = Date{
        .year = digits(after, 0, 4) orelse 0,
        .month = digits(after, 5, 2) orelse 0,
        .day = digits(after, 8, 2) orelse 0,
    };
    const hour = digits(after, 11, 2) orelse 24;
    const minute = digits(after, 14, 2) orelse 60;
    if (date.year == 0 or date.month < 1 or date.month > 12 or date.day < 1 or date.day > date.lastDay() or hour > 23 or minute > 59) {
        return guest.fail("after: there is no {s}", .{after});
    }
    var from = hour * 60 + minute + 1;
    var out: std.ArrayList(u8) = .empty;
    add(&out, "{\"next\":[");
    var found: u32 = 0;
    const end = date.year + 29; // the 29th of February on one weekday comes back after 28 years, or 40
    while (found < request.count and date.year < end) {
        if (schedule.hasDay(date)) {
            while (from < 24 * 60 and found < request.count) : (from += 1) {
                if (!has(schedule.hours, from / 60)) {
                    from += 59 - from % 60;
                } else if (has(schedule.minutes, from % 60)) {
                    if (found > 0) add(&out, ",");
                    add(&out, guest.text("\"{d:0>4}-{d:0>2}-{d:0>2}T{d:0>2}:{d:0>2}\"", .{ date.year, date.month, date.day, from / 60, from % 60 }));
                    found += 1;
                }
            }
        }
        from = 0;
        date = date.next();
    }
    if (found == 0) return guest.fail("'{s}' is never due", .{request.cron});
    add(&out, "]}");
    return out.items;
}

fn add(out: *std.ArrayList(u8), part: []const u8) void {
    out.appendSlice(guest.memory, part) catch @panic("no memory left");
}

fn expect(input: []const u8, expected: []const u8) !void {
    guest.failure = null;
    const actual = handle(input) catch guest.failure.?;
    try std.testing.expectEqualStrings(expected, actual);
}

test "the next days of work" {
    try expect(
        \\{"cron":"0 9 * * MON-FRI","after":"2026-02-20T09:00","count":2}
    , "{\"next\":[\"2026-02-23T09:00\",\"2026-02-24T09:00\"]}");
}

test "steps, lists and the end of a year" {
    try expect(
        \\{"cron":"*/20 8,17 * * *","after":"2026-12-31T17:20","count":3}
    , "{\"next\":[\"2026-12-31T17:40\",\"2027-01-01T08:00\",\"2027-01-01T08:20\"]}");
}

test "either day will do, and a leap day comes" {
    try expect(
        \\{"cron":"0 0 13 * FRI","after":"2026-02-12T00:00","count":2}
    , "{\"next\":[\"2026-02-13T00:00\",\"2026-02-20T00:00\"]}");
    try expect(
        \\{"cron":"30 12 29 FEB *","after":"2026-02-20T00:00"}
    , "{\"next\":[\"2028-02-29T12:30\"]}");
}

test "what is wrong is said" {
    try expect(
        \\{"cron":"61 * * * *","after":"2026-02-20T09:00"}
    , "minute: '61' is not 0 to 59");
    try expect(
        \\{"cron":"* * *","after":"2026-02-20T09:00"}
    , "a cron expression has 5 fields, not 3");
    try expect(
        \\{"cron":"0 0 31 FEB *","after":"2026-02-20T09:00"}
    , "'0 0 31 FEB *' is never due");
    try expect(
        \\{"cron":"* * * * *","after":"2026-02-30T09:00"}
    , "after: there is no 2026-02-30T09:00");
    try expect("[]", "the input is not the JSON expected: UnexpectedToken");
}
