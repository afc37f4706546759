import Digests
import Foundation

/// Why a checkpoint cannot be written, or is not accepted.
public struct CheckpointError: Error, CustomStringConvertible {
  public var description: String

  public init(_ description: String) { self.description = description }
}

/// Where bytes go that are written one run after the other.
typealias ByteSink = (UnsafeRawBufferPointer) throws(CheckpointError) -> Void

/// What a checkpoint says of one scenario: written from where a search keeps it, so that nothing is copied.
public struct CheckpointBody {
  var byteCount: Int
  var write: (ByteSink) throws(CheckpointError) -> Void

  /// What was read from another checkpoint.
  public init(_ data: Data) {
    byteCount = data.count
    write = { sink throws(CheckpointError) in try CheckpointFile.put(data, into: sink) }
  }

  init(byteCount: Int, write: @escaping (ByteSink) throws(CheckpointError) -> Void) {
    self.byteCount = byteCount
    self.write = write
  }

  /// The bytes themselves.
  public var data: Data {
    var data = Data(capacity: byteCount)
    // Nothing can fail that only appends.
    try? write { data.append(contentsOf: $0) }
    return data
  }
}

/// The state of searches as a file: version 2.
///
/// A line that names the format, version (4 bytes), length of the whole file (8), number of entries (8); for each entry the length of its
/// label (8), the label, the length of its body (8), the body; at the end the SHA-256 digest of all that is before it. Numbers are
/// little-endian. The digest guards against accidents; who forges a checkpoint can forge a verdict, so resume only your own.
public enum CheckpointFile {
  static let magic = Data("interloper-checkpoint\n".utf8)
  /// Raised whenever a body, a state's words or what the counts mean changes.
  public static let version: UInt32 = 2
  private static let headLength = magic.count + 4 + 8 + 8

