import ExactNumbers
import Testing

@Suite struct `Known sequences` {
  @Test(
    arguments: [
      (0, "1"),
      (1, "1"),
      (5, "120"),
      (20, "2432902008176640000"),
      (21, "51090942171709440000"),
      (50, "30414093201713378043612608166064768844377641568960512000000000000"),
      (
        100,
        "93326215443944152681699238856266700490715968264381621468592963895217599993229915608941463976156518286253697920"
          + "827223758251185210916864000000000000000000000000"
      ),
      (
        200,
        "78865786736479050355236321393218506229513597768717326329474253324435944996340334292030428401198462390417721213"
          + "89196388302576427902426371050619266249528299311134628572707633172373969889439224456214516642402540332918641312"
          + "27428294853277524242407573903240321257405579568660226031904170324062351700858796178922222789623703897374720000"
          + "000000000000000000000000000000000000000000000"
      ),
    ] as [(UInt, String)])
  func `factorials are those of the tables`(count: UInt, expected: String) {
    #expect(BigNatural.factorial(count).description == expected)
  }

  @Test func `each factorial is the one before it times its argument`() {
    var product: BigNatural = 1
    for count in 1...200 as ClosedRange<UInt> {
      product *= BigNatural(UInt64(count))
      #expect(BigNatural.factorial(count) == product)
    }
  }

  /// OEIS A000108.
  @Test func `Catalan numbers from products of earlier ones are those of the tables`() {
    var catalan: [BigNatural] = [1]
    for size in 1...100 {
      catalan.append((0..<size).reduce(.zero) { $0 + catalan[$1] * catalan[size - 1 - $1] })
    }
    #expect(catalan.prefix(11) == [1, 1, 2, 5, 14, 42, 132, 429, 1430, 4862, 16796])
    #expect(catalan[35] == 3_116_285_494_907_301_262)
    #expect(catalan[100].description == "896519947090131496687170070074100632420837521538745909320")
  }

  @Test func `Catalan numbers are central binomials divided by one more than their index`() {
    for index in 0...60 as ClosedRange<UInt> {
      let (quotient, remainder) = BigNatural.binomial(2 * index, choose: index)
        .quotientAndRemainder(dividingBy: BigNatural(UInt64(index + 1)))
      #expect(remainder.isZero)
      #expect(quotient == .binomial(2 * index, choose: index) - .binomial(2 * index, choose: index + 1))
    }
  }

  @Test func `the thousandth Fibonacci number is that of the tables`() {
    var (current, next): (BigNatural, BigNatural) = (0, 1)
    for _ in 0..<1000 {
      current += next
      swap(&current, &next)
    }
    let expected =
      "43466557686937456435688527675040625802564660517371780402481729089536555417949051890403879840079255169295922593"
      + "080322634775209689623239873322471161642996440906533187938298969649928516003704476137795166849228875"
    #expect(current.description == expected)
  }

  @Test func `ten thousand doublings make two to the power of ten thousand`() {
    var doubled: BigNatural = 1
    for _ in 0..<10_000 { doubled += doubled }
    #expect(doubled == BigNatural(2).power(10_000))
    #expect(doubled.bitWidth == 10_001)
    #expect(doubled.description.count == 3_011)
    #expect(doubled.description.hasPrefix("199506311688075"))
    #expect(doubled.description.hasSuffix("304792596709376"))
  }

  @Test func `a row of binomials sums to a power of two`() {
    for count in 0...100 as ClosedRange<UInt> {
      let sum = (0...count).reduce(BigNatural.zero) { $0 + .binomial(count, choose: $1) }
      #expect(sum == BigNatural(2).power(count))
    }
  }

  @Test func `binomials follow Pascal's rule`() {
    for count in 1...60 as ClosedRange<UInt> {
      for chosen in 1...count {
        #expect(BigNatural.binomial(count, choose: chosen) == .binomial(count - 1, choose: chosen - 1) + .binomial(count - 1, choose: chosen))
      }
    }
  }

  @Test func `there is no way to choose more things than there are`() {
    #expect(BigNatural.binomial(3, choose: 4) == 0)
  }

  @Test func `every number to the power of zero is one`() {
    #expect(BigNatural(0).power(0) == 1)
    #expect(BigNatural(7).power(0) == 1)
    #expect(BigNatural(0).power(3) == 0)
  }
}
