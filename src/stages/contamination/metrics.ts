import type { JsonObject, JsonValue } from '../../core/json.ts'
import type { BenchmarkInfo, ContaminationIndex } from './build.ts'
import { CLASSES } from './judge.ts'
import type { ClassName } from './judge.ts'
import type { Match } from './matches.ts'
import { METHODS } from './options.ts'
import type { Method } from './options.ts'

/** More sources than this are listed only in sum. */
const LISTED_SOURCES = 100
const LISTED_ITEMS = 200

/** What is counted of a match. */
export type CountedMatch = Pick<Match, 'method' | 'item' | 'className' | 'counted' | 'component' | 'sameText'>

/** Counts the matches as they pass, row by row: the figures of the stage need no second look at them. */
export class MatchCounter {
  private readonly index: ContaminationIndex
  /** Number of the row that is being counted. */
  private row = 0
  /** Per benchmark and method: counted matches, and the matches of each class. */
  private readonly byMethod: Figures[][]
  private readonly byClass: Map<ClassName, Figures>[]
  private readonly ofMethod: Figures[]
  /** Counted matches per component, of each method and of each benchmark under it. */
  private readonly components: Map<string, Figures>[]
  private readonly benchmarkComponents: Map<string, Figures>[][]
  /** Items found by each method, under their own name or beside an item with the same text. */
  private readonly found: Set<number>[]
  private readonly rowSets = new Map<number, number>()
  private readonly pairSets = new Map<number, number>()

  constructor(index: ContaminationIndex) {
    this.index = index
    const perBenchmark = <T>(make: () => T): T[] => index.benchmarks.map(make)
    this.byMethod = perBenchmark(() => METHODS.map(() => new Figures()))
    this.byClass = perBenchmark(() => new Map<ClassName, Figures>())
    this.found = METHODS.map(() => new Set<number>())
    this.ofMethod = METHODS.map(() => new Figures())
    this.components = METHODS.map(() => new Map<string, Figures>())
    this.benchmarkComponents = perBenchmark(() => METHODS.map(() => new Map<string, Figures>()))
  }

  /** Counts all matches of one row. */
  add(matches: readonly CountedMatch[]): void {
    this.row++
    let methods = 0
    const pairs = new Map<number, number>()
    for (const match of matches) {
      if (match.className !== null) this.countClass(match.item, match.className)
      if (!match.counted) continue
      this.count(match)
      methods |= 1 << match.method
      const same = this.index.items.sameAs[match.item] as number
      pairs.set(same, (pairs.get(same) ?? 0) | (1 << match.method))
    }
    if (methods !== 0) this.rowSets.set(methods, (this.rowSets.get(methods) ?? 0) + 1)
    for (const set of pairs.values()) this.pairSets.set(set, (this.pairSets.get(set) ?? 0) + 1)
  }

  private countClass(item: number, className: ClassName): void {
    const benchmark = this.index.items.benchmark[item] as number
    entryOf(this.byClass[benchmark] as Map<ClassName, Figures>, className).add([item], this.row)
  }

  private count({ item, method, className, component, sameText }: CountedMatch): void {
    const { row } = this
    this.ofMethod[method]?.add([item], row)
    entryOf(this.components[method] as Map<string, Figures>, component).add([item], row)
    for (const [benchmark, items] of this.byBenchmark(className === null ? [item, ...sameText] : [item])) {
      this.byMethod[benchmark]?.[method]?.add(items, row)
      const own = this.benchmarkComponents[benchmark]?.[method] as Map<string, Figures>
      entryOf(own, component).add(items, row)
    }
    for (const one of [item, ...sameText]) this.found[method]?.add(one)
  }

  /** A finding of an n-gram rule is of all items with its text, also in other benchmarks: it counts once in each. */
  private byBenchmark(items: readonly number[]): Map<number, number[]> {
    const groups = new Map<number, number[]>()
    for (const item of items) {
      const benchmark = this.index.items.benchmark[item] as number
      groups.set(benchmark, [...(groups.get(benchmark) ?? []), item])
    }
    return groups
  }

