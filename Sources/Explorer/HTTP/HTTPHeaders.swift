/// Header fields in their order. Their names are compared without regard to case.
struct HTTPHeaders: Equatable, Sendable, ExpressibleByDictionaryLiteral {
  struct Field: Equatable, Sendable {
    var name: String
    var value: String
  }
  private(set) var fields: [Field]

  init(dictionaryLiteral elements: (String, String)...) { fields = elements.map { Field(name: $0, value: $1) } }

  mutating func append(_ name: String, _ value: String) { fields.append(Field(name: name, value: value)) }

  /// The values of all fields with this name.
  func values(of name: String) -> [String] {
    let name = name.lowercased()
    return fields.filter { $0.name.lowercased() == name }.map(\.value)
  }

  /// All of them together, as RFC 9110 has it in section 5.3: whoever expects one value does not find it in a list.
  subscript(name: String) -> String? {
    get {
      let values = values(of: name)
      return values.isEmpty ? nil : values.joined(separator: ", ")
    }
    set {
      let lowercased = name.lowercased()
      fields.removeAll { $0.name.lowercased() == lowercased }
      if let newValue { append(name, newValue) }
    }
  }

  /// Whether this token is in a list such as that of `Connection`.
  func contains(_ token: String, in name: String) -> Bool {
    values(of: name).contains { list in
      list.split(separator: ",").contains { $0.drop(while: \.isWhitespace).lowercased().prefix { !$0.isWhitespace } == token }
    }
  }
}
