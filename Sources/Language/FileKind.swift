/// What a file of the language holds.
public enum FileKind: Sendable, Hashable, CaseIterable {
  case model
  case clauses
  case scenario
  case claims

  /// The kind that a file's name (or path) says: `*.interloper`, `*.scenario`, `clauses` or `claims`; nil for other files.
  public init?(fileName: String) {
    if fileName.hasSuffix(".interloper") {
      self = .model
    } else if fileName.hasSuffix(".scenario") {
      self = .scenario
    } else if fileName == "clauses" || fileName.hasSuffix("/clauses") {
      self = .clauses
    } else if fileName == "claims" || fileName.hasSuffix("/claims") {
      self = .claims
    } else {
      return nil
    }
  }
}

/// What is wrong with a file of some kind, found by reading it.
func findings(file: Int, in sources: SourceSet, as kind: FileKind) -> [Diagnostic] {
  switch kind {
  case .model: parseModel(file: file, in: sources).diagnostics
  case .clauses: parseClauses(file: file, in: sources).diagnostics
  case .scenario: parseScenarios(file: file, in: sources).diagnostics
  case .claims: parseClaims(file: file, in: sources).diagnostics
  }
}
