import Compiler
import Foundation
import Language
import Reports

/// Answers requests: files of the page, and the API below `/api/`.
///
/// | request | answer |
/// |---|---|
/// | `GET /api/scenarios` | ``CatalogueList`` |
/// | `GET /api/scenario?file=…&position=…` | ``ScenarioDetails`` |
/// | `GET /api/source?file=…` | a file's text |
/// | `GET /api/runs` | all runs, without reports |
/// | `POST /api/runs` | begins a ``RunRequest``; 202 with its ``RunStatus``, 429 if there are too many |
/// | `GET /api/runs/ID` | ``RunStatus`` |
/// | `DELETE /api/runs/ID` | asks it to end |
/// | `POST /api/plays` | begins a play of a ``RunRequest``; 202 with its ``PlayStatus``, 429 if there are too many |
/// | `GET /api/plays/ID` | ``PlayStatus`` |
/// | `POST /api/plays/ID` | begins to do a ``PlayCommand``; 202 with the ``PlayStatus``, 409 while another one is done |
/// | `GET /api/plays/ID/derivation?number=…` | how the attacker comes by what has this number, from 0, in its knowledge: `{"lines": …}` |
/// | `GET /api/plays/ID/trace` | what was played, as `simulate` saves it |
/// | `DELETE /api/plays/ID` | forgets it |
struct ExplorerHandler: HTTPHandler {
  let files: ConfinedFiles
  let catalogue: Catalogue
  let runs: RunStore
  let plays: PlayStore
  let gate: Gate
  /// Where the server listens.
  let port: UInt16

  func refusal(of request: HTTPRequest) -> HTTPResponse? { gate.refusal(of: request, port: port).map { Answer.failure($0.status, $0.reason) } }

  func response(to failure: HTTPFailure) -> HTTPResponse { Answer.failure(failure.status, failure.reason) }

  func response(to request: HTTPRequest) async -> HTTPResponse {
    do {
      return try await answer(request)
    } catch let error as ExplorerError {
      return Answer.failure(.conflict, error.description)
    } catch RunStore.Refusal.tooMany(let maximum) {
      return Answer.failure(.tooManyRequests, "there are \(maximum) runs already: wait for one, or cancel it")
    } catch RunStore.Refusal.noSuchScenario {
      return Answer.failure(.notFound, "there is no such scenario")
    } catch let unreadable as Unreadable {
      return Answer.failure(.badRequest, "this is no request for a \(unreadable.what)")
    } catch let refusal as PlayStore.Refusal {
      switch refusal {
      case .tooMany(let maximum): return Answer.failure(.tooManyRequests, "there are \(maximum) plays already, and something is done in each")
      case .isBusy: return Answer.failure(.conflict, "something is being done in this play still")
      case .noSuchPlay: return Answer.failure(.notFound, "this play has ended: begin it anew")
      }
    } catch {
      return Answer.failure(.internalServerError, "this cannot be answered")
    }
  }

  private func answer(_ request: HTTPRequest) async throws -> HTTPResponse {
    let parts = request.path.split(separator: "/").map(String.init)
    guard parts.first == "api" else {
      guard let asset = Asset(path: request.path) else { return Answer.failure(.notFound, "there is no such page") }
      if request.method == "GET" { return Answer.data(asset.data, type: asset.type) }
      var refusal = Answer.failure(.methodNotAllowed, "only GET")
      refusal.headers["Allow"] = "GET"
      return refusal
    }
    switch (request.method, parts.dropFirst().first ?? "", parts.count) {
    case ("GET", "scenarios", 2): return try Answer.json(try await catalogue.scenarios())
    case ("GET", "scenario", 2): return try details(request)
    case ("GET", "source", 2):
      guard let path = try files.location(of: value("file", in: request)), let data = FileManager.default.contents(atPath: path) else {
        return Answer.failure(.notFound, "there is no such file")
      }
      return Answer.data(data, type: "text/plain; charset=utf-8")
    case ("GET", "runs", 2): return try Answer.json(runs.all)
    case ("POST", "runs", 2): return try Answer.json(try runs.start(try body(of: request, "run")), status: .accepted)
    case ("GET", "runs", 3):
      guard let status = runs.status(of: parts[2]) else { return Answer.failure(.notFound, "there is no such run") }
      return try Answer.json(status)
    case ("DELETE", "runs", 3):
      guard runs.cancel(parts[2]), let status = runs.status(of: parts[2]) else { return Answer.failure(.notFound, "there is no such run") }
      return try Answer.json(status)
    case ("POST", "plays", 2): return try Answer.json(try plays.start(try body(of: request, "play")), status: .accepted)
    case ("POST", "plays", 3): return try Answer.json(try plays.handle(try body(of: request, "play"), in: parts[2]), status: .accepted)
    case ("GET", "plays", 3): return try Answer.json(try plays.status(of: parts[2]))
    case ("GET", "plays", 4) where parts[3] == "derivation":
      let lines = try plays.game(parts[2]).derivation(of: Int(value("number", in: request)) ?? -1)
      guard let lines else { return Answer.failure(.notFound, "the attacker has no such thing") }
      return try Answer.json(["lines": lines])
    case ("GET", "plays", 4) where parts[3] == "trace": return Answer.data(try plays.game(parts[2]).trace.json(), type: "application/json")
    case ("DELETE", "plays", 3):
      plays.end(parts[2])
      return try Answer.json([String: String]())
    default: return Answer.failure(.notFound, "there is nothing that answers this")
    }
  }

  private func value(_ name: String, in request: HTTPRequest) -> String { request.query[name] ?? "" }

  private func details(_ request: HTTPRequest) throws -> HTTPResponse {
    let file = value("file", in: request)
    guard let path = try files.location(of: file), FileKind(fileName: file) == .scenario else { throw RunStore.Refusal.noSuchScenario }
    var library = Library()
    do {
      guard let scenario = try library.scenarios(in: path).first(where: { String($0.position) == value("position", in: request) }) else {
        throw RunStore.Refusal.noSuchScenario
      }
      return try Answer.json(try ScenarioDetails(scenario, in: &library, file: file))
    } catch let failure as Library.Failure {
      return Answer.failure(.conflict, files.shown(text(of: failure, in: library.sources)))
    }
  }

  /// What a request asks for.
  private func body<Asked: Decodable>(of request: HTTPRequest, _ what: String) throws -> Asked {
    guard let asked = try? JSONDecoder().decode(Asked.self, from: request.body) else { throw Unreadable(what: what) }
    return asked
  }

  private struct Unreadable: Error { var what: String }
}
