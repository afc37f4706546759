import Foundation

/// The SHA-256 digest (FIPS 180-4) of some bytes, as 64 hexadecimal digits in lower case: what `sha256sum` prints.
public func sha256(_ bytes: some DataProtocol) -> String { SHA256.hash(bytes).map { digit($0 >> 4) + digit($0 & 15) }.joined() }

private func digit(_ value: UInt8) -> String { String(value, radix: 16) }
