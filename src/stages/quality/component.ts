import { finding } from '../../core/finding-id.ts'
import type { Finding } from '../../core/finding.ts'
import type { JsonObject } from '../../core/json.ts'
import type { Plan } from '../../core/plan.ts'
import type { SliceTally } from '../../core/stage.ts'
import { Counts } from './counts.ts'
import { DEFECT } from './defects.ts'
import type { DefectColumns } from './defects.ts'
import { MOST_OPTIONS } from './mcq.ts'
import type { PlacedDefect } from './row-findings.ts'
import { LETTER_CELLS, SCRIPT_ROWS } from './scan.ts'
import { balance } from './statistics.ts'
import type { Balance } from './statistics.ts'

/** Answers below this share of bare endings are truncated; above it, ending so is a habit of the component. */
const HABIT_RATIO = 0.05
/** Fewer answers cannot show an imbalance worth a finding. */
const FEWEST_ANSWERS = 100
const IMBALANCE_P = 0.001
const IMBALANCE_RATIO = 0.05
/** Role sequences listed by name. */
const LISTED_SEQUENCES = 20
/** Truncated answers of one length that make it suspicious, and the share of all truncated answers it must reach. */
const SAME_LENGTH_ANSWERS = 5
const SAME_LENGTH_RATIO = 0.2

/** Everything counted over one component. */
export class ComponentQuality {
  private readonly name: string
  private readonly counts = new Counts()
  private readonly answers = Array.from({ length: MOST_OPTIONS + 1 }, () =>
    new Array<number>(LETTER_CELLS).fill(0),
  )
  private readonly scriptRows = new Map<string, JsonObject[]>()
  private defects: PlacedDefect[] = []

  constructor(name: string) {
    this.name = name
  }

  add({ tally, shard }: SliceTally, plan: Plan): void {
    this.counts.addJson(tally['counts'] as JsonObject)
    const answers = tally['answers'] as Float64Array
    answers.forEach((n, i) => (this.answers[Math.floor(i / LETTER_CELLS)]![i % LETTER_CELLS]! += n))
    const { path } = plan.shards[shard]!
    for (const [script, rows] of Object.entries(tally['scriptRows'] as Record<string, readonly number[]>)) {
      const known = this.scriptRows.get(script) ?? []
      for (const row of rows) if (known.length < SCRIPT_ROWS) known.push({ path, row })
      this.scriptRows.set(script, known)
    }
    const { defectRow, defectKind, defectTurn, defectNumber } = tally as unknown as DefectColumns
    defectRow.forEach((row, i) => {
      this.defects.push({ shard, row, kind: defectKind[i]!, turn: defectTurn[i]!, number: defectNumber[i]! })
    })
  }

  /** Drops bare endings where they are the component's habit; called once, after the last tally. */
  settle(): readonly PlacedDefect[] {
    const ratio =
      this.counts.get('totals', 'bareEndings') / Math.max(1, this.counts.get('totals', 'judgedEndings'))
    if (ratio > HABIT_RATIO) this.defects = this.defects.filter((defect) => defect.kind !== DEFECT.bareAnswer)
    return this.defects
  }

  balance(): Balance | null {
    return balance(this.answers)
  }

  scripts(): Record<string, number> {
    return this.counts.object('scripts')
  }

  metrics(): JsonObject {
    const { counts } = this
    const total = (name: string): number => counts.get('totals', name)
    const balanced = this.balance()
    const sequences = counts.entries('roleSequences')
    const others = sequences.slice(LISTED_SEQUENCES).reduce((sum, [, n]) => sum + n, 0)
    return {
      examples: total('examples'),
      turns: total('turns'),
      unknownRoles: total('unknownRoles'),
      emptyAnswers: this.count(DEFECT.emptyAnswer),
      emptyTurns: this.count(DEFECT.emptyTurn),
      truncated: this.count(DEFECT.cutAnswer) + this.count(DEFECT.bareAnswer),
      damaged: this.count(DEFECT.damagedText),
      doubleEncoded: this.count(DEFECT.doubleEncoded),
      openFences: this.count(DEFECT.openFence),
      repeatedTurns: this.count(DEFECT.repeatedTurn),
      unanswered: total('unanswered'),
      bareEndings: { judged: total('judgedEndings'), bare: total('bareEndings') },
      turnsPerExample: counts.object('turnsPerExample'),
      roleSequences: {
        ...Object.fromEntries(sequences.slice(0, LISTED_SEQUENCES)),
        ...(others > 0 ? { others } : {}),
      },
      scripts: this.scripts(),
      scriptCharacters: counts.object('scriptCharacters'),
      nonLatinRatio: this.nonLatinRatio(),
      questions: counts.object('questions'),
      answers: balanced?.counts ?? {},
      answerBalance: balanced === null ? null : (balanced as unknown as JsonObject),
      ...(this.commonLengths().length > 0 ? { truncatedLengths: this.commonLengths() } : {}),
    }
  }

