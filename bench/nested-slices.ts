import { createReadStream, createWriteStream, readdirSync } from 'node:fs'
import type { WriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { once } from 'node:events'
import { dirname, join } from 'node:path'

const NEWLINE = 10

/** The JSONL files of a corpus (`data/<component>/*.jsonl`), as paths inside it, in order. */
function filesOf(corpus: string): string[] {
  return readdirSync(join(corpus, 'data'))
    .sort()
    .flatMap((component) =>
      readdirSync(join(corpus, 'data', component))
        .filter((name) => name.endsWith('.jsonl'))
        .sort()
        .map((name) => join('data', component, name)),
    )
}

export async function countLines(corpus: string): Promise<number> {
  let lines = 0
  for (const file of filesOf(corpus))
    for await (const line of linesOf(join(corpus, file))) lines += line.length > 0 ? 1 : 0
  return lines
}

/**
 * Writes one folder for each size with that many of the corpus' rows, at even distances over all files. Where a size
 * divides another, its rows are among the other's.
 */
export async function writeSlices(
  corpus: string,
  given: { sizes: readonly number[]; total: number; folder: string },
): Promise<{ folder: string; rows: number }[]> {
  const slices = given.sizes.map((size) => ({ folder: join(given.folder, String(size)), rows: 0, size }))
  let row = 0
  for (const file of filesOf(corpus)) {
    const outputs = await Promise.all(slices.map(({ folder }) => open(join(folder, file))))
    for await (const line of linesOf(join(corpus, file))) {
      if (line.length === 0) continue
      for (const [i, slice] of slices.entries()) {
        const taken = Math.floor(((row + 1) * slice.size) / given.total)
        if (taken === slice.rows || slice.rows >= slice.size) continue
        slice.rows++
        const output = outputs[i] as WriteStream
        output.write(line)
        if (!output.write('\n')) await once(output, 'drain')
      }
      row++
    }
    for (const output of outputs) {
      output.end()
      await once(output, 'finish')
    }
  }
  return slices
}

async function open(path: string): Promise<WriteStream> {
  await mkdir(dirname(path), { recursive: true })
  return createWriteStream(path)
}

/** Lines as bytes: a row may hold characters that some readers take for the end of a line. */
async function* linesOf(path: string): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0)
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    const bytes = Buffer.concat([rest, chunk as Buffer])
    let from = 0
    for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, from)) {
      yield bytes.subarray(from, at)
      from = at + 1
    }
    rest = bytes.subarray(from)
  }
  if (rest.length > 0) yield rest
}
