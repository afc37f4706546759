/// What is wrong, where, and what to write instead.
public struct Diagnostic: Sendable, Hashable, Error {
  public enum Severity: String, Sendable { case error, warning }
  public var severity: Severity
  public var message: String
  /// nil where the trouble is with a file as a whole.
  public var location: Location?
  public var help: String?

  public init(severity: Severity = .error, message: String, location: Location? = nil, help: String? = nil) {
    self.severity = severity
    self.message = message
    self.location = location
    self.help = help
  }
}

/// The diagnostic as a person reads it: message, place, source line with a caret range, help.
public func render(_ diagnostic: Diagnostic, in sources: SourceSet) -> String {
  var text = "\(diagnostic.severity.rawValue): \(diagnostic.message)\n"
  if let location = diagnostic.location, sources.files.indices.contains(location.file) {
    let file = sources.files[location.file]
    let (line, column) = file.lineAndColumn(of: location.range.start)
    let scalars = file.line(line).unicodeScalars.map { $0.value < 32 || $0.value == 127 ? " " : Character($0) }
    // A very long line is shown from a little before the place.
    let from = column > 160 ? column - 40 : 1
    let shown = String(scalars.dropFirst(from - 1).prefix(200))
    let end = file.lineAndColumn(of: location.range.end)
    let length = end.line == line ? max(1, end.column - column) : max(1, scalars.count - column + 1)
    let margin = String(repeating: " ", count: String(line).count)
    text += "\(margin)--> \(file.name):\(line):\(column)\n"
    text += "\(margin) |\n\(line) | \(shown)\n\(margin) | "
    text += String(repeating: " ", count: column - from) + String(repeating: "^", count: min(length, 200)) + "\n"
    if let help = diagnostic.help { text += "\(margin) = help: \(help)\n" }
  } else if let help = diagnostic.help {
    text += "  = help: \(help)\n"
  }
  return text
}

/// The known word that is closest to `text`, if one is close enough to be what was meant.
public func closest(to text: String, among known: some Sequence<String>) -> String? {
  var best: (word: String, distance: Int)?
  for word in known.sorted() {
    let distance = editDistance(Array(text.lowercased().unicodeScalars.prefix(64)), Array(word.lowercased().unicodeScalars.prefix(64)))
    if distance <= max(1, min(text.count, word.count) / 3), distance < best?.distance ?? .max { best = (word, distance) }
  }
  return best?.word
}

/// Levenshtein's distance.
private func editDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
  var row = Array(0...b.count)
  for (i, x) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, y) in b.enumerated() {
      let above = row[j + 1]
      row[j + 1] = min(diagonal + (x == y ? 0 : 1), above + 1, row[j] + 1)
      diagonal = above
    }
  }
  return row[b.count]
}
