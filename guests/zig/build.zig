const std = @import("std");

pub fn build(b: *std.Build) void {
    const target = b.resolveTargetQuery(.{ .cpu_arch = .wasm32, .os_tag = .wasi });
    const functions = module(b, "cron", "functions.zig", target);
    functions.entry = .disabled;
    functions.rdynamic = true;
    functions.wasi_exec_model = .reactor;
    _ = module(b, "cron-command", "command.zig", target);

    const tests = b.addTest(.{ .root_module = b.createModule(.{
        .root_source_file = b.path("cron.zig"),
        .target = b.graph.host,
    }) });
    b.step("test", "Runs the function's own tests").dependOn(&b.addRunArtifact(tests).step);
}

fn module(b: *std.Build, name: []const u8, root: []const u8, target: std.Build.ResolvedTarget) *std.Build.Step.Compile {
    const made = b.addExecutable(.{ .name = name, .root_module = b.createModule(.{
        .root_source_file = b.path(root),
        .target = target,
        .optimize = .ReleaseSmall,
        .strip = true,
    }) });
    // Zig takes 16 MB otherwise
    made.stack_size = 256 * 1024;
    b.installArtifact(made);
    return made;
}
