import type { Batch } from '../../core/batch.ts'
import { ROLES, ROLE_CODE, TURN_FLAG } from '../../core/example.ts'
import type { Scanner } from '../../core/stage.ts'
import type { Tally } from '../../core/tally.ts'
import { hash32 } from '../../text/hash.ts'
import { Counts } from './counts.ts'
import { DEFECT, DefectList } from './defects.ts'
import type { Defect } from './defects.ts'
import { ENDING, ending } from './ending.ts'
import { MOST_OPTIONS, answerLetter, optionCount } from './mcq.ts'
import { roleSequence } from './sequence.ts'
import { TextFacts, scriptName } from './text-facts.ts'

/** Rows kept per script and slice as places to look at; the first ones of the corpus are among them. */
export const SCRIPT_ROWS = 5
/** A repeated "Yes." is no defect. */
const SHORTEST_REPEAT = 20
/** Cells per number of options in the table of answer letters. */
export const LETTER_CELLS = MOST_OPTIONS

/** Looks at every turn once; all counts add up whatever the batches. */
export class QualityScanner implements Scanner {
  private readonly counts = new Counts()
  private readonly defects = new DefectList()
  private readonly answers = new Float64Array((MOST_OPTIONS + 1) * LETTER_CELLS)
  private readonly scriptRows = new Map<string, number[]>()
  private readonly facts = new TextFacts()

  scan(batch: Batch): void {
    for (let i = 0; i < batch.length; i++) if (batch.unreadable[i] === 0) this.example(batch, i)
  }

  tally(): Tally {
    return {
      counts: this.counts.toJson(),
      answers: this.answers,
      scriptRows: Object.fromEntries(this.scriptRows),
      ...this.defects.tally(),
    }
  }

  private example(batch: Batch, i: number): void {
    const [first, end] = [batch.turnStart[i]!, batch.turnStart[i + 1]!]
    const row = batch.firstRow + i
    this.facts.reset()
    for (let turn = first; turn < end; turn++) this.turn(batch, row, first, turn)
    if (end - first > 1) this.repeats(batch, row, first, end)
    this.counts.add('totals', 'examples')
    this.counts.add('totals', 'turns', end - first)
    this.counts.add('turnsPerExample', String(end - first))
    this.counts.add('roleSequences', roleSequence(batch.role, first, end))
    if (end > first && batch.role[end - 1] === ROLE_CODE.user) this.counts.add('totals', 'unanswered')
    this.scripts(row)
  }

  private scripts(row: number): void {
    this.facts.each((script, letters) => this.counts.add('scriptCharacters', scriptName(script), letters))
    const dominant = this.facts.dominant()
    const name = dominant === null ? 'none' : scriptName(dominant)
    this.counts.add('scripts', name)
    const rows = this.scriptRows.get(name)
    if (rows === undefined) this.scriptRows.set(name, [row])
    else if (rows.length < SCRIPT_ROWS) rows.push(row)
  }

  private turn(batch: Batch, row: number, first: number, turn: number): void {
    const [start, end] = [batch.textStart[turn]!, batch.textStart[turn + 1]!]
    const { facts } = this
    const { solid, replacements, doubleEncoded, fences } = facts
    const role = batch.role[turn]!
    const flags = batch.turnFlags[turn]!
    facts.add(batch.bytes, start, end)
    const found = (kind: Defect, number: number): void => this.defects.add(row, kind, turn - first, number)
    if (role === ROLE_CODE.unknown) this.counts.add('totals', 'unknownRoles')
    if (facts.solid === solid && (flags & TURN_FLAG.nullContent) === 0) {
      this.counts.add('emptyTurns', ROLES[role]!)
      found(role === ROLE_CODE.assistant ? DEFECT.emptyAnswer : DEFECT.emptyTurn, end - start)
    }
    // What decoding itself replaced is reported by the engine.
    if (facts.replacements > replacements && (flags & TURN_FLAG.invalidUtf8) === 0) {
      found(DEFECT.damagedText, facts.replacements - replacements)
    }
    if (facts.doubleEncoded > doubleEncoded) found(DEFECT.doubleEncoded, facts.doubleEncoded - doubleEncoded)
    if ((facts.fences - fences) % 2 === 1) found(DEFECT.openFence, facts.fences - fences)
    if (role === ROLE_CODE.assistant) this.answer(batch, row, first, turn)
  }

  private answer(batch: Batch, row: number, first: number, turn: number): void {
    const [start, end] = [batch.textStart[turn]!, batch.textStart[turn + 1]!]
    const how = ending(batch.bytes, start, end)
    if (how !== ENDING.unjudged) this.counts.add('totals', 'judgedEndings')
    if (how === ENDING.bare) this.counts.add('totals', 'bareEndings')
    if (how === ENDING.bare || how === ENDING.cut) {
      this.defects.add(
        row,
        how === ENDING.cut ? DEFECT.cutAnswer : DEFECT.bareAnswer,
        turn - first,
        end - start,
      )
    }
    if (turn > first && batch.role[turn - 1] === ROLE_CODE.user) this.letter(batch, turn)
  }

  /** Counts the letter an answer names, where the question before it offers lettered options. */
  private letter(batch: Batch, turn: number): void {
    const { bytes, textStart } = batch
    const options = optionCount(bytes, textStart[turn - 1]!, textStart[turn]!)
    if (options === 0) return
    const letter = answerLetter(bytes, textStart[turn]!, textStart[turn + 1]!)
    this.counts.add('questions', 'withOptions')
    if (letter === null) this.counts.add('questions', 'withoutLetter')
    else if (letter >= options) this.counts.add('questions', 'letterNotOffered')
    else this.answers[options * LETTER_CELLS + letter]!++
  }

  /** Turns that repeat an earlier one of the same role; the number is that earlier turn. */
  private repeats(batch: Batch, row: number, first: number, end: number): void {
    const seen = new Map<number, number[]>()
    for (let turn = first; turn < end; turn++) {
      const [start, stop] = [batch.textStart[turn]!, batch.textStart[turn + 1]!]
      if (stop - start < SHORTEST_REPEAT) continue
      const hash = hash32(batch.bytes, start, stop, batch.role[turn])
      const earlier = seen.get(hash)
      const same = earlier?.find((other) => sameTurn(batch, other, turn))
      if (same !== undefined) this.defects.add(row, DEFECT.repeatedTurn, turn - first, same - first)
      else if (earlier === undefined) seen.set(hash, [turn])
      else earlier.push(turn)
    }
  }
}

function sameTurn({ role, bytes, textStart }: Batch, a: number, b: number): boolean {
  if (role[a] !== role[b]) return false
  const one = bytes.subarray(textStart[a], textStart[a + 1])
  return Buffer.compare(one, bytes.subarray(textStart[b], textStart[b + 1])) === 0
}
