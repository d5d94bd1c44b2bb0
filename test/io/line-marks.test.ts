import { expect, test } from 'vitest'
import { rowsOf } from '../../src/io/jsonl-rows.ts'
import { LineMarks } from '../../src/io/line-marks.ts'

function marks(bytes: Uint8Array, cuts: readonly number[] = []): ReturnType<LineMarks['finish']> {
  const lines = new LineMarks()
  let from = 0
  for (const cut of [...cuts, bytes.length]) {
    lines.add(bytes.subarray(from, cut))
    from = cut
  }
  return lines.finish()
}

const text = (string: string): Uint8Array => new TextEncoder().encode(string)

test.each([
  ['', 0],
  ['\n\n  \r\n', 0],
  ['{}', 1],
  ['{}\n', 1],
  ['{}\r\n{}\r\n', 2],
  ['{}\n\n \t\r\n{}', 2],
  ['\n\n{}', 1],
  ['\uFEFF\n{}', 2],
])('%j has %i rows', (string, rows) => {
  expect(marks(text(string)).rows).toBe(rows)
})

test('rows agree with a plain split and with the reader, wherever the chunks are cut', () => {
  let seed = 11
  const random = (n: number): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return Math.floor((seed / 2 ** 32) * n)
  }
  for (let i = 0; i < 3000; i++) {
    const string = Array.from({ length: random(30) }, () => '{}\n\r \ta'[random(7)]).join('')
    const bytes = text(string)
    const cuts = Array.from({ length: random(4) }, () => random(bytes.length + 1)).sort((a, b) => a - b)
    const expected = string.split('\n').filter((line) => /[^ \t\r]/.test(line)).length
    expect(marks(bytes, cuts).rows).toBe(expected)
    expect([...rowsOf({ bytes, offset: 0 })].length).toBe(expected)
  }
})

test('a mark every 4 MB stands where its row starts', () => {
  const parts: string[] = []
  for (let i = 0; i < 40_000; i++)
    parts.push(JSON.stringify({ row: i, text: 'x'.repeat((i * 37) % 800) }), i % 7 ? '\n' : '\r\n \n')
  const bytes = text(parts.join(''))
  const cuts = Array.from({ length: 200 }, (_, i) => Math.floor((bytes.length * i) / 200))
  const { offset, row, rows } = marks(bytes, cuts)
  expect(rows).toBe(40_000)
  expect(offset.length).toBe(1 + Math.floor(bytes.length / (4 * 1024 * 1024 + 1)))
  expect(offset.length).toBeGreaterThan(3)
  for (const [i, start] of offset.entries()) {
    const line = new TextDecoder().decode(bytes.subarray(start, bytes.indexOf(10, start)))
    expect((JSON.parse(line) as { row: number }).row).toBe(row[i])
  }
})
