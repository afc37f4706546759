import Foundation

/// Bytes of memory that the process holds: its resident set. nil where the system does not tell (anywhere but on Linux).
func residentBytes() -> Int? {
  let file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
  guard file >= 0 else { return nil }
  defer { close(file) }
  return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 128) { text in
    let count = read(file, text.baseAddress, text.count)
    guard count > 0 else { return nil }
    // Pages: of the address space, resident, and others.
    let fields = text.prefix(count).split(separator: UInt8(ascii: " "), maxSplits: 2)
    guard fields.count > 1, let pages = Int(String(decoding: fields[1], as: UTF8.self)) else { return nil }
    return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
  }
}

/// Gives memory that was freed back to the system, so that it does not count.
func returnFreedMemory() {
  // The GNU library has it, but no module of Swift's says so.
  guard let trim = dlsym(dlopen(nil, RTLD_NOW), "malloc_trim") else { return }
  _ = unsafeBitCast(trim, to: (@convention(c) (Int) -> Int32).self)(0)
}
