/// Why a certificate is not accepted.
public enum CertificateError: Error, Equatable, CustomStringConvertible {
  /// It is no certificate that this version can read: nothing is said about its claim.
  case unreadable(String)
  /// The texts that it is about are not there, or are others: nothing is said about its claim.
  case otherSource(String)
  /// What it claims is not so.
  case refused(String)

  public var description: String {
    switch self {
    case .unreadable(let reason), .otherSource(let reason), .refused(let reason): reason
    }
  }
}

/// A file that could not be written; what was there before is still there.
public struct WritingError: Error, CustomStringConvertible {
  public var description: String
}
