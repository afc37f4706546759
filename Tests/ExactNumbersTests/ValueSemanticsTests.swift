import ExactNumbers
import Testing

@Suite struct `Value semantics` {
  @Test func `adding to a copy leaves the original`() {
    let original = BigNatural(2).power(100)
    var copy = original
    copy += 1
    #expect(original == BigNatural(2).power(100))
    #expect(copy - original == 1)
  }

  @Test func `adding to the original leaves a copy`() {
    var original = BigNatural(2).power(100)
    let copy = original
    original *= 3
    #expect(copy == BigNatural(2).power(100))
    #expect(original == copy + copy + copy)
  }

  @Test func `subtracting from a copy leaves the original`() {
    let original = BigNatural(2).power(100)
    var copy = original
    copy -= original
    #expect(copy.isZero)
    #expect(original.bitWidth == 101)
  }

  @Test func `a number can be its own operand`() {
    var number: BigNatural = 3
    number += number
    #expect(number == 6)
    number *= number
    #expect(number == 36)
    number -= number
    #expect(number == 0)
  }

  @Test func `elements of a copied array are independent`() {
    let original: [BigNatural] = [1, 2, 3]
    var copy = original
    copy[1] += copy[2]
    copy[2] *= copy[2]
    #expect(original == [1, 2, 3])
    #expect(copy == [1, 5, 9])
  }

  @Test func `tasks that share a number change only their own copies`() async {
    let shared = BigNatural.factorial(50)
    let results = await withTaskGroup(of: BigNatural.self, returning: [BigNatural].self) { group in
      for task in 0..<8 as Range<UInt64> {
        group.addTask {
          var own = shared
          for _ in 0..<1000 { own += BigNatural(task) + shared - shared }
          return own
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(results.sorted() == (0..<8 as Range<UInt64>).map { shared + BigNatural($0 * 1000) })
    #expect(shared == .factorial(50))
  }
}
