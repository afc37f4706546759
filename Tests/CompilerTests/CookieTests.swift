import Terms
import Testing

@testable import Compiler

@Suite("Cookies: Secure, the prefix, SameSite")
struct CookieTests {
  /// A client that sets a cookie with these attributes over the scheme, and takes it back at a page of its own.
  private func system(_ attributes: String, setOver: String = "https", usedOver: String = "https", method: String = "GET", attacker: String = "A1") throws
    -> TransitionSystem
  {
    let model = CompilerTests.web(
      declarations: "extend role Browser { step use limit flows (client: Host) { visit \(method) \(usedOver)://client/use site cross } }",
      client: """
        session Visit keyed by cookie: Cookie { \(attributes) } (token: Token)
        on POST /start over \(setOver) {
          new token: Token
          new visit: Visit (token: token)
          event Done ()
        }
        on \(method) /use over \(usedOver) in visit: Visit { event Done () }
        """
    ).replacing("visit POST https://client", with: "visit POST \(setOver)://client")
    return try Shipped.project(model, scenario: webScenario(attacker: attacker)).compileFirst().system
  }

  private func attributes(secure: String = "yes", prefix: String = "no") -> String {
    "same_site: None, secure: \(secure), http_only: yes, host_prefix: \(prefix)"
  }

  private func sets(_ system: TransitionSystem) -> Bool {
    system.lines("alice begin to shop/start").contains { $0.hasPrefix("insert Browser alice.cookies(shop, Visit, ") }
  }

  @Test(
    "A cookie with the prefix is set over https only, and only if it is Secure",
    arguments: [
      ("https", "yes", "yes", true), ("https", "yes", "no", false), ("http", "yes", "yes", false), ("http", "no", "no", true), ("https", "no", "no", true),
    ])
  func prefix(scheme: String, prefix: String, secure: String, isSet: Bool) throws {
    #expect(try sets(system(attributes(secure: secure, prefix: prefix), setOver: scheme)) == isSet)
  }

  @Test("A Secure cookie goes along over https only", arguments: ["https", "http"])
  func secure(scheme: String) throws {
    let lines = try system(attributes(), usedOver: scheme).lines("alice use to shop/use")
    // The host prefix is the model's choice; whether the cookie may be Secure is the scheme's.
    let secure = scheme == "https" ? "attributes.secure" : "no"
    #expect(lines.contains("find Browser alice.cookies(shop, Visit, cookie, CookieAttributes(None, \(secure), attributes.http_only, no))"))
  }

  @Test("Of the requests of another site, None cookies go along with all, Lax ones with a GET, and Strict ones with none", arguments: ["GET", "POST"])
  func sameSite(method: String) throws {
    let rules = try system(attributes(), method: method).rules.filter { $0.name.hasPrefix("alice use to shop/use") }.count
    #expect(rules == (method == "GET" ? 2 : 1))
  }

  @Test("A cookie that is not Secure is read by the network attacker, and by no other", arguments: ["A1", "A2"])
  func overheard(attacker: String) throws {
    let system = try system(attributes(secure: "no"), attacker: attacker)
    #expect((system.rule("alice overheard") != nil) == (attacker == "A2"))
    guard attacker == "A2" else { return }
    #expect(
      system.lines("alice overheard") == [
        "find Browser alice.cookies(host, name, value, CookieAttributes(attributes.same_site, no, attributes.http_only, attributes.host_prefix))",
        "learn value",
      ])
  }
}
