import Digests
import Language
import Synchronization

/// The digests of files, each worked out once: many certificates of one run are about the same models.
public final class FileDigests: Sendable {
  private let known = Mutex<[String: (bytes: [UInt8], sha256: String)]>([:])
  public init() {}

  /// The SHA-256 digest of a file's bytes, as they were read.
  func sha256(of file: SourceFile) -> String {
    known.withLock { known in
      // The same bytes are mostly the same memory; a file that was read anew is compared.
      if let digest = known[file.name], digest.bytes == file.bytes { return digest.sha256 }
      let digest = Digests.sha256(file.bytes)
      known[file.name] = (file.bytes, digest)
      return digest
    }
  }
}
