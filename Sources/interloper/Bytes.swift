/// How many bytes `512M` or `4G` are; nil for what is no such number.
func bytes(_ text: String) -> Int? {
  let units: [Character: Int] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30]
  let unit = text.last.flatMap { units[$0] }
  guard let number = Int(unit == nil ? text : String(text.dropLast())), number > 0 else { return nil }
  let (product, overflows) = number.multipliedReportingOverflow(by: unit ?? 1)
  return overflows ? nil : product
}

/// A number of bytes for people, rounded up: `512K`, `3.4G`.
func text(bytes: Int) -> String {
  for (unit, size) in [("G", 1 << 30), ("M", 1 << 20)] where bytes >= size {
    let (whole, tenths) = ((bytes * 10 + size - 1) / size).quotientAndRemainder(dividingBy: 10)
    return "\(whole).\(tenths)\(unit)"
  }
  return "\((bytes + 1023) / 1024)K"
}
