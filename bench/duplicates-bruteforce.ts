/**
 * Proves the exact join equal to brute force: all pairs at its threshold, none more, each with the right number of
 * shared shingles.
 *
 *   npm run bench:duplicates-bruteforce -- [CORPUS…] [--jaccard 0.5]
 *
 * CORPUS is a folder with data/<component>/*.jsonl or *.parquet; without one, conversations recombined from invented
 * sentences, a tenth of them edited copies. The stage runs as it does in an audit, and the views its join is handed
 * are counted again here: a shingle is five words themselves, not a hash of them; an inverted index holds all of them,
 * without prefix, filter or signature; every pair of views that shares one is scored. Exits 1 at any difference.
 */
import type { Stage } from '../src/core/stage.ts'
import type { Tally } from '../src/core/tally.ts'
import { DUPLICATES } from '../src/stages/duplicates/stage.ts'
import { chat, memoryRun } from '../test/support/corpus.ts'
import type { MemoryShard } from '../test/support/corpus.ts'
import { randomOf } from '../test/support/random.ts'
import { readCorpus } from './corpus-rows.ts'

const SHINGLE_WORDS = 5
const ROWS = 4000

const jaccardAt = process.argv.indexOf('--jaccard')
const jaccard = jaccardAt > 0 ? Number(process.argv[jaccardAt + 1]) : 0.5
const folders = process.argv.slice(2).filter((argument, i, all) => {
  return !argument.startsWith('--') && all[i - 1] !== '--jaccard'
})

let failed = false
if (folders.length === 0) await compare('invented conversations', invented(ROWS))
for (const folder of folders) await compare(folder, await readCorpus(folder))
process.exit(failed ? 1 : 0)

async function compare(name: string, shards: readonly MemoryShard[]): Promise<void> {
  const { views, joined } = await runJoin(shards)
  const began = performance.now()
  const shingles = shinglesOf(views)
  const { exact, sharing } = bruteForce(shingles)
  const missing = [...exact.keys()].filter((pair) => !joined.has(pair))
  const extra = [...joined.keys()].filter((pair) => !exact.has(pair))
  const wrong = [...exact].filter(([pair, shared]) => joined.has(pair) && joined.get(pair) !== shared)
  const rows = shards.reduce((sum, shard) => sum + shard.examples.length, 0)
  const all = (shingles.length * (shingles.length - 1)) / 2
  console.log(`${name}: ${rows} rows, ${shingles.length} distinct views, ${all} pairs of views`)
  console.log(`  ${sharing} pairs share a shingle, ${exact.size} have Jaccard ${jaccard} or more`)
  console.log(
    `  the join gives ${joined.size} pairs: ${missing.length} missing, ${extra.length} too many, ${wrong.length} with another number of shared shingles (brute force ${Math.round(performance.now() - began)} ms)`,
  )
  for (const pair of [...missing, ...extra, ...wrong.map(([p]) => p)].slice(0, 5)) console.log(`    ${pair}`)
  if (exact.size === 0) console.log('  no pair at all: this corpus proves nothing')
  failed ||= missing.length + extra.length + wrong.length > 0 || exact.size === 0
}

interface JoinViews {
  words: Uint32Array
  start: Uint32Array
  length: Uint32Array
  /** A bit per word of `words`: template text. */
  template: Uint32Array
}

