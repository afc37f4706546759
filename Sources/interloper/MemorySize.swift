/// The number of bytes that `512M` stands for; nil where the text is no such number.
func bytes(_ text: String) -> Int? {
  let units: [Character: Int] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30]
  let unit = text.last.flatMap { units[$0] }
  guard let number = Int(unit == nil ? text : String(text.dropLast())), number > 0 else { return nil }
  let (product, overflows) = number.multipliedReportingOverflow(by: unit ?? 1)
  return overflows ? nil : product
}
