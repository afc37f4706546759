import Mustache

extension SequenceDiagram {
  /// What the classes in ``svg(anchor:isStandalone:)`` look like, on a light, a dark and a printed page.
  public static let styleSheet = Markup.text(PackageResources.diagram_css)

  private static let template = Markup.template(PackageResources.diagram_mustache)

  /// The picture, in an element of its own; its looks are those of ``styleSheet``.
  ///
  /// Each row is a link, so that the keyboard reaches it and its title says what it is; `data-row` has its index. Positions depend on the
  /// participants and the number of the row only.
  ///
  /// - Parameters:
  ///   - anchor: what a row of the step with this number leads to, in the same page.
  ///   - isStandalone: whether to put the looks into the picture, for a file of its own.
  public func svg(anchor: (Int) -> String = { "step-\($0)" }, isStandalone: Bool = false) -> String {
    SequenceDiagram.template.render(Picture(self, anchor, style: isStandalone ? SequenceDiagram.styleSheet : nil))
  }
}

/// What the template draws: lengths in pixels, at the size of the picture's own.
private struct Picture {
  struct Line {
    var x, left, boxWidth, top, bottom: Int
    var name, role: String
    var isAttacker: Bool
  }
  struct Band {
    var y, height: Int
  }
  struct Arrow {
    var x1, x2: Int
    /// The path of the tip; nil where nobody takes it up.
    var head: String?
    var lost: Bool
  }
  struct Item {
    /// Of the step, on its first row.
    var number: Int?
    var index, top, textY, y, labelX, labelY, contentY, hitWidth, rowHeight, markX, eyeY: Int
    var isStepAttackers, isAttackers, mark, eye: Bool
    var kind, anchor, title, spoken, anchoring, label: String
    var content: String?
    var arrow: Arrow?
  }
  struct Key {
    var x, y: Int
    var `class`, text: String
    var line = false
    var circle = false
    var ring = false
    var square = false
    var diamond = false
  }

  static let spacing = 230
  static let gutter = 40
  static let boxWidth = 180
  static let rowHeight = 44
  static let headHeight = 62
  /// About the mean of a sans serif font of 12 pixels.
  static let characterWidth = 6.4

  var width: Int
  var height = 0
  var names: String
  var style: String?
  var legendY: Int
  var lifelines: [Line] = []
  var bands: [Band] = []
  var rows: [Item] = []
  var legend: [Key] = []

  init(_ diagram: SequenceDiagram, _ anchor: (Int) -> String, style: String?) {
    self.style = style
    let count = max(2, diagram.lifelines.count)
    width = Picture.gutter + Picture.boxWidth + Picture.spacing * (count - 1) + 24
    legendY = Picture.headHeight + Picture.rowHeight * diagram.rows.count + 14
    names = diagram.lifelines.map { $0.isAttacker ? "the attacker" : "\($0.name) (\($0.role))" }.joined(separator: ", ")
    for (index, line) in diagram.lifelines.enumerated() {
      let x = Picture.x(index)
      lifelines.append(
        Line(
          x: x, left: x - Picture.boxWidth / 2, boxWidth: Picture.boxWidth, top: 50, bottom: legendY - 8,
          name: Picture.cut(line.name.isEmpty ? "attacker" : line.name, Picture.boxWidth), role: Picture.cut(line.role, Picture.boxWidth),
          isAttacker: line.isAttacker))
    }
    // A step is the attacker's where its first row is.
    let attackersSteps = Set(diagram.rows.indices.filter { diagram.isFirst($0) && diagram.rows[$0].isAttackers }.map { diagram.rows[$0].step })
    for (index, row) in diagram.rows.enumerated() {
      rows.append(item(row, index, diagram, anchor(row.step), isStepAttackers: attackersSteps.contains(row.step)))
      if row.step % 2 == 0 { bands.append(Band(y: Picture.headHeight + Picture.rowHeight * index, height: Picture.rowHeight)) }
    }
    addLegend(diagram.rows, hasAttackersSteps: !attackersSteps.isEmpty)
    height = legendY + 28 + 22 * ((legend.count + keysInLine - 1) / keysInLine)
  }

  private var keysInLine: Int { max(1, (width - 80) / 250) }

  private static func x(_ lifeline: Int) -> Int { gutter + boxWidth / 2 + spacing * lifeline }

  /// The text, as much of it as there is room for.
  private static func cut(_ text: String, _ width: Int) -> String {
    let count = Int(Double(width) / characterWidth)
    return text.count <= count ? text : text.prefix(max(1, count - 1)) + "…"
  }