  /** The stage's figures: benchmarks with their census, methods with theirs, what each method alone flags. */
  metrics(extra: { components: readonly string[]; examples: number; sources: JsonValue }): JsonObject {
    const { benchmarks, methods } = this.index
    return {
      benchmarks: Object.fromEntries(
        benchmarks.map((info, number) => [info.name, this.benchmarkMetrics(info, number)]),
      ),
      methods: Object.fromEntries(methods.map((name) => [name, this.methodMetrics(name, extra.components)])),
      classes: CLASSES.map(({ name, counted, meaning }) => ({ name, counted, meaning })),
      agreement: this.agreement(),
      examples: extra.examples,
      sources: extra.sources,
    }
  }

  private benchmarkMetrics(info: BenchmarkInfo, number: number): JsonObject {
    return {
      items: info.items,
      expectedItems: info.expected,
      unusable: info.unusable,
      // Only where there are some: an answer that was read needs no figure.
      ...(info.answersUnresolved === null ? {} : { answersUnresolved: info.answersUnresolved }),
      sha256: info.sha256,
      origin: info.origin,
      revision: info.revision,
      licence: info.licence,
      prompt: info.prompt,
      tooShort: tooShort(this.index, info),
      methods: Object.fromEntries(
        this.index.methods.map((method) => [method, this.underMethod(number, method)]),
      ),
      census: census(this.index, info, (method) => this.found[METHODS.indexOf(method)] as Set<number>),
    }
  }

  private underMethod(benchmark: number, method: Method): JsonObject {
    const counted = (this.byMethod[benchmark]?.[METHODS.indexOf(method)] ?? new Figures()).json()
    if (method !== 'assay') return counted
    const classes: Record<string, JsonValue> = {}
    for (const { name } of CLASSES) {
      const own = this.byClass[benchmark]?.get(name)
      if (own !== undefined) classes[name] = own.json()
    }
    return { ...counted, ...(Object.keys(classes).length === 0 ? {} : { classes }) }
  }

  private methodMetrics(name: Method, components: readonly string[]): JsonObject {
    const { index } = this
    const number = METHODS.indexOf(name)
    const all = this.ofMethod[number] as Figures
    const tokenizer =
      name === 'swiss-ai' && index.swiss !== null
        ? { tokenizer: index.swiss.tokenizer.name, tokenizerSha256: index.swiss.tokenizer.sha256 }
        : {}
    return {
      ...tokenizer,
      rows: all.rows,
      pairs: all.findings,
      components: perComponent(this.components[number], components),
      benchmarks: Object.fromEntries(
        index.benchmarks.map((info, benchmark) => {
          const own = this.byMethod[benchmark]?.[number] as Figures
          const parts = perComponent(this.benchmarkComponents[benchmark]?.[number], components)
          return [info.name, { items: own.items.size, pairs: own.findings, components: parts }]
        }),
      ),
    }
  }

  /** Which methods flag the same rows, and what only one of them flags. */
  private agreement(): JsonObject {
    const table = (sets: ReadonlyMap<number, number>) =>
      [...sets]
        .sort((a, b) => b[1] - a[1] || a[0] - b[0])
        .map(([set, count]) => ({ methods: METHODS.filter((_, bit) => ((set >> bit) & 1) === 1), count }))
    const onlyOne = Object.fromEntries(
      this.index.methods.map((method) => [method, this.rowSets.get(1 << METHODS.indexOf(method)) ?? 0]),
    )
    return { rows: table(this.rowSets), pairs: table(this.pairSets), rowsOnlyOneFlags: onlyOne }
  }
}

/** Items, rows and findings of some matches; all matches of a row come together. */
class Figures {
  readonly items = new Set<number>()
  rows = 0
  findings = 0
  private lastRow = 0

  add(items: readonly number[], row: number): void {
    for (const item of items) this.items.add(item)
    this.findings++
    if (this.lastRow !== row) this.rows++
    this.lastRow = row
  }

  json(): JsonObject {
    return { items: this.items.size, rows: this.rows, findings: this.findings }
  }
}

