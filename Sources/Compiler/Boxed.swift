/// A large value that is seldom changed in something that is often copied: it is copied as one reference.
@propertyWrapper indirect enum Boxed<Value> {
  case value(Value)

  init(wrappedValue: Value) { self = .value(wrappedValue) }

  var wrappedValue: Value {
    get {
      switch self {
      case .value(let value): value
      }
    }
    set { self = .value(newValue) }
  }
}
