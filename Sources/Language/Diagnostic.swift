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
    let excerpt = file.excerpt(of: location.range)
    // What a terminal would act on is shown as a blank.
    let shown = String(String.UnicodeScalarView(excerpt.text.unicodeScalars.map { $0.isInvisible ? " " : $0 }))
    let margin = String(repeating: " ", count: String(excerpt.line).count)
    text += "\(margin)--> \(file.name):\(excerpt.line):\(excerpt.column)\n"
    text += "\(margin) |\n\(excerpt.line) | \(shown)\n\(margin) | "
    text += String(repeating: " ", count: excerpt.before) + String(repeating: "^", count: excerpt.length) + "\n"
    if let help = diagnostic.help { text += "\(margin) = help: \(help)\n" }
  } else if let help = diagnostic.help {
    text += "  = help: \(help)\n"
  }
  return text
}

extension Unicode.Scalar {
  /// Whether it moves the cursor, turns the reading direction or joins nothing that can be seen: text with it is not what it looks like.
  var isInvisible: Bool {
    switch properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    // The two joiners are letters of some scripts, and hold emoji together.
    case .format: value != 0x200C && value != 0x200D
    default: false
    }
  }
}

/// Source text within a message: in backquotes, and short however long it is.
func quoted(_ text: String) -> String {
  let scalars = text.unicodeScalars
  let limit = 60
  guard let end = scalars.index(scalars.startIndex, offsetBy: limit, limitedBy: scalars.endIndex), end < scalars.endIndex else { return "`\(text)`" }
  return "`\(String(scalars[..<end]))…`"
}

/// The known word that is closest to `text`, if one is close enough to be what was meant.
public func closest(to text: String, among known: some Sequence<String>) -> String? {
  let written = Array(text.unicodeScalars.prefix(65))
  guard written.count <= 64 else { return nil }
  var best: (word: String, distance: Int)?
  for word in known.sorted() {
    let length = min(written.count, word.unicodeScalars.count)
    let distance = editDistance(lowercase(written), lowercase(Array(word.unicodeScalars.prefix(64))))
    // One letter is close to any other, which says nothing.
    if length > 1, distance <= max(1, length / 3), distance < best?.distance ?? .max { best = (word, distance) }
  }
  return best?.word
}

private func lowercase(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
  Array(String(String.UnicodeScalarView(scalars)).lowercased().unicodeScalars)
}

/// How many letters are added, left out, changed or swapped with their neighbour (the optimal string alignment distance).
private func editDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
  var before: [Int] = []
  var above = Array(0...b.count)
  for (i, x) in a.enumerated() {
    var row = [i + 1]
    for (j, y) in b.enumerated() {
      var distance = min(above[j] + (x == y ? 0 : 1), above[j + 1] + 1, row[j] + 1)
      if i > 0, j > 0, x == b[j - 1], a[i - 1] == y { distance = min(distance, before[j - 1] + 1) }
      row.append(distance)
    }
    (before, above) = (above, row)
  }
  return above[b.count]
}