function entryOf<K>(map: Map<K, Figures>, key: K): Figures {
  let entry = map.get(key)
  if (entry === undefined) map.set(key, (entry = new Figures()))
  return entry
}

function perComponent(
  figures: ReadonlyMap<string, Figures> | undefined,
  components: readonly string[],
): JsonObject {
  return Object.fromEntries(
    components.map((component) => {
      const own = figures?.get(component)
      return [component, { rows: own?.rows ?? 0, pairs: own?.findings ?? 0 }]
    }),
  )
}

/**
 * Both directions: items found by any of the methods used, under their own name or beside an item with the same text
 * (of this benchmark or another), and the rest, which an evaluator may trust.
 */
function census(
  index: ContaminationIndex,
  info: BenchmarkInfo,
  foundBy: (method: Method) => ReadonlySet<number>,
): JsonObject {
  const { items, methods } = index
  const found = new Set(methods.flatMap((method) => [...foundBy(method)]))
  const own = (item: number) => item >= info.firstItem && item < info.firstItem + info.items
  const bitmap = new Uint8Array((info.items + 7) >> 3)
  const listed: string[] = []
  const rest: string[] = []
  for (let item = info.firstItem; item < info.firstItem + info.items; item++) {
    const id = items.id[item] as string
    const place = items.indexIn[item] as number
    if (found.has(item)) bitmap[place >> 3]! |= 1 << (place & 7)
    if (found.has(item)) listed.push(id)
    else rest.push(id)
  }
  return {
    found: listed.length,
    foundRatio: info.items === 0 ? 0 : listed.length / info.items,
    byMethod: Object.fromEntries(methods.map((method) => [method, [...foundBy(method)].filter(own).length])),
    notFound: rest.length,
    /** Bit i (of byte i >> 3, from the lowest) is set when item i of the file was found. */
    foundBitmap: Buffer.from(bitmap).toString('base64'),
    foundItems: listed.slice(0, LISTED_ITEMS),
    /** Ids of all other items in the order of the file: the subset an evaluator can score apart. */
    notFoundItems: rest,
  }
}

/** Items each method cannot see, because they are shorter than its unit. */
function tooShort(index: ContaminationIndex, info: BenchmarkInfo): JsonObject {
  const { items, swiss } = index
  const count = (short: (item: number) => boolean) => {
    let n = 0
    for (let item = info.firstItem; item < info.firstItem + info.items; item++) if (short(item)) n++
    return n
  }
  const words = (item: number) => {
    const field = items.itemField[item] as number
    return (items.fieldWord[field + 1] as number) - (items.fieldWord[field] as number)
  }
  const tokens = (item: number) =>
    swiss === null
      ? 0
      : (swiss.index.texts.start[item + 1] as number) - (swiss.index.texts.start[item] as number)
  const fixed = (item: number) =>
    index.swissFixed === null
      ? 0
      : (index.swissFixed.texts.start[item + 1] as number) - (index.swissFixed.texts.start[item] as number)
  const short: Record<Method, (item: number) => boolean> = {
    assay: (item) => words(item) < 2,
    'swiss-ai': (item) => tokens(item) < 9,
    'swiss-ai-fixed': (item) => fixed(item) < 8,
    'ngram-13': (item) => words(item) < 13,
    'ngram-8-coverage': (item) => words(item) < 8,
  }
  return Object.fromEntries(index.methods.map((method) => [method, count(short[method])]))
}

/** Flagged rows per declared source, most affected first. */
export function sourceMetrics(
  totals: ReadonlyMap<string, number> | null,
  flagged: ReadonlyMap<string, number>,
): JsonValue {
  if (totals === null) return { why: 'the source column has too many distinct values to be a source' }
  if (totals.size === 0) return null
  const rows = [...totals].map(([source, count]) => ({
    source,
    rows: count,
    flagged: flagged.get(source) ?? 0,
    flaggedRatio: (flagged.get(source) ?? 0) / count,
  }))
  rows.sort((a, b) => b.flagged - a.flagged || b.rows - a.rows || (a.source < b.source ? -1 : 1))
  return { distinct: rows.length, sources: rows.slice(0, LISTED_SOURCES) }
}
