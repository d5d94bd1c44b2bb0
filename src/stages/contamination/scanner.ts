import type { Batch } from '../../core/batch.ts'
import { ROLE_CODE } from '../../core/example.ts'
import type { Scanner } from '../../core/stage.ts'
import { NO_WORD } from '../../text/cover.ts'
import { GramCoverage } from '../../text/gram-coverage.ts'
import type { CoveredText } from '../../text/gram-coverage.ts'
import { findGram } from '../../text/ngram-table.ts'
import type { NgramTable } from '../../text/ngram-table.ts'
import { openTokenizer } from '../../text/tokenizer/tokenizer.ts'
import type { Tokenizer } from '../../text/tokenizer/tokenizer.ts'
import { wordNumber } from '../../text/vocabulary.ts'
import { ExampleMatcher } from './assay-scan.ts'
import type { ExampleTurns } from './assay-scan.ts'
import type { ContaminationIndex } from './build.ts'
import { METHODS } from './options.ts'
import { Linker } from './seeds.ts'
import type { Links } from './seeds.ts'
import { SwissMatcher } from './swiss-ai.ts'
import { packTally } from './tally.ts'
import type { AssayHit, RuleHit } from './tally.ts'

/** Number of the pseudo-method under which shared passages are tallied. */
export const PASSAGE = METHODS.length
/** A passage counts as seen from this share of its words. */
const LEAST_PASSAGE = 0.3
const LEAST_COVERAGE = 0.5
/** More distinct values than this are not sources but ids. */
export const MOST_SOURCES = 2000

export async function createScanner(index: ContaminationIndex): Promise<Scanner> {
  const tokenizer = index.swiss === null ? null : await openTokenizer(index.swiss.tokenizer)
  return new ContaminationScanner(index, tokenizer)
}

const method = (name: (typeof METHODS)[number]) => METHODS.indexOf(name)

class ContaminationScanner implements Scanner {
  private readonly index: ContaminationIndex
  private readonly matcher: ExampleMatcher
  private readonly linker: Linker
  private readonly swiss: { tokenizer: Tokenizer; matcher: SwissMatcher } | null
  private readonly fixed: SwissMatcher | null
  private readonly ngram13: Grams | null
  private readonly ngram8: Grams | null
  private readonly passages: Grams | null
  private readonly rules: RuleHit[] = []
  private readonly hits: AssayHit[] = []
  /** Per word: the last example it was seen in (+ 1), and the number of examples; side by side for the cache. */
  private readonly seen: Int32Array
  private readonly sources = new Map<string, number>()
  private examples = 0
  private symbols = new Uint32Array(4096)
  private tokens = new Uint32Array(4096)

  constructor(index: ContaminationIndex, tokenizer: Tokenizer | null) {
    this.index = index
    this.matcher = new ExampleMatcher(index)
    this.linker = new Linker(index.seeds)
    this.swiss =
      index.swiss === null || tokenizer === null
        ? null
        : { tokenizer, matcher: new SwissMatcher(index.swiss.index) }
    this.fixed = index.swissFixed === null ? null : new SwissMatcher(index.swissFixed)
    const questions = Int32Array.from({ length: index.items.count }, (_, i) => i)
    this.ngram13 = index.ngram13 === null ? null : grams(index.ngram13, questionStarts(index), questions)
    this.ngram8 = index.ngram8 === null ? null : grams(index.ngram8.table, index.ngram8.start, questions)
    const { passages } = index
    this.passages = passages === null ? null : grams(passages.table, passages.start, passages.item)
    this.seen = new Int32Array(2 * index.items.vocabulary.size)
  }

