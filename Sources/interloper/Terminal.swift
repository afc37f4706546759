import Foundation
import Reports

/// Where results go: a terminal has a width and colours; a file and a pipe have neither, unless `COLUMNS` says a width.
enum Terminal {
  /// Whether to mark by colour (ANSI): on a terminal that has colours, unless `NO_COLOR` is set (no-color.org).
  static var usesColour: Bool { isatty(STDOUT_FILENO) == 1 && variable("NO_COLOR") == nil && variable("TERM") != "dumb" }

  /// How many characters a line of results may have, at least 40; nil: as many as it has.
  static var width: Int? { width(of: STDOUT_FILENO) }

  /// The same of standard output or standard error.
  static func width(of file: Int32) -> Int? {
    if let columns = variable("COLUMNS").flatMap({ Int($0) }), columns > 0 { return max(40, columns) }
    var size = winsize()
    guard isatty(file) == 1, ioctl(file, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return max(40, Int(size.ws_col))
  }

  /// A variable of the environment that is not empty.
  private static func variable(_ name: String) -> String? { ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 } }
}

/// Prints a text for people, within the width of the terminal.
func show(_ text: String, terminator: String = "\n") { print(folded(text, width: Terminal.width), terminator: terminator) }