  /// Replaces the file by one with these entries: it is written beside its place, brought to the disk, and then renamed, so that
  /// there is always either the old file or the new one.
  public static func write(_ entries: [(label: Data, body: CheckpointBody)], to path: String) throws(CheckpointError) {
    let temporary = path + ".part"
    let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw CheckpointError("`\(temporary)` cannot be made: \(String(cString: strerror(errno)))") }
    var isOpen = true
    do throws(CheckpointError) {
      try fill(file, with: entries, named: temporary)
      guard fsync(file) == 0 else { throw CheckpointError("`\(temporary)` cannot be written: \(String(cString: strerror(errno)))") }
      isOpen = false
      // Some file systems say only now that the disk is full.
      guard close(file) == 0 else { throw CheckpointError("`\(temporary)` cannot be written: \(String(cString: strerror(errno)))") }
      guard rename(temporary, path) == 0 else { throw CheckpointError("`\(path)` cannot be replaced: \(String(cString: strerror(errno)))") }
    } catch {
      if isOpen { close(file) }
      unlink(temporary)
      throw error
    }
    // The name, too, is to survive a loss of power; where a folder cannot be synchronised, nothing is lost but that.
    let folder = open((path as NSString).deletingLastPathComponent.isEmpty ? "." : (path as NSString).deletingLastPathComponent, O_RDONLY | O_CLOEXEC)
    if folder >= 0 {
      fsync(folder)
      close(folder)
    }
  }

  private static func fill(_ file: Int32, with entries: [(label: Data, body: CheckpointBody)], named name: String) throws(CheckpointError) {
    var hash = SHA256()
    func append(_ bytes: UnsafeRawBufferPointer) throws(CheckpointError) {
      var rest = bytes
      while !rest.isEmpty {
        let count = Glibc.write(file, rest.baseAddress, min(rest.count, 1 << 26))
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { throw CheckpointError("`\(name)` cannot be written: \(String(cString: strerror(errno)))") }
        hash.update(UnsafeRawBufferPointer(rebasing: rest.prefix(count)))
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
      }
    }
    let length = entries.reduce(headLength + SHA256.byteCount) { $0 + 16 + $1.label.count + $1.body.byteCount }
    try put(magic + bytes(version) + bytes(UInt64(length)) + bytes(UInt64(entries.count)), into: append)
    for entry in entries {
      try put(bytes(UInt64(entry.label.count)) + entry.label + bytes(UInt64(entry.body.byteCount)), into: append)
      try entry.body.write(append)
    }
    try put(Data(hash.finalize()), into: append)
  }

  static func bytes<Number: FixedWidthInteger>(_ number: Number) -> Data { withUnsafeBytes(of: number.littleEndian) { Data($0) } }

  static func put(_ data: Data, into sink: ByteSink) throws(CheckpointError) {
    var failure: CheckpointError?
    data.withUnsafeBytes { bytes in
      do throws(CheckpointError) { try sink(bytes) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  /// Reads a file that ``write(_:to:)`` has written.
  public static func read(_ path: String) throws(CheckpointError) -> [(label: Data, body: Data)] {
    var isFolder: ObjCBool = false
    let resolved = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    guard !path.contains("\0"), FileManager.default.fileExists(atPath: resolved, isDirectory: &isFolder) else {
      throw CheckpointError("there is no file `\(path)`")
    }
    // A device or a pipe could be read without end.
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: resolved), attributes[.type] as? FileAttributeType == .typeRegular else {
      throw CheckpointError("`\(path)` is no regular file")
    }
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: resolved), options: .mappedIfSafe)
    } catch {
      throw CheckpointError("`\(path)` cannot be read: \(error.localizedDescription)")
    }
    do throws(CheckpointError) {
      return try decode(data)
    } catch {
      throw CheckpointError("`\(path)` \(error.description)")
    }
  }

  /// The entries of a file with these bytes.
  public static func decode(_ data: Data) throws(CheckpointError) -> [(label: Data, body: Data)] {
    guard data.prefix(magic.count) == magic.prefix(data.count), !data.isEmpty else { throw CheckpointError("is no checkpoint") }
    guard data.count >= headLength + SHA256.byteCount else { throw CheckpointError("is a checkpoint that was cut off after \(data.count) bytes") }
    var reader = ByteReader(data.dropFirst(magic.count))
    let found = UInt32(try reader.number(of: UInt32.self))
    guard found == version else { throw CheckpointError("is a checkpoint of version \(found); this program reads version \(version)") }
    let length = try reader.number(of: UInt64.self)
    guard length <= data.count else { throw CheckpointError("is a checkpoint that was cut off: \(data.count) bytes of \(length)") }
    let content = data.dropLast(SHA256.byteCount)
    guard length == data.count, Data(SHA256.hash(content)) == data.suffix(SHA256.byteCount) else {
      throw CheckpointError("is a checkpoint that was altered: its checksum is another one")
    }
    reader = ByteReader(content.dropFirst(magic.count + 12))
    var entries: [(label: Data, body: Data)] = []
    for _ in 0..<(try reader.count(of: 16)) {
      let label = try reader.take(try reader.count(of: 1))
      entries.append((label, try reader.take(try reader.count(of: 1))))
    }
    guard reader.isAtEnd else { throw CheckpointError("is a checkpoint with more than its entries") }
    return entries
  }
}

/// Reads numbers and runs of bytes, and never beyond the end.
struct ByteReader {
  private var rest: Data

  init(_ data: Data) { rest = data }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func take(_ count: Int) throws(CheckpointError) -> Data {
    guard count >= 0, count <= rest.count else { throw CheckpointError("is a checkpoint whose parts do not fit") }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  mutating func number<Number: FixedWidthInteger>(of type: Number.Type) throws(CheckpointError) -> Number {
    let bytes = try take(MemoryLayout<Number>.size)
    return Number(littleEndian: bytes.withUnsafeBytes { $0.loadUnaligned(as: Number.self) })
  }

  /// A number of parts that have so many bytes each, at least.
  mutating func count(of size: Int) throws(CheckpointError) -> Int {
    let number = try number(of: UInt64.self)
    guard number <= rest.count / size else { throw CheckpointError("is a checkpoint whose parts do not fit") }
    return Int(number)
  }
}
