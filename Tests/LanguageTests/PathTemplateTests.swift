import Testing

@testable import Language

@Suite("Paths") struct PathTemplateTests {
  @Test("A name in braces is a part of a path, and a block behind a path is none")
  func lexed() throws {
    let text = "model M\nrole R at host: Host {\n  on GET /a/{server}/b (x: Y) { send https://host/c/{server} }\n  on GET /d{ }\n}"
    let (model, diagnostics) = parseModel(file: 0, in: source(text))
    #expect(diagnostics.isEmpty)
    guard case .role(let role) = try #require(model?.declarations.first).kind else { throw Missing() }
    guard case .http(_, let first, _) = role.handlers[0].trigger, case .http(_, let second, _) = role.handlers[1].trigger else { throw Missing() }
    #expect([first.text, second.text] == ["/a/{server}/b", "/d"])
    guard case .send(let value) = role.handlers[0].body[0].kind, case .url(_, _, let path) = value.kind else { throw Missing() }
    #expect(path == "/c/{server}")
  }

  @Test("The names of a path, and what is left of it")
  func template() {
    let template = PathTemplate("/a/{server}/b/{client}")
    #expect(template.text == "/a/{}/b/{}" && template.names == ["server", "client"])
    #expect(PathTemplate("/token").text == "/token" && PathTemplate("/token").names.isEmpty)
  }
}
