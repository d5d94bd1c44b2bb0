import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import {
  CATEGORIES,
  CATEGORY,
  FLAG,
  FLAGS,
  SCRIPT,
  SCRIPTS,
  categoryOf,
  scriptOf,
} from '../../../src/text/unicode/properties.ts'
import { DECOMPOSITIONS, FOLDINGS } from '../../../src/text/unicode/tables.ts'
import { readMappings } from '../../../src/text/unicode/decode.ts'
import { UNICODE_VERSION } from '../../../src/text/unicode/version.ts'

const require = createRequire(import.meta.url)
const root = dirname(require.resolve(`@unicode/unicode-${UNICODE_VERSION}/package.json`))

async function data<T>(path: string): Promise<T> {
  const loaded = (await import(pathToFileURL(join(root, path)).href)) as { default: T }
  return loaded.default
}

/** The independent data package's opinion on a property with one value per code point. */
async function classes(property: string): Promise<Map<string, number[]>> {
  const found = new Map<string, number[]>()
  for (const name of readdirSync(join(root, property))) {
    if (!name.includes('.')) found.set(name, await data(`${property}/${name}/code-points.mjs`))
  }
  return found
}

const LONG: Record<string, string> = {
  Cc: 'Control',
  Cf: 'Format',
  Cn: 'Unassigned',
  Co: 'Private_Use',
  Cs: 'Surrogate',
  Ll: 'Lowercase_Letter',
  Lm: 'Modifier_Letter',
  Lo: 'Other_Letter',
  Lt: 'Titlecase_Letter',
  Lu: 'Uppercase_Letter',
  Mc: 'Spacing_Mark',
  Me: 'Enclosing_Mark',
  Mn: 'Nonspacing_Mark',
  Nd: 'Decimal_Number',
  Nl: 'Letter_Number',
  No: 'Other_Number',
  Pc: 'Connector_Punctuation',
  Pd: 'Dash_Punctuation',
  Pe: 'Close_Punctuation',
  Pf: 'Final_Punctuation',
  Pi: 'Initial_Punctuation',
  Po: 'Other_Punctuation',
  Ps: 'Open_Punctuation',
  Sc: 'Currency_Symbol',
  Sk: 'Modifier_Symbol',
  Sm: 'Math_Symbol',
  So: 'Other_Symbol',
  Zl: 'Line_Separator',
  Zp: 'Paragraph_Separator',
  Zs: 'Space_Separator',
}

describe('Unicode tables against an independent data package, over all code points', () => {
  it('general categories agree', async () => {
    const expected = new Uint8Array(0x110000).fill(255)
    const found = await classes('General_Category')
    CATEGORIES.forEach((name, code) => {
      for (const cp of found.get(LONG[name] ?? '') ?? []) expected[cp] = code
    })
    expect(Buffer.compare(expected, CATEGORY)).toBe(0)
    expect([categoryOf(0x41), categoryOf(0x2212), categoryOf(0xb2)]).toEqual(['Lu', 'Sm', 'No'])
  })

  it('scripts agree', async () => {
    const expected = new Uint8Array(0x110000)
    const found = await classes('Script')
    SCRIPTS.forEach((name, code) => {
      if (name !== 'Unknown') expect(found.has(name), name).toBe(true)
      for (const cp of found.get(name) ?? []) expected[cp] = code
    })
    expect(Buffer.compare(expected, SCRIPT)).toBe(0)
    expect([scriptOf(0x416), scriptOf(0x4e00)]).toEqual(['Cyrillic', 'Han'])
  })

  it.each([
    ['White_Space', FLAG.whiteSpace],
    ['Default_Ignorable_Code_Point', FLAG.defaultIgnorable],
  ])('%s agrees', async (property, bit) => {
    const expected = new Set(await data<number[]>(`Binary_Property/${property}/code-points.mjs`))
    let wrong = 0
    for (let cp = 0; cp < 0x110000; cp++) if ((((FLAGS[cp] ?? 0) & bit) !== 0) !== expected.has(cp)) wrong++
    expect(wrong).toBe(0)
    expect(expected.size).toBeGreaterThan(20)
  })

  it('case foldings agree', async () => {
    const expected = new Map<number, number[]>()
    for (const status of ['C', 'F']) {
      const map = await data<Map<number, number | number[]>>(`Case_Folding/${status}/code-points.mjs`)
      for (const [from, to] of map) expected.set(from, [to].flat())
    }
    const ours = readMappings(FOLDINGS)
    expect(ours.size).toBeGreaterThan(1400)
    expect([...ours].sort(byKey)).toEqual([...expected].sort(byKey))
  })

  it('one-level decompositions, fully expanded, equal the runtime’s NFD', () => {
    // Normalisation of an assigned code point never changes between Unicode versions.
    const one = readMappings(DECOMPOSITIONS)
    const expand = (cp: number): number[] => one.get(cp)?.flatMap(expand) ?? [cp]
    const wrong: string[] = []
    for (let cp = 0; cp < 0x110000; cp++) {
      if (categoryOf(cp) === 'Cn' || categoryOf(cp) === 'Cs' || (cp >= 0xac00 && cp <= 0xd7a3)) continue
      const text = String.fromCodePoint(...expand(cp))
      if (text !== String.fromCodePoint(cp).normalize('NFD')) wrong.push(cp.toString(16))
    }
    expect(wrong).toEqual([])
  })
})

function byKey(a: [number, unknown], b: [number, unknown]): number {
  return a[0] - b[0]
}
