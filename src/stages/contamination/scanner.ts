import type { Batch, WordView } from '../../core/batch.ts'
import { ROLE_CODE } from '../../core/example.ts'
import type { Scanner } from '../../core/stage.ts'
import { threadCache } from '../../core/thread-cache.ts'
import { GramCoverage } from '../../text/gram-coverage.ts'
import type { CoveredText } from '../../text/gram-coverage.ts'
import { findGram } from '../../text/ngram-table.ts'
import type { NgramTable } from '../../text/ngram-table.ts'
import { openTokenizer } from '../../text/tokenizer/tokenizer.ts'
import type { Tokenizer } from '../../text/tokenizer/tokenizer.ts'
import { CONSTANTS } from '../../text/kernels/layouts.ts'
import { ExampleMatcher } from './assay-scan.ts'
import type { Candidates } from './assay-scan.ts'
import type { ContaminationIndex, WordGrams } from './build.ts'
import type { ExampleTurns } from './example-words.ts'
import { ItemScan } from './item-scan.ts'
import type { ItemLinks } from './item-scan.ts'
import { ordersWorth } from './joined.ts'
import { JoinedScan } from './joined-scan.ts'
import { METHODS } from './options.ts'
import { PART } from './seeds.ts'
import { SwissMatcher } from './swiss-ai.ts'
import { packTally } from './tally.ts'
import type { AssayHit, RuleHit } from './tally.ts'

const { CANDIDATE } = CONSTANTS
/** Number of the pseudo-method under which shared passages are tallied. */
export const PASSAGE = METHODS.length
/** A passage counts as seen from this share of its words. */
const LEAST_PASSAGE = 0.3
const LEAST_COVERAGE = 0.5
/** More distinct values than this are not sources but ids. */
export const MOST_SOURCES = 2000

/** Tokenizer caches and scratch space as long as the tables: one set a thread, whatever the number of slices. */
const openedOf = threadCache(() => new WeakMap<ContaminationIndex, Promise<Kernels>>())

export async function createScanner(index: ContaminationIndex): Promise<Scanner> {
  let opened = openedOf().get(index)
  if (opened === undefined) openedOf().set(index, (opened = open(index)))
  return new ContaminationScanner(await opened)
}

/** What works on one example at a time and remembers nothing between examples that could change an answer. */
interface Kernels {
  items: ItemScan
  matcher: ExampleMatcher | null
  swiss: { tokenizer: Tokenizer; matcher: SwissMatcher } | null
  fixed: SwissMatcher | null
  grams: readonly Grams[]
}

async function open(index: ContaminationIndex): Promise<Kernels> {
  const { swiss, swissFixed, ngram13, ngram8, passages } = index
  const all = [
    ngram13 === null ? null : grams(ngram13, 'ngram-13', 0),
    ngram8 === null ? null : grams(ngram8, 'ngram-8-coverage', LEAST_COVERAGE),
    passages === null ? null : grams(passages, 'passage', LEAST_PASSAGE),
  ]
  return {
    items: new ItemScan(index.seeds, index.items),
    matcher: index.methods.includes('assay') ? new ExampleMatcher(index.items) : null,
    swiss:
      swiss === null
        ? null
        : { tokenizer: await openTokenizer(swiss.tokenizer), matcher: new SwissMatcher(swiss.index) },
    fixed: swissFixed === null ? null : new SwissMatcher(swissFixed),
    grams: all.filter((one) => one !== null),
  }
}

const method = (name: (typeof METHODS)[number]) => METHODS.indexOf(name)
const SWISS_AI = method('swiss-ai')
const SWISS_FIXED = method('swiss-ai-fixed')

class ContaminationScanner implements Scanner {
  private readonly kernels: Kernels
  private readonly rules: RuleHit[] = []
  private readonly hits: AssayHit[] = []
  private readonly sources = new Map<string, number>()
  private examples = 0
  private tokens = new Uint32Array(4096)

  constructor(kernels: Kernels) {
    this.kernels = kernels
  }

  scan(batch: Batch): void {
    const words = batch.words()
    const links = this.kernels.items.link(batch, words)
    const source = batch.schema.source === null ? undefined : batch.columns.get(batch.schema.source)
    const candidates = links.candidates.length / CANDIDATE
    const { items, matcher } = this.kernels
    const joined = matcher === null ? null : new JoinedScan(items, matcher)
    const seen = this.hits.length
    let next = 0
    for (let i = 0; i < batch.length; i++) {
      if (source?.kind === 'utf8' && source.valid[i] === 1) this.countSource(source, i)
      const firstTurn = batch.turnStart[i] as number
      const endTurn = batch.turnStart[i + 1] as number
      if (endTurn === firstTurn) continue
      const place = { batch, firstTurn, turns: endTurn - firstTurn, row: batch.firstRow + i }
      const from = next
      while (next < candidates && (links.candidates[next * CANDIDATE] as number) < endTurn) next++
      const list = { list: links.candidates, from, to: next, firstTurn }
      this.wordMethods({ links, words, joined }, list, place)
      this.publishedRule(place)
      this.examples++
    }
    this.addJoined(joined?.look() ?? [], seen)
  }

  /** Sightings in several turns, each behind what one turn of its row gave of the item; the batch began at number `seen`. */
  private addJoined(found: readonly AssayHit[], seen: number): void {
    if (found.length === 0) return
    const own = [...this.hits.splice(seen), ...found]
    for (const hit of own.sort((a, b) => a.row - b.row || a.item - b.item || a.joined - b.joined))
      this.hits.push(hit)
  }

