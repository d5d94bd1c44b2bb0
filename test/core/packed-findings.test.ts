import { describe, expect, it } from 'vitest'
import { finding, findingId } from '../../src/core/finding-id.ts'
import type { Finding, Place } from '../../src/core/finding.ts'
import { toText } from '../../src/core/finding-text.ts'
import { canonicalJson } from '../../src/core/json.ts'
import { CODES, FindingBlock, NAMED, placeInBlock, standalone } from '../../src/core/finding-block.ts'
import { FindingPacker, unpackFindings } from '../../src/core/packed-findings.ts'
import { createHash } from 'node:crypto'
import { pick, randomOf } from '../support/random.ts'

const STRINGS = ['', 'a', '"', '\\', 'ü', '🩺', 'é\u0000', 'tab\t', '\ud800', 'x'.repeat(300), '10']

function randomFinding(random: () => number): Finding {
  const text = (): string => pick(random, STRINGS)
  const maybe = (): string | undefined => (random() < 0.5 ? undefined : text())
  const rowPlace = () => {
    const exampleId = maybe()
    const place = { component: text(), path: text(), row: Math.floor(random() * 2 ** 40) }
    return exampleId === undefined ? place : { ...place, exampleId }
  }
  const places: (() => Place)[] = [
    () => ({ kind: 'row', ...rowPlace() }),
    () => ({ kind: 'pair', a: rowPlace(), b: rowPlace() }),
    () => ({ kind: 'shard', name: text() }),
    () => ({ kind: 'corpus', name: text() }),
  ]
  const some = { method: maybe(), benchmark: maybe(), item: maybe() }
  const named = Object.fromEntries(Object.entries(some).filter(([, value]) => value !== undefined))
  return finding({
    rule: `x/${pick(random, ['one', 'two'])}`,
    severity: pick(random, ['high', 'info']),
    place: pick(random, places)(),
    message: text(),
    evidence: { [text()]: [text(), random(), null], a: { b: text() } },
    ...named,
    ...(random() < 0.5 ? {} : { score: random() }),
    key: text(),
  })
}

describe('packed findings', () => {
  it('come out as they went in, across threads too', () => {
    const random = randomOf(11)
    // A lone surrogate cannot be written as UTF-8: no finding has one, since its texts are decoded from bytes.
    const all = Array.from({ length: 500 }, () => randomFinding(random)).filter(
      (one) => !JSON.stringify(one).includes('\\ud800'),
    )
    expect(all.length).toBeGreaterThan(50)
    const packer = new FindingPacker()
    for (const one of all) packer.add(toText(one))
    const packed = structuredClone(packer.take())
    const block = new FindingBlock(packed)
    const back = unpackFindings(packed)
    expect(back).toHaveLength(all.length)
    expect([...block].map(standalone)).toEqual(all)
    back.forEach((one, i) => {
      const { id, rule, severity, place, message, evidence, method, benchmark, item, score } = one
      const fields = { id, rule, severity, place, message, evidence, method, benchmark, item, score }
      expect(fields).toEqual({ ...fields, ...all[i] })
      expect(standalone(one)).toEqual(all[i])
      expect(canonicalJson(standalone(one) as never)).toBe(canonicalJson(all[i] as never))
      const texts = block.codes.subarray(i * CODES + NAMED.length, (i + 1) * CODES)
      expect(block.text(texts[0]!).toString('utf8')).toBe(all[i]!.message)
      expect(block.text(texts[1]!).toString('utf8')).toBe(canonicalJson(all[i]!.evidence))
    })
    // Out of their order too.
    for (let i = 0; i < 200; i++) {
      const at = Math.floor(random() * all.length)
      expect(block.at(at).place).toEqual(all[at]!.place)
    }
  })

  it('hold each text once, and know the block they lie in', () => {
    const random = randomOf(13)
    const packer = new FindingPacker()
    for (let i = 0; i < 30; i++)
      packer.add({ ...toText(randomFinding(random)), message: `${i % 3}`, evidence: '{}' })
    const block = new FindingBlock(packer.take())
    expect(block.texts).toBe(4)
    expect([...block].map((one) => one.message)).toEqual(Array.from({ length: 30 }, (_, i) => `${i % 3}`))
    expect(placeInBlock(block.at(7))).toEqual({ block, i: 7 })
    expect(placeInBlock(standalone(block.at(7)))).toBe(null)
    // Nothing of the ones before is left.
    packer.add(toText(randomFinding(random)))
    expect(new FindingBlock(packer.take()).count).toBe(1)
  })

  it('stand alone when they are taken out: what they lay in may go', () => {
    const packer = new FindingPacker()
    packer.add(toText(randomFinding(randomOf(14))))
    const [one] = unpackFindings(packer.take())
    const alone = standalone(one!)
    expect(standalone(alone)).toBe(alone)
    expect(Object.values(Object.getOwnPropertyDescriptors(alone)).every(({ get }) => get === undefined)).toBe(
      true,
    )
  })

  it('have ids of one length', () => {
    const one = toText(randomFinding(randomOf(15)))
    expect(() => new FindingPacker().add({ ...one, id: 'short' })).toThrow(TypeError)
  })

  it('are none where there are none', () => {
    expect(unpackFindings(new FindingPacker().take())).toEqual([])
  })
})

describe('the id of a finding', () => {
  it('is sha256 over the canonical JSON of rule, address and key', () => {
    const random = randomOf(12)
    for (let i = 0; i < 300; i++) {
      const { rule, place } = randomFinding(random)
      const key = pick(random, STRINGS)
      const row = ({ component, path, row: number }: { component: string; path: string; row: number }) => ({
        ...{ component, path, row: number },
      })
      const address =
        place.kind === 'row'
          ? { kind: 'row', row: row(place) }
          : place.kind === 'pair'
            ? { kind: 'pair', a: row(place.a), b: row(place.b) }
            : place
      const text = canonicalJson([rule, address as never, key])
      const expected = createHash('sha256').update(text).digest('hex').slice(0, 16)
      expect(findingId(rule, place, key)).toBe(expected)
    }
  })
})
