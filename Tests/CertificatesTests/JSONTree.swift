import Foundation

/// JSON as a tree that a test can alter.
indirect enum JSONTree: Equatable, Codable {
  case null
  case bool(Bool)
  case number(Double)
  case text(String)
  case list([JSONTree])
  case object([String: JSONTree])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([JSONTree].self) {
      self = .list(value)
    } else {
      self = .object(try container.decode([String: JSONTree].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .number(let value): if let whole = Int(exactly: value) { try container.encode(whole) } else { try container.encode(value) }
    case .text(let value): try container.encode(value)
    case .list(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }

  init(_ data: Data) throws { self = try JSONDecoder().decode(JSONTree.self, from: data) }

  var data: Data { get throws { try JSONEncoder().encode(self) } }

  enum Key: Hashable, CustomStringConvertible {
    case index(Int)
    case field(String)
    var description: String {
      switch self {
      case .index(let index): "\(index)"
      case .field(let name): name
      }
    }
  }

  /// All places in the tree, the root's first.
  var paths: [[Key]] {
    switch self {
    case .list(let items): [[]] + items.enumerated().flatMap { index, item in item.paths.map { [.index(index)] + $0 } }
    case .object(let fields): [[]] + fields.sorted { $0.key < $1.key }.flatMap { name, item in item.paths.map { [.field(name)] + $0 } }
    default: [[]]
    }
  }

  subscript(_ path: some Collection<Key>) -> JSONTree? {
    guard let key = path.first else { return self }
    switch (self, key) {
    case (.list(let items), .index(let index)): return items.indices.contains(index) ? items[index][path.dropFirst()] : nil
    case (.object(let fields), .field(let name)): return fields[name]?[path.dropFirst()]
    default: return nil
    }
  }

  /// The tree with something else at a place; nil: with nothing there.
  func replacing(_ path: some Collection<Key>, by new: JSONTree?) -> JSONTree {
    guard let key = path.first else { return new ?? .null }
    switch (self, key) {
    case (.list(var items), .index(let index)):
      if let new {
        items[index] = items[index].replacing(path.dropFirst(), by: new)
      } else if path.count == 1 {
        items.remove(at: index)
      } else {
        items[index] = items[index].replacing(path.dropFirst(), by: nil)
      }
      return .list(items)
    case (.object(var fields), .field(let name)):
      if new == nil && path.count == 1 { fields[name] = nil } else { fields[name] = fields[name]?.replacing(path.dropFirst(), by: new) }
      return .object(fields)
    default: return self
    }
  }

  /// What a leaf may be altered to: another value of its kind, a value of every other kind, an extreme one. Empty for lists and objects.
  var alterations: [JSONTree] {
    switch self {
    case .null: [.number(0), .text(""), .bool(false), .list([]), .object([:])]
    case .bool(let value): [.bool(!value), .null, .number(0)]
    case .number(let value):
      [value + 1, value - 1, -1, 0, 0.5, 9e15, -0x1p63, 1e300].filter { $0 != value }.map { .number($0) } + [
        .null, .text("\(Int(value))"), .list([]), .bool(true),
      ]
    case .text(let value):
      [.text(value + "x"), .text(""), .text("\0"), .text(String(value.dropLast())), .null, .number(1), .list([.text(value)]), .object([:])]
        .filter { $0 != self }
    case .list, .object: []
    }
  }
}