  /** The methods that compare words: nearly every example gives none of them anything to look at. */
  private wordMethods(
    { links, words, joined }: { links: ItemLinks; words: WordView; joined: JoinedScan | null },
    candidates: Candidates,
    place: Place,
  ): void {
    const { batch, firstTurn, turns } = place
    let longest = 0
    for (let turn = firstTurn; turn < firstTurn + turns; turn++)
      longest = Math.max(longest, links.longest[turn] as number)
    const mayHoldGrams = longest > 0
    if (candidates.from === candidates.to && !mayHoldGrams) return
    const first = words.turnWord[firstTurn] as number
    const end = words.turnWord[firstTurn + turns] as number
    const example: ExampleTurns = {
      symbols: links.symbols.subarray(first, end),
      start: words.start,
      end: words.end,
      kind: words.kind,
      bytes: batch.bytes,
      first,
      turns,
      turnFrom: words.turnWord.subarray(firstTurn, firstTurn + turns + 1).map((word) => word - first),
      textFrom: batch.textStart.subarray(firstTurn, firstTurn + turns + 1),
    }
    if (candidates.from < candidates.to) this.assay(example, candidates, place)
    if (!mayHoldGrams) return
    this.wordRules(example, links, place)
    if (joined === null) return
    const role = batch.role.subarray(firstTurn, firstTurn + turns)
    const orders = ordersWorth(role, links.longest.subarray(firstTurn, firstTurn + turns))
    if (orders.length > 0) joined.add({ row: place.row, example, role, orders })
  }

  private countSource(column: { start: Int32Array; bytes: Uint8Array }, i: number): void {
    if (this.sources.size > MOST_SOURCES) return
    const name = decoder.decode(column.bytes.subarray(column.start[i], column.start[i + 1]))
    this.sources.set(name, (this.sources.get(name) ?? 0) + 1)
  }

  private assay(example: ExampleTurns, candidates: Candidates, place: Place): void {
    for (const hit of this.kernels.matcher?.match(example, candidates) ?? []) {
      this.hits.push({ ...hit, row: place.row, role: place.batch.role[place.firstTurn + hit.turn] as number })
    }
  }

  /** Rules on words, turn by turn. */
  private wordRules(example: ExampleTurns, links: ItemLinks, place: Place): void {
    const runs = links.runs.subarray(example.first, example.first + example.symbols.length)
    let best: Map<string, RuleHit> | null = null
    for (let turn = 0; turn < example.turns; turn++) {
      // Nearly every turn ends here: a gram of eight can only lie where four of five follow each other.
      if (links.longest[place.firstTurn + turn] === 0) continue
      const from = example.turnFrom[turn] as number
      const to = example.turnFrom[turn + 1] as number
      const found = (best ??= new Map<string, RuleHit>())
      const note = (number: number, item: number, covered: CoveredText) => {
        const key = `${number} ${item}`
        const earlier = found.get(key)
        if (earlier !== undefined && earlier.matched >= covered.covered) return
        found.set(key, this.ruleHit({ number, item, covered, turn }, example, place))
      }
      for (const rule of this.kernels.grams) gramRule(rule, example.symbols, runs, { from, to, note })
      this.kernels.fixed?.match(example.symbols.subarray(from, to), (item, covered, length) =>
        note(SWISS_FIXED, item, { text: item, covered, length, first: from, last: to - 1 }),
      )
    }
    if (best === null || best.size === 0) return
    this.rules.push(...[...best.values()].sort((a, b) => a.method - b.method || a.item - b.item))
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
  private publishedRule({ batch, firstTurn, row, turns }: Place): void {
    const { swiss } = this.kernels
    if (swiss === null) return
    let turn = 0
    while (turn < turns && batch.role[firstTurn + turn] !== ROLE_CODE.user) turn++
    if (turn === turns) return
    const from = batch.textStart[firstTurn + turn] as number
    const to = batch.textStart[firstTurn + turn + 1] as number
    const text = this.encode(swiss.tokenizer, batch.bytes, from, to)
    swiss.matcher.match(text, (item, matched, length) =>
      this.rules.push({
        ...{ row, method: SWISS_AI, item, turn, role: ROLE_CODE.user },
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
    const documents = this.kernels.items.takeDocuments()
    const sources = this.sources.size > MOST_SOURCES ? null : Object.fromEntries([...this.sources].sort())
    return packTally({ examples, rules, hits, documents, sources })
  }
}

interface Place {
  batch: Batch
  firstTurn: number
  turns: number
  row: number
}

type Note = (method: number, item: number, covered: CoveredText) => void

interface Grams {
  method: number
  table: NgramTable
  /** Grams of `PART` words in a row that hold one of the table. */
  parts: number
  coverage: GramCoverage
  /** Item of each text of the table. */
  item: Int32Array
}

const decoder = new TextDecoder()

function grams(
  { table, start, item }: WordGrams,
  name: 'ngram-13' | 'ngram-8-coverage' | 'passage',
  least: number,
): Grams {
  const number = name === 'passage' ? PASSAGE : method(name)
  const parts = table.n - PART + 1
  return { method: number, table, parts, coverage: new GramCoverage(table, start, least), item }
}

/** Notes the texts that share grams with words [from, to). */
function gramRule(
  { table, parts, coverage, item, method }: Grams,
  symbols: Uint32Array,
  run: Int32Array,
  { from, to, note }: { from: number; to: number; note: Note },
): void {
  coverage.startTurn()
  for (let w = from; w < to; w++) {
    if ((run[w] as number) < parts) continue
    const at = w - table.n + 1
    const gram = findGram(table, symbols, at)
    if (gram >= 0) coverage.add(gram, at)
  }
  for (const covered of coverage.covered()) {
    note(method, item[covered.text] as number, { ...covered, last: covered.last + table.n - 1 })
  }
}
