import { describe, expect, it } from 'vitest'
import { JsonBytes } from '../../src/io/json-bytes.ts'
import { RawJson } from '../../src/io/raw-json.ts'
import { writeJson } from '../../src/io/value-json.ts'
import { randomOf } from '../support/random.ts'

/** The record of a line as its parsed values make it. */
function byParser(line: string): string {
  const row = JSON.parse(line) as Record<string, unknown>
  const out = new JsonBytes()
  writeJson(Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)), null, out)
  return Buffer.from(out.bytes.subarray(0, out.length)).toString()
}

/** The record straight from the bytes; null when it takes a parser. */
function fromBytes(line: string): string | null {
  const out = new JsonBytes(16)
  out.ascii('before')
  const written = new RawJson(out).object(Buffer.from(`x\n${line}`), 2)
  const text = Buffer.from(out.bytes.subarray(0, out.length)).toString()
  if (!written) expect(text).toBe('before')
  return written ? text.slice('before'.length) : null
}

describe('records straight from the bytes of a line', () => {
  it.each([
    ['{"a":1,"b":[{"role":"user","content":"x"}]}', '{"a":1,"b":[{"content":"x","role":"user"}]}'],
    [' { "b" : null , "a" : [ null , true, false ] }\r', '{"a":[null,true,false]}'],
    ['{"b":"Käse\\n\\t\\"\\\\","a":{"z":null,"y":-12}}', '{"a":{"y":-12,"z":null},"b":"Käse\\n\\t\\"\\\\"}'],
    ['{"ab":0,"a":"null","abc":{}}', '{"a":"null","ab":0,"abc":{}}'],
    ['{}', '{}'],
  ])('%s', (line, expected) => {
    expect(byParser(line)).toBe(expected)
    expect(fromBytes(line)).toBe(expected)
  })

  it.each([
    '{"a":1.0}',
    '{"a":1e2}',
    '{"a":-0}',
    '{"a":1234567890123456}',
    '{"a":"\\u00e4"}',
    '{"a":"\\/"}',
    '{"ä":1}',
    '{"\\n":1}',
    '{"a":1,"a":2}',
    '{"b":1,"a":1,"b":2}',
    `{"a":${'['.repeat(80)}${']'.repeat(80)}}`,
  ])('leaves %s to the parser', (line) => {
    expect(fromBytes(line)).toBeNull()
  })

  it('equal those of the parsed values, however a line is written', () => {
    const random = randomOf(71)
    const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!
    const blank = (): string => pick(['', '', '', ' ', '\t', '  \r'])
    const texts = [
      '',
      'a',
      'null',
      'µg/ml',
      '\\n',
      '\\"',
      '\\\\',
      '\\u0041',
      '\\/',
      '😀',
      '{',
      '],',
      'x'.repeat(60),
    ]
    const numbers = ['0', '-0', '7', '-31', '123456789012345', '1.50', '1E3', '1e400', '9007199254740993']
    const string = (): string =>
      `"${Array.from({ length: Math.floor(random() * 4) }, () => pick(texts)).join('')}"`
    const value = (depth: number): string => {
      const kind = random()
      if (kind < 0.5 || depth > 3) return string()
      if (kind < 0.6)
        return pick(numbers.slice(0, random() < 0.8 ? 4 : 9).filter((n) => n !== '-0' || random() < 0.1))
      if (kind < 0.7) return pick(['null', 'true', 'false'])
      const items = Array.from({ length: Math.floor(random() * 4) }, () => value(depth + 1))
      if (kind < 0.85) return `[${blank()}${items.join(`${blank()},${blank()}`)}${blank()}]`
      return object(items)
    }
    const object = (items: readonly string[]): string =>
      `{${blank()}${items
        .map(
          (item) =>
            `"${pick(['a', 'b', 'ab', 'role', 'content', '', 'B', 'é'])}"${blank()}:${blank()}${item}`,
        )
        .join(`${blank()},${blank()}`)}${blank()}}`
    let written = 0
    for (let i = 0; i < 5000; i++) {
      const line =
        blank() + object(Array.from({ length: Math.floor(random() * 5) }, () => value(1))) + blank()
      const record = fromBytes(line)
      if (record === null) continue
      written++
      expect(record).toBe(byParser(line))
    }
    expect(written).toBeGreaterThan(1000)
  })
})