/** Runs the stage and listens to its round `join`: the views it was handed, and the pairs it answered. */
async function runJoin(
  shards: readonly MemoryShard[],
): Promise<{ views: JoinViews; joined: Map<string, number> }> {
  const stage = DUPLICATES.create({ jaccard }) as unknown as Stage
  const joinRound = stage.rounds?.['join']
  if (joinRound === undefined) throw new Error('the stage has no round "join"')
  const joined = new Map<string, number>()
  let views: JoinViews | undefined
  const listening = async (input: Tally, ...rest: [unknown, never]): Promise<Tally> => {
    views ??= input as unknown as JoinViews
    const answer = await joinRound(input, ...rest)
    const pairs = answer['pairs'] as Uint32Array
    for (let i = 0; i < pairs.length; i += 3) {
      const pair = pairKey(pairs[i] as number, pairs[i + 1] as number)
      if (joined.has(pair)) throw new Error(`the join answered ${pair} twice`)
      joined.set(pair, pairs[i + 2] as number)
    }
    return answer
  }
  const rounds = { ...stage.rounds, join: listening }
  const listened = new Proxy(stage, {
    get: (target, name) => {
      const value: unknown = name === 'rounds' ? rounds : Reflect.get(target, name, target)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
  await memoryRun(listened, shards, { batchRows: 2000, id: 'conversation_id', evidence: 'hash' })
  if (views === undefined) throw new Error('the stage ran no join')
  return { views, joined }
}

function pairKey(a: number, b: number): string {
  return a < b ? `${a}-${b}` : `${b}-${a}`
}

/** Distinct shingles of each view as numbers: equal numbers for the same five words and for nothing else. */
function shinglesOf({ words, start, length, template }: JoinViews): Uint32Array[] {
  // A run of n words is known by the number of its first n − 1 words and its last word: no hashes to collide.
  const known = Array.from({ length: SHINGLE_WORDS }, () => new Map<number, number>())
  const numberOf = (n: number, before: number, last: number): number => {
    const runs = known[n] as Map<number, number>
    const key = before * 2 ** 22 + last
    const number = runs.get(key) ?? runs.size
    runs.set(key, number)
    return number
  }
  const isTemplate = (i: number): boolean => (((template[i >>> 5] as number) >>> (i & 31)) & 1) === 1
  return Array.from(start, (from, v) => {
    const distinct = new Set<number>()
    for (let i = from; i + SHINGLE_WORDS <= from + (length[v] as number); i++) {
      let number = 0
      let masked = true
      for (let n = 0; n < SHINGLE_WORDS; n++) {
        // The two lowest bits of a word are flags of its place, not of the word.
        const word = numberOf(0, 0, (words[i + n] as number) >>> 2)
        number = n === 0 ? word : numberOf(n, number, word)
        masked &&= isTemplate(i + n)
      }
      if (!masked) distinct.add(number)
    }
    return Uint32Array.from(distinct)
  })
}

/** Every pair of views at the threshold with its number of shared shingles; and how many pairs share any. */
function bruteForce(shingles: readonly Uint32Array[]): { exact: Map<string, number>; sharing: number } {
  const holders = new Map<number, number[]>()
  const shared = new Uint32Array(shingles.length)
  const exact = new Map<string, number>()
  let sharing = 0
  shingles.forEach((own, v) => {
    const touched: number[] = []
    for (const shingle of own) {
      const list = holders.get(shingle) ?? []
      holders.set(shingle, list)
      for (const x of list) {
        if (shared[x] === 0) touched.push(x)
        shared[x] = (shared[x] as number) + 1
      }
      list.push(v)
    }
    for (const x of touched) {
      const both = shared[x] as number
      shared[x] = 0
      const either = own.length + (shingles[x] as Uint32Array).length - both
      // A hair of room for a threshold that is no binary fraction.
      if (both >= jaccard * either - 1e-9) exact.set(pairKey(x, v), both)
    }
    sharing += touched.length
  })
  return { exact, sharing }
}

/** Conversations of sentences from a bank, every tenth a copy of an earlier one with words exchanged. */
function invented(rows: number): MemoryShard[] {
  const random = randomOf(17)
  const word = (): string => `w${Math.floor(random() ** 2 * 5000).toString(36)}`
  const sentence = (): string => `${Array.from({ length: 5 + Math.floor(random() * 12) }, word).join(' ')}.`
  const bank = Array.from({ length: 2000 }, sentence)
  const text = (n: number): string =>
    Array.from({ length: n }, () => bank[Math.floor(random() * bank.length)]).join(' ')
  const texts: [string, string][] = []
  for (let i = 0; i < rows; i++) {
    const earlier = i % 10 === 9 ? texts[Math.floor(random() * i)] : undefined
    const part = random() * 0.25
    const edited = (whole: string): string =>
      whole
        .split(' ')
        .map((w) => (random() < part ? word() : w))
        .join(' ')
    texts.push(
      earlier === undefined
        ? [text(1), text(1 + Math.floor(random() * 5))]
        : [edited(earlier[0]), edited(earlier[1])],
    )
  }
  const examples = texts.map(([prompt, answer]) => chat(prompt, answer))
  return [{ component: 'invented', path: 'invented.jsonl', examples }]
}
