import Foundation

extension Certificate {
  /// The largest file that is read as a certificate, in bytes.
  public static let maximumSize = 64 << 20

  /// Reads a certificate from a file; nothing that it says is checked but its form.
  ///
  /// - Throws: `.unreadable`.
  public init(file path: String) throws(CertificateError) {
    try self.init(json: try Certificate.data(ofFile: path))
  }

  /// Reads a certificate; nothing that it says is checked but its form.
  ///
  /// - Throws: `.unreadable`.
  public init(json data: Data) throws(CertificateError) {
    guard String(validating: data, as: UTF8.self) != nil else { throw .unreadable("this is no certificate: not UTF-8") }
    // Said before anything else, because other versions may have other fields.
    struct Head: Codable {
      var format: String
      var version: Int
    }
    let head = try Certificate.decode(Head.self, data)
    guard head.format == Certificate.format else { throw .unreadable("this is no certificate: its `format` is not `\(Certificate.format)`") }
    guard head.version == Certificate.version else {
      throw .unreadable("this certificate has version \(head.version) of the format; this program reads version \(Certificate.version)")
    }
    self = try Certificate.decode(Certificate.self, data)
    guard (attack == nil) != (exploration == nil) else { throw .unreadable("a certificate has either `attack` or `exploration`") }
  }

  static func data(ofFile path: String) throws(CertificateError) -> Data {
    do {
      return try contents(ofRegularFile: path, maximum: maximumSize)
    } catch {
      throw .unreadable(error.reason)
    }
  }

  static func decode<T: Decodable>(_ type: T.Type, _ data: Data, as what: String = "certificate") throws(CertificateError) -> T {
    do {
      return try JSONDecoder().decode(type, from: data)
    } catch let error as DecodingError {
      throw .unreadable("this is no \(what): \(text(error))")
    } catch {
      throw .unreadable("this is no \(what): \(error.localizedDescription)")
    }
  }

  private static func text(_ error: DecodingError) -> String {
    func place(_ context: DecodingError.Context) -> String {
      let path = context.codingPath.reduce(into: "") { $0 += $1.intValue.map { "[\($0)]" } ?? ($0.isEmpty ? $1.stringValue : ".\($1.stringValue)") }
      return path.isEmpty ? "" : "at `\(path)`: "
    }
    switch error {
    case .dataCorrupted(let context):
      let detail = (context.underlyingError as? NSError)?.userInfo[NSDebugDescriptionErrorKey] as? String
      return place(context) + context.debugDescription + (detail.map { " (\($0))" } ?? "")
    case .keyNotFound(let key, let context): return place(context) + "`\(key.stringValue)` is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context): return place(context) + context.debugDescription
    @unknown default: return "\(error)"
    }
  }

  /// The certificate as JSON, keys in a fixed order, with a line feed at the end.
  public func json() throws -> Data { try jsonLine(self) }

  /// Writes the certificate into a file.
  ///
  /// It is written beside its place first and then renamed: a full disk leaves what was there, and nothing half written.
  public func write(to path: String) throws(WritingError) {
    try writeJSON(self, to: path)
  }
}

/// A value as JSON, keys in a fixed order, with a line feed at the end.
func jsonLine(_ value: some Encodable) throws -> Data {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  return try encoder.encode(value) + Data("\n".utf8)
}

/// Writes a value into a file, beside its place first: a full disk leaves what was there, and nothing half written.
func writeJSON(_ value: some Encodable, to path: String) throws(WritingError) {
  do {
    try jsonLine(value).write(to: URL(fileURLWithPath: path), options: .atomic)
  } catch {
    throw WritingError(description: "`\(path)` cannot be written: \(error.localizedDescription)")
  }
}

/// Makes sure that certificates can be written into a folder; makes it if it is not there.
public func prepareFolder(_ path: String) throws(WritingError) {
  do {
    let folder = URL(fileURLWithPath: path)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    // A search may take hours: better to know before it that its result can be kept.
    let probe = folder.appendingPathComponent(".interloper-\(UUID().uuidString)")
    // On a full disk the file can be made and not be filled.
    defer { try? FileManager.default.removeItem(at: probe) }
    try Data("probe".utf8).write(to: probe)
  } catch {
    throw WritingError(description: "certificates cannot be written into `\(path)`: \(error.localizedDescription)")
  }
}
