/// A path as written, with a name in braces where any host's name can stand: `/callback/{issuer}`.
public struct PathTemplate: Hashable, Sendable {
  /// The path with `{}` in place of each name.
  public var text: String
  public var names: [String]

  public init(_ path: String) {
    text = ""
    names = []
    var rest = path[...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      text += rest[..<open] + "{}"
      names.append(String(rest[rest.index(after: open)..<close]))
      rest = rest[rest.index(after: close)...]
    }
    text += rest
  }
}
