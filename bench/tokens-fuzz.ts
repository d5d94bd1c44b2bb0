/**
 * Compares ids with the official binding on random hostile strings, a million by default.
 *
 *   npm run bench:tokens-fuzz -- [--strings N] [--seed N]
 *
 * Tokenizers: those the tests build, one for each known split pattern, and with ASSAY_TESTDATA the real o200k_base.
 * Writes what happened to bench/results/tokens-fuzz.md; exits 1 at the first difference of each tokenizer.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { openTokenizer, prepareTokenizer } from '../src/text/tokenizer/tokenizer.ts'
import { UNICODE_VERSION } from '../src/text/unicode/version.ts'
import { randomOf } from '../test/support/random.ts'
import { FAST } from '../test/text/tokenizer/build.ts'
import { damagedBytes, nastyText } from '../test/text/tokenizer/nasty-text.ts'
import { diskResources, memoryResources, official, officialIds } from '../test/text/tokenizer/oracle.ts'

const strings = Number(argument('--strings') ?? 1_000_000)
const seed = Number(argument('--seed') ?? 1)
const BATCH = 5000

function argument(name: string): string | undefined {
  const at = process.argv.indexOf(name)
  return at < 0 ? undefined : process.argv[at + 1]
}

interface Result {
  name: string
  strings: number
  bytes: number
  tokens: number
  difference: string | null
}

const files: [string, string][] = Object.entries(FAST)
const testdata = process.env['ASSAY_TESTDATA']
if (testdata !== undefined) {
  const path = join(testdata, 'tokenizers', 'o200k_base.tokenizer.json')
  const { bytes } = await diskResources.file({ kind: 'local', path })
  files.push(['o200k_base, the real one', Buffer.from(bytes).toString('utf8')])
}

const results: Result[] = []
for (const [i, [name, json]] of files.entries()) {
  const result = await compare(name, json, seed * 1000 + i, Math.ceil(strings / files.length))
  results.push(result)
  console.log(
    `${result.name}: ${result.strings} strings, ${result.tokens} tokens, ${result.difference ?? 'all equal'}`,
  )
}
record(results)
process.exitCode = results.some((one) => one.difference !== null) ? 1 : 0

async function compare(name: string, json: string, start: number, count: number): Promise<Result> {
  const random = randomOf(start)
  const tokenizer = await openTokenizer(await prepareTokenizer('file:made.json', memoryResources(json)))
  if (tokenizer.engine !== 'assay-bpe') throw new Error(`${name} is not on the fast path`)
  const oracle = official.Tokenizer.fromString(
    JSON.stringify({ ...JSON.parse(json), truncation: null, padding: null }),
  )
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  const out = new Uint32Array(1 << 20)
  const result: Result = { name, strings: 0, bytes: 0, tokens: 0, difference: null }
  while (result.strings < count && result.difference === null) {
    const made = Array.from({ length: Math.min(BATCH, count - result.strings) }, () => {
      const pieces = 1 + Math.floor(random() * random() * 30)
      return random() < 0.1 ? damagedBytes(random, pieces) : Buffer.from(nastyText(random, pieces), 'utf8')
    })
    const texts = made.map((bytes) => decoder.decode(bytes))
    const expected = await officialIds(oracle, texts)
    for (const [i, bytes] of made.entries()) {
      const ids = expected[i]!
      const written = tokenizer.encode(bytes, 0, bytes.length, out)
      const counted = tokenizer.count(bytes, 0, bytes.length)
      result.strings++
      result.bytes += bytes.length
      result.tokens += written
      if (written === ids.length && counted === written && ids.every((id, k) => id === out[k])) continue
      result.difference = JSON.stringify(texts[i])
      break
    }
  }
  return result
}

function record(all: readonly Result[]): void {
  const { version } = createRequire(import.meta.url)('tokenizers/package.json') as { version: string }
  const sum = (key: 'strings' | 'bytes' | 'tokens') => all.reduce((total, one) => total + one[key], 0)
  const rows = all.map(
    (one) =>
      `| ${one.name} | ${one.strings.toLocaleString('en')} | ${one.tokens.toLocaleString('en')} | ${one.difference ?? 'all equal'} |`,
  )
  mkdirSync('bench/results', { recursive: true })
  writeFileSync(
    'bench/results/tokens-fuzz.md',
    `# Ids against the official binding on hostile strings

\`npm run bench:tokens-fuzz -- --strings ${strings} --seed ${seed}\`: ${sum('strings').toLocaleString('en')} strings,
${sum('bytes').toLocaleString('en')} bytes, ${sum('tokens').toLocaleString('en')} tokens; tokenizers ${version}, Unicode tables ${UNICODE_VERSION}.

| tokenizer | strings | tokens | result |
|---|---|---|---|
${rows.join('\n')}
`,
  )
}
