import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { describe, expect, it } from 'vitest'
import { spdxOf } from '../../../src/claims/licence-terms.ts'
import { packageRoot } from '../../../src/core/package.ts'

interface Source {
  name: string
  hub: { repo: string; revision?: string; splits: string[] }
  licence?: string
  licenceAlsoStated?: { licence: string; at: string }[]
  checked?: string
}
interface Place {
  dataset: string
  revision: string
}
const read = (file: string): unknown => parse(readFileSync(join(packageRoot, 'data', file), 'utf8'))
const { sources } = read('sources.yaml') as { sources: Source[] }
const benchmarks = Object.entries(
  read('benchmarks.yaml') as Record<
    string,
    { hub?: Place | Place[]; checked?: string; unavailable?: string }
  >,
)

describe('the registry of upstream sets', () => {
  it.each(sources)('$name says what was checked, and has a commit of 40 hex digits or none', (source) => {
    expect(source.checked).toMatch(/\w/)
    if (source.hub.revision !== undefined) expect(source.hub.revision).toMatch(/^[0-9a-f]{40}$/)
    const stated = [source.licence, ...(source.licenceAlsoStated ?? []).map(({ licence }) => licence)]
    for (const licence of stated) if (licence !== undefined) expect(spdxOf(licence)).toBe(licence)
  })
})

describe('the registry of benchmarks', () => {
  it.each(benchmarks)(
    '%s says what was checked, and is pinned to a commit or to the conversion of the Hub',
    (_name, entry) => {
      if (entry.unavailable !== undefined) return
      expect(entry.checked).toMatch(/\w/)
      for (const { revision } of [entry.hub!].flat())
        expect(revision).toMatch(/^([0-9a-f]{40}|refs\/convert\/parquet)$/)
    },
  )
})