  *findings(): Generator<Finding> {
    yield* this.imbalance()
    yield* this.mixedScripts()
    yield* this.unanswered()
    yield* this.sameLengths()
  }

  private count(kind: number): number {
    return this.defects.reduce((sum, defect) => sum + (defect.kind === kind ? 1 : 0), 0)
  }

  private nonLatinRatio(): number {
    const all = this.counts.entries('scriptCharacters')
    const letters = all.reduce((sum, [, n]) => sum + n, 0)
    return letters === 0 ? 0 : Number((1 - this.counts.get('scriptCharacters', 'Latin') / letters).toFixed(6))
  }

  private *imbalance(): Generator<Finding> {
    const balanced = this.balance()
    if (balanced === null || balanced.answers < FEWEST_ANSWERS) return
    if (balanced.pValue >= IMBALANCE_P || balanced.largestDeviationRatio < IMBALANCE_RATIO) return
    const { letter, largestDeviationRatio } = balanced
    const points = (largestDeviationRatio * 100).toFixed(1)
    const message = `The answer is ${letter} ${points} points of share away from what equal chances give`
    yield this.finding('quality/answer-imbalance', 'medium', message, balanced as unknown as JsonObject)
  }

  private *mixedScripts(): Generator<Finding> {
    const scripts = this.counts.entries('scripts').filter(([name]) => name !== 'none')
    if (scripts.length < 2) return
    const [main, ...rest] = scripts
    const others = rest.reduce((sum, [, n]) => sum + n, 0)
    const rows = Object.fromEntries(rest.map(([name]) => [name, this.scriptRows.get(name) ?? []]))
    const message = `${others} of ${this.counts.get('totals', 'examples')} examples are mainly not in ${main![0]} script`
    yield this.finding('quality/other-script', 'info', message, {
      examples: Object.fromEntries(scripts),
      firstRows: rows,
    })
  }

  private *unanswered(): Generator<Finding> {
    const examples = this.counts.get('totals', 'unanswered')
    if (examples === 0) return
    const message = `${examples} examples end with a user turn: nothing answers it`
    yield this.finding('quality/unanswered', 'low', message, { examples })
  }

  /** A limit on tokens or characters cuts many answers at one length. */
  private *sameLengths(): Generator<Finding> {
    const lengths = this.commonLengths()
    if (lengths.length === 0) return
    const [{ bytes, answers }] = lengths as [{ bytes: number; answers: number }]
    const message = `${answers} truncated answers are exactly ${bytes} bytes long: a length limit cut them`
    yield this.finding('quality/common-cut', 'medium', message, { lengths: [...lengths] })
  }

  private commonLengths(): { bytes: number; answers: number }[] {
    const cut = this.defects.filter(({ kind }) => kind === DEFECT.cutAnswer || kind === DEFECT.bareAnswer)
    const lengths = new Map<number, number>()
    for (const { number } of cut) lengths.set(number, (lengths.get(number) ?? 0) + 1)
    return [...lengths]
      .map(([bytes, answers]) => ({ bytes, answers }))
      .filter(({ answers }) => answers >= SAME_LENGTH_ANSWERS && answers >= cut.length * SAME_LENGTH_RATIO)
      .sort((a, b) => b.answers - a.answers || a.bytes - b.bytes)
  }

  private finding(
    rule: string,
    severity: Finding['severity'],
    message: string,
    evidence: JsonObject,
  ): Finding {
    return finding({ rule, severity, place: { kind: 'component', name: this.name }, message, evidence })
  }
}