  scan(batch: Batch): void {
    const words = batch.words()
    const source = batch.schema.source === null ? undefined : batch.columns.get(batch.schema.source)
    for (let i = 0; i < batch.length; i++) {
      const firstTurn = batch.turnStart[i] as number
      const turns = (batch.turnStart[i + 1] as number) - firstTurn
      if (source?.kind === 'utf8' && source.valid[i] === 1) this.countSource(source, i)
      if (turns === 0) continue
      const first = words.turnWord[firstTurn] as number
      const count = (words.turnWord[firstTurn + turns] as number) - first
      this.number(words.hash, first, count)
      const turnFrom = words.turnWord.slice(firstTurn, firstTurn + turns + 1)
      for (let t = 0; t <= turns; t++) turnFrom[t] = (turnFrom[t] as number) - first
      const example: ExampleTurns = {
        symbols: this.symbols,
        start: words.start,
        end: words.end,
        kind: words.kind,
        bytes: batch.bytes,
        first,
        turns,
        turnFrom,
        textFrom: batch.textStart.subarray(firstTurn, firstTurn + turns + 1),
      }
      const place = { batch, firstTurn, row: batch.firstRow + i }
      const links = this.linker.link(this.symbols, turns, turnFrom)
      this.assay(example, links, place)
      this.wordRules(example, links, place)
      this.publishedRule(place, turns)
      this.examples++
    }
  }

  private countSource(column: { start: Int32Array; bytes: Uint8Array }, i: number): void {
    if (this.sources.size > MOST_SOURCES) return
    const name = decoder.decode(column.bytes.subarray(column.start[i], column.start[i + 1]))
    this.sources.set(name, (this.sources.get(name) ?? 0) + 1)
  }

  private number(hashes: Uint32Array, first: number, count: number): void {
    if (this.symbols.length < count) this.symbols = new Uint32Array(2 * count)
    const { vocabulary } = this.index.items
    const { symbols, seen } = this
    const example = this.examples + 1
    for (let w = 0; w < count; w++) {
      const number = wordNumber(vocabulary, hashes[first + w] as number)
      symbols[w] = number
      if (number === NO_WORD || seen[2 * number] === example) continue
      seen[2 * number] = example
      seen[2 * number + 1]!++
    }
  }

  private assay(example: ExampleTurns, links: Links, place: Place): void {
    if (!this.index.methods.includes('assay')) return
    for (const hit of this.matcher.match(example, links)) {
      this.hits.push({ ...hit, row: place.row, role: place.batch.role[place.firstTurn + hit.turn] as number })
    }
  }

  /** Rules on words, turn by turn. */
  private wordRules(example: ExampleTurns, links: Links, place: Place): void {
    const best = new Map<string, RuleHit>()
    for (let turn = 0; turn < example.turns; turn++) {
      const from = example.turnFrom[turn] as number
      const to = example.turnFrom[turn + 1] as number
      const note = (number: number, item: number, covered: CoveredText) => {
        const key = `${number} ${item}`
        const earlier = best.get(key)
        if (earlier !== undefined && earlier.matched >= covered.covered) return
        best.set(key, this.ruleHit({ number, item, covered, turn }, example, place))
      }
      this.gramRules(example.symbols, links.run, [from, to], note)
      if (this.fixed === null) continue
      this.fixed.match(
        example.symbols.subarray(from, to),
        links.run.subarray(from, to),
        (item, matched, length) =>
          note(method('swiss-ai-fixed'), item, {
            text: item,
            covered: matched,
            length,
            first: from,
            last: to - 1,
          }),
      )
    }
    this.rules.push(...[...best.values()].sort((a, b) => a.method - b.method || a.item - b.item))
  }

  private gramRules(symbols: Uint32Array, run: Int32Array, [from, to]: [number, number], note: Note): void {
    const { ngram13, ngram8, passages } = this
    for (const rule of [ngram13, ngram8, passages]) rule?.coverage.startTurn()
    for (let w = from; w < to; w++) {
      // A gram can only lie in a run of pairs that all stand in some item.
      const known = run[w] as number
      if (known < 8) continue
      seek(ngram8, symbols, w, known)
      seek(ngram13, symbols, w, known)
      seek(passages, symbols, w, known)
    }
    const report = (rule: Grams | null, number: number, least: number) => {
      for (const covered of rule?.coverage.covered(least) ?? []) {
        const last = covered.last + (rule as Grams).table.n - 1
        note(number, (rule as Grams).item[covered.text] as number, { ...covered, last })
      }
    }
    report(ngram13, method('ngram-13'), 0)
    report(ngram8, method('ngram-8-coverage'), LEAST_COVERAGE)
    report(passages, PASSAGE, LEAST_PASSAGE)
  }

