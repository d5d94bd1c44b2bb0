import type { JsonObject, JsonValue } from '../../core/json.ts'
import type { BenchmarkInfo, ContaminationIndex } from './build.ts'
import { CLASSES } from './judge.ts'
import { METHODS } from './options.ts'
import type { Method } from './options.ts'
import type { Match } from './reduce.ts'

/** More sources than this are listed only in sum. */
const LISTED_SOURCES = 100
const LISTED_ITEMS = 200

/** The stage's figures: benchmarks with their census, methods with theirs, what each method alone flags. */
export function metricsOf(
  index: ContaminationIndex,
  matches: readonly Match[],
  extra: { components: readonly string[]; examples: number; sources: JsonValue },
): JsonObject {
  return {
    benchmarks: Object.fromEntries(
      index.benchmarks.map((info, number) => [info.name, benchmarkMetrics(index, info, number, matches)]),
    ),
    methods: Object.fromEntries(
      index.methods.map((name) => [name, methodMetrics(index, name, matches, extra.components)]),
    ),
    classes: CLASSES.map(({ name, counted, meaning }) => ({ name, counted, meaning })),
    agreement: agreement(index, matches),
    examples: extra.examples,
    sources: extra.sources,
  }
}

function benchmarkMetrics(
  index: ContaminationIndex,
  info: BenchmarkInfo,
  number: number,
  all: readonly Match[],
): JsonObject {
  const { items } = index
  const matches = all.filter((match) => items.benchmark[match.item] === number)
  const found = new Set(
    matches.filter((match) => match.counted).flatMap((match) => [match.item, ...match.sameText]),
  )
  const here = [...found].filter((item) => items.benchmark[item] === number)
  return {
    items: info.items,
    expectedItems: info.expected,
    unusable: info.unusable,
    sha256: info.sha256,
    origin: info.origin,
    revision: info.revision,
    licence: info.licence,
    prompt: info.prompt,
    tooShort: tooShort(index, info),
    methods: Object.fromEntries(
      index.methods.map((method) => [
        method,
        perMethod(matches.filter((match) => METHODS[match.method] === method)),
      ]),
    ),
    census: census(index, info, here),
  }
}

/** Both directions: items found by any of the methods used, and the rest, which an evaluator may trust. */
function census(index: ContaminationIndex, info: BenchmarkInfo, found: readonly number[]): JsonObject {
  const { items } = index
  const bitmap = new Uint8Array((info.items + 7) >> 3)
  for (const item of found) {
    const place = items.indexIn[item] as number
    bitmap[place >> 3]! |= 1 << (place & 7)
  }
  const sorted = [...found].sort((a, b) => a - b)
  const known = new Set(found)
  const rest: string[] = []
  for (let item = info.firstItem; item < info.firstItem + info.items; item++) {
    if (!known.has(item)) rest.push(items.id[item] as string)
  }
  return {
    found: found.length,
    foundRatio: info.items === 0 ? 0 : found.length / info.items,
    notFound: info.items - found.length,
    /** Bit i (of byte i >> 3, from the lowest) is set when item i of the file was found. */
    foundBitmap: Buffer.from(bitmap).toString('base64'),
    foundItems: sorted.slice(0, LISTED_ITEMS).map((item) => items.id[item] as string),
    /** Ids of all other items in the order of the file: the subset an evaluator can score apart. */
    notFoundItems: rest,
  }
}

function perMethod(matches: readonly Match[]): JsonObject {
  const counted = matches.filter((match) => match.counted)
  const classes: Record<string, JsonValue> = {}
  for (const { name } of CLASSES) {
    const own = matches.filter((match) => match.className === name)
    if (own.length > 0) classes[name] = figures(own)
  }
  return { ...figures(counted), ...(Object.keys(classes).length === 0 ? {} : { classes }) }
}

function figures(matches: readonly Match[]): JsonObject {
  return {
    items: new Set(matches.map((match) => match.item)).size,
    rows: new Set(matches.map(rowKey)).size,
    findings: matches.length,
  }
}

function rowKey(match: Match): string {
  return `${match.shard}:${match.row}`
}

function methodMetrics(
  index: ContaminationIndex,
  name: Method,
  all: readonly Match[],
  components: readonly string[],
): JsonObject {
  const matches = all.filter((match) => METHODS[match.method] === name && match.counted)
  const tokenizer =
    name === 'swiss-ai' && index.swiss !== null
      ? { tokenizer: index.swiss.tokenizer.name, tokenizerSha256: index.swiss.tokenizer.sha256 }
      : {}
  return {
    ...tokenizer,
    rows: new Set(matches.map(rowKey)).size,
    pairs: matches.length,
    components: perComponent(matches, components),
    benchmarks: Object.fromEntries(
      index.benchmarks.map((info, number) => {
        const own = matches.filter((match) => index.items.benchmark[match.item] === number)
        const items = new Set(own.map((match) => match.item)).size
        return [info.name, { items, pairs: own.length, components: perComponent(own, components) }]
      }),
    ),
  }
}

function perComponent(matches: readonly Match[], components: readonly string[]): JsonObject {
  return Object.fromEntries(
    components.map((component) => {
      const own = matches.filter((match) => match.component === component)
      return [component, { rows: new Set(own.map(rowKey)).size, pairs: own.length }]
    }),
  )
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

/** Which methods flag the same rows, and what only one of them flags. */
function agreement(index: ContaminationIndex, matches: readonly Match[]): JsonObject {
  const byRow = new Map<string, number>()
  const byPair = new Map<string, number>()
  for (const match of matches) {
    if (!match.counted) continue
    const bit = 1 << match.method
    const pair = `${rowKey(match)}:${index.items.sameAs[match.item]}`
    byRow.set(rowKey(match), (byRow.get(rowKey(match)) ?? 0) | bit)
    byPair.set(pair, (byPair.get(pair) ?? 0) | bit)
  }
  const table = (sets: Iterable<number>) => {
    const counts = new Map<number, number>()
    for (const set of sets) counts.set(set, (counts.get(set) ?? 0) + 1)
    return [...counts]
      .sort((a, b) => b[1] - a[1] || a[0] - b[0])
      .map(([set, count]) => ({ methods: METHODS.filter((_, bit) => ((set >> bit) & 1) === 1), count }))
  }
  const onlyOne = Object.fromEntries(
    index.methods.map((method) => {
      const bit = 1 << METHODS.indexOf(method)
      return [method, [...byRow.values()].filter((set) => set === bit).length]
    }),
  )
  return { rows: table(byRow.values()), pairs: table(byPair.values()), rowsOnlyOneFlags: onlyOne }
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
