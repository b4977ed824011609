// swift-tools-version:5.9
// Runs the function's own tests on this machine: swift run. The modules are made by build.sh.
import PackageDescription

let package = Package(
  name: "imagesize",
  targets: [
    .executableTarget(
      name: "imagesize-tests", path: ".", exclude: ["Functions.swift", "Command.swift", "Platform", "build.sh", "README.md"],
      sources: ["Guest.swift", "ImageSize.swift", "Tests/main.swift"])
  ]
)
