// The command.

import Platform

@main struct Command {
  static func main() {
    do throws(Failure) {
      write(try answer(readAll()), to: 1)
    } catch {
      log(error.message)
      platform_exit(1)
    }
  }
}