  private ruleHit(
    hit: { number: number; item: number; covered: CoveredText; turn: number },
    example: ExampleTurns,
    { batch, firstTurn, row }: Place,
  ): RuleHit {
    const turnStart = batch.textStart[firstTurn + hit.turn] as number
    return {
      row,
      method: hit.number,
      item: hit.item,
      turn: hit.turn,
      role: batch.role[firstTurn + hit.turn] as number,
      from: (example.start[example.first + hit.covered.first] as number) - turnStart,
      to: (example.end[example.first + hit.covered.last] as number) - turnStart,
      matched: hit.covered.covered,
      length: hit.covered.length,
    }
  }

  /** swiss-ai: the first user turn alone, as the published script takes it. */
  private publishedRule({ batch, firstTurn, row }: Place, turns: number): void {
    if (this.swiss === null) return
    let turn = 0
    while (turn < turns && batch.role[firstTurn + turn] !== ROLE_CODE.user) turn++
    if (turn === turns) return
    const from = batch.textStart[firstTurn + turn] as number
    const to = batch.textStart[firstTurn + turn + 1] as number
    const text = this.encode(this.swiss.tokenizer, batch.bytes, from, to)
    this.swiss.matcher.match(text, null, (item, matched, length) =>
      this.rules.push({
        ...{ row, method: method('swiss-ai'), item, turn, role: ROLE_CODE.user },
        ...{ from: 0, to: to - from, matched, length },
      }),
    )
  }

  private encode(tokenizer: Tokenizer, bytes: Uint8Array, from: number, to: number): Uint32Array {
    if (this.tokens.length < (to - from) >> 1) this.tokens = new Uint32Array(to - from)
    let written = tokenizer.encode(bytes, from, to, this.tokens)
    while (written < 0) {
      this.tokens = new Uint32Array(2 * this.tokens.length)
      written = tokenizer.encode(bytes, from, to, this.tokens)
    }
    return this.tokens.subarray(0, written)
  }

  tally() {
    const { examples, rules, hits } = this
    const documents = Uint32Array.from(
      { length: this.seen.length >> 1 },
      (_, w) => this.seen[2 * w + 1] as number,
    )
    const sources = this.sources.size > MOST_SOURCES ? null : Object.fromEntries([...this.sources].sort())
    return packTally({ examples, rules, hits, documents, sources })
  }
}

interface Place {
  batch: Batch
  firstTurn: number
  row: number
}

type Note = (method: number, item: number, covered: CoveredText) => void

interface Grams {
  table: NgramTable
  coverage: GramCoverage
  /** Item of each text of the table. */
  item: Int32Array
}

const decoder = new TextDecoder()

function grams(table: NgramTable, start: Int32Array, item: Int32Array): Grams {
  return { table, coverage: new GramCoverage(table, start), item }
}

/** The gram that ends at word w, if all its words are known. */
function seek(rule: Grams | null, symbols: Uint32Array, w: number, known: number): void {
  if (rule === null || known < rule.table.n) return
  const at = w - rule.table.n + 1
  const gram = findGram(rule.table, symbols, at)
  if (gram >= 0) rule.coverage.add(gram, at)
}

function questionStarts(index: ContaminationIndex): Int32Array {
  const { items } = index
  const start = new Int32Array(items.count + 1)
  for (let i = 0; i < items.count; i++) {
    const field = items.itemField[i] as number
    start[i + 1] =
      (start[i] as number) + (items.fieldWord[field + 1] as number) - (items.fieldWord[field] as number)
  }
  return start
}
