import Foundation

/// The path from the root of the file system on, without `.` and `..`; links stay.
package func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }

/// The same with all links followed.
func resolved(_ path: String) -> String { URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path }

/// The way from a folder to a file or folder, both given as absolute paths.
package func relative(_ path: String, to folder: String) -> String {
  let (to, from) = (path.split(separator: "/"), folder.split(separator: "/"))
  let shared = zip(to, from).prefix { $0 == $1 }.count
  let steps = Array(repeating: "..", count: from.count - shared) + to.dropFirst(shared).map(String.init)
  return steps.isEmpty ? "." : steps.joined(separator: "/")
}

/// Why a file cannot be read.
struct ReadingError: Error { var reason: String }

/// The bytes of a file that has an end and is not too large.
func contents(ofRegularFile path: String, maximum: Int = 64 << 20) throws(ReadingError) -> Data {
  let resolved = resolved(path)
  guard !path.contains("\0"), let attributes = try? FileManager.default.attributesOfItem(atPath: resolved) else {
    throw ReadingError(reason: "there is no file `\(path)`")
  }
  // A device or a pipe could be read without end.
  guard attributes[.type] as? FileAttributeType == .typeRegular else { throw ReadingError(reason: "`\(path)` is no regular file") }
  if let size = attributes[.size] as? Int, size > maximum {
    throw ReadingError(reason: "`\(path)` has \(size) bytes; at most \(maximum) are read")
  }
  guard let data = FileManager.default.contents(atPath: resolved) else { throw ReadingError(reason: "`\(path)` cannot be read") }
  return data
}