  private func item(_ row: SequenceDiagram.Row, _ index: Int, _ diagram: SequenceDiagram, _ anchor: String, isStepAttackers: Bool) -> Item {
    let top = Picture.headHeight + Picture.rowHeight * index
    let y = top + 25
    var item = Item(
      number: diagram.isFirst(index) ? row.step : nil, index: index, top: top, textY: y + 4, y: y, labelX: 0, labelY: y - 8, contentY: y + 13,
      hitWidth: width - 38, rowHeight: Picture.rowHeight, markX: 0, eyeY: y - 5, isStepAttackers: isStepAttackers, isAttackers: row.isAttackers, mark: false,
      eye: false, kind: row.kind.rawValue, anchor: anchor, title: diagram.title(row), spoken: diagram.spoken(row), anchoring: "", label: "")
    let isAtOnePlace = row.kind == .arrival || row.from == row.to
    if isAtOnePlace {
      // Beside its mark, on the side where there is more room.
      let place = row.to ?? row.from ?? 0
      let x = Picture.x(place)
      let isLeft = place * 2 >= diagram.lifelines.count
      let room = isLeft ? x - Picture.gutter - 20 : width - x - 24
      item.mark = row.kind != .knowledge
      item.eye = row.kind == .knowledge
      item.markX = item.eye ? x - 4 : x
      item.anchoring = isLeft ? "end" : "start"
      item.labelX = isLeft ? x - 12 : x + 12
      item.labelY = y + 4
      item.label = Picture.cut(row.label, room)
    } else {
      let from = row.from.map(Picture.x) ?? row.to.map { Picture.x($0) + Picture.spacing / 3 } ?? 0
      let isLost = row.to == nil
      // Towards where there is a picture.
      let away = row.from.map { $0 == diagram.lifelines.count - 1 } ?? false ? -1 : 1
      let to = row.to.map(Picture.x) ?? from + away * Picture.spacing / 3
      let direction = to > from ? 1 : -1
      let end = isLost ? to - direction * 5 : to - direction * 8
      item.arrow = Arrow(x1: from, x2: isLost ? to : end, head: isLost ? nil : "M\(to) \(y) L\(end) \(y - 5) L\(end) \(y + 5) Z", lost: isLost)
      if isLost { item.arrow?.x2 = to }
      // The end of the picture is as near as the middle of the arrow allows.
      let middle = (from + to) / 2
      item.labelX = middle
      let room = max(abs(to - from) + 20, 2 * min(middle - Picture.gutter, width - middle, Picture.spacing / 2 + 20))
      item.label = Picture.cut(row.label, room)
      item.content = row.content.isEmpty ? nil : Picture.cut(row.content, room)
    }
    return item
  }

  private mutating func addLegend(_ rows: [SequenceDiagram.Row], hasAttackersSteps: Bool) {
    func has(_ condition: (SequenceDiagram.Row) -> Bool) -> Bool { rows.contains(where: condition) }
    let answers: Set<SequenceDiagram.Kind> = [.redirect, .form, .page, .data]
    let small: Set<SequenceDiagram.Kind> = [.arrival, .action]
    var keys: [Key] = []
    func key(_ style: String, _ text: String) -> Key { Key(x: 0, y: 0, class: style, text: text) }
    if hasAttackersSteps {
      keys.append(key("attacker", "step of the attacker"))
      keys[keys.count - 1].diamond = true
    }
    for (style, text, isThere) in [
      ("request", "request or message", has { [.request, .message].contains($0.kind) && !$0.isAttackers }),
      ("data", "answer", has { answers.contains($0.kind) && !$0.isAttackers }),
      ("request attacker", "thick: sent by the attacker", has { $0.isAttackers && !small.contains($0.kind) }),
      ("leak", "read on its way by the attacker", has { $0.kind == .leak }),
    ] where isThere {
      keys.append(key(style, text))
      keys[keys.count - 1].line = true
    }
    if has({ small.contains($0.kind) }) {
      keys.append(key("arrival", "acts, or takes up what came"))
      keys[keys.count - 1].circle = true
    }
    if has({ $0.kind == .knowledge }) {
      keys.append(key("knowledge", "the attacker learns"))
      keys[keys.count - 1].square = true
    }
    if has({ $0.to == nil && $0.kind != .arrival }) {
      keys.append(key("request", "nobody takes it up in this run"))
      keys[keys.count - 1].ring = true
    }
    for index in keys.indices {
      keys[index].x = 80 + 250 * (index % keysInLine)
      keys[index].y = 22 + 22 * (index / keysInLine)
    }
    legend = keys
  }
}

extension SequenceDiagram {
  fileprivate func isFirst(_ index: Int) -> Bool { index == 0 || rows[index - 1].step != rows[index].step }

  private func name(_ lifeline: Int?) -> String? {
    lifeline.map { lifelines[$0].isAttacker ? "the attacker" : "\(lifelines[$0].name) (\(lifelines[$0].role))" }
  }

  /// What a row shows, in words: for those who see no arrows.
  func spoken(_ row: Row) -> String { "Step \(row.step)\(row.isAttackers ? ", the attacker's" : ""): \(words(row))" }

  /// The same without the step.
  private func words(_ row: Row) -> String {
    let what = row.content.isEmpty ? row.label : "\(row.label), \(row.content)"
    if row.kind == .knowledge { return "the attacker \(row.label)" }
    if row.from == row.to || row.kind == .arrival { return [name(row.to), what].compactMap { $0 }.joined(separator: ": ") }
    return "\(name(row.from) ?? "somebody") to \(name(row.to) ?? "nobody in this run"): \(what)"
  }

  /// What is shown where the pointer rests.
  fileprivate func title(_ row: Row) -> String {
    ([spoken(row)] + row.details.map { row.kind == .knowledge ? $0.value : "\($0.name): \($0.value)" }).joined(separator: "\n")
  }
}
