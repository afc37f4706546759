/// What new models and scenarios begin with.
enum Templates {
  /// A challenge and its signed answer.
  static func model(_ name: String) -> String {
    """
    model \(name) "A challenge and its signed answer: put your protocol in its place"
      uses Crypto

    // Who can take part, and what is made anew for each run.
    sort Agent names
    sort Nonce
    function key_of(Agent) -> PrivateKey private

    // What is sent.
    record Challenge { nonce: Nonce, verifier: Agent }
    record Answer    { nonce: Nonce, verifier: Agent? }

    // The network is the attacker's: what is sent it learns, what is received it chose.
    attacker DolevYao "owns the network" {
      knows public(key_of(agent)) for agent: Agent
      knows key_of(agent) for attacker agent: Agent
    }

    role Verifier of me: Agent {
      session Run (peer: Agent, nonce: Nonce)

      step ask "{me} asks {peer} to prove who it is" limit runs (peer: Agent) {
        require peer != me
        new nonce: Nonce
        new run: Run (peer: peer, nonce: nonce)
        send Challenge { nonce: nonce, verifier: me }
      }

      on message sign(key, Answer { nonce, verifier }) in run: Run {
        require key == key_of(run.peer)
        require nonce == run.nonce
        require verifier == me                                            [\(name)-1]
        end run
        event Accepted (verifier: me, prover: run.peer, nonce: nonce)
      }
    }

    role Prover of me: Agent {
      on message Challenge { nonce, verifier } limit runs {
        event Answered (prover: me, verifier: verifier, nonce: nonce)
        send sign(key_of(me), Answer { nonce: nonce, verifier: verifier [\(name)-1] })
      }
    }

    // A run that must be possible without an attacker: else all would hold for nothing.
    witness run "An honest verifier accepts an honest prover"
      event Accepted (verifier, prover) where verifier is honest and prover is honest

    property agreement "Whoever is accepted has answered this very verifier, once for each time"
      when event Accepted (verifier, prover, nonce)
      then injective earlier event Answered (prover == prover, verifier == verifier, nonce == nonce) unless prover is attacker

    """
  }

  static func clauses(_ name: String) -> String {
    """
    clause \(name)-1 "where the specification says it"
      "The answer names who has asked, and the verifier compares."
      without "The answer names nobody."

    """
  }

  /// Casts that models are tried with, in this order.
  static func scenarios(_ name: String, model: String) -> [String] {
    [
      """
      scenario "\(name)"
      model    \(model)
      cast     alice: Agent with Verifier, bob: Agent with Prover, mallory: attacker Agent
      attacker DolevYao
      bounds   runs 1 by alice, runs 1 by bob
      expect   all hold
      twin     "without the name" drops \(model)-1 expect agreement violated

      """,
      logIn(name, model, option: "", client: "Client", server: "AuthorizationServer"),
      logIn(name, model, option: "option   response_type: code\n", client: "RelyingParty", server: "OpenIDProvider"),
      """
      scenario "\(name)"
      model    \(model)
      cast     alice: Person with Browser, shop: Client, bank: AuthorizationServer, api: ResourceServer, mallory: attacker Person at evil
      register shop at bank with api
      register shop at mallory with mallory
      trust    api to bank
      account  alice at bank
      account  mallory at bank
      option   openid: yes, dpopNonce: server, senderConstraint: mtls, clientAuthentication: mtls
      attacker A1a
      bounds   flows 1 by alice, flows 1 by attacker, requests 1 per endpoint by attacker
      expect   all hold

      """,
    ]
  }

  /// A client that is registered at an honest server and at the attacker's.
  private static func logIn(_ name: String, _ model: String, option: String, client: String, server: String) -> String {
    """
    scenario "\(name)"
    model    \(model)
    \(option)cast     alice: Person with Browser, shop: \(client), bank: \(server), mallory: attacker Person at evil
    register shop at bank
    register shop at mallory
    register mallory at bank
    account  alice at bank
    account  mallory at bank
    attacker A1a
    bounds   flows 1 by alice, flows 1 by attacker, requests 1 per endpoint by attacker, navigations 1
    expect   all hold

    """
  }
}
