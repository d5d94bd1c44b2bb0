import { shared } from './shared.ts'

/** Distinct word hashes, numbered from 0 in order of first appearance; read by every worker. */
export interface Vocabulary {
  size: number
  /** Open addressing in pairs: the hash, and its number + 1 (0 = empty). */
  cells: Uint32Array
}

export function buildVocabulary(hashes: Uint32Array): Vocabulary {
  let cells = new Uint32Array(2048)
  let size = 0
  for (const hash of hashes) {
    const cell = cellOf(cells, hash)
    if (cells[cell + 1] !== 0) continue
    cells[cell] = hash
    cells[cell + 1] = ++size
    // At most half of the slots, two values each, are taken.
    if (4 * size > cells.length) cells = twiceAsLarge(cells)
  }
  return { size, cells: sharedCopy(cells) }
}

/** The cell of a word, or the empty one where it would be. */
function cellOf(cells: Uint32Array, hash: number): number {
  const mask = cells.length - 2
  let cell = spread(hash) & mask
  while (cells[cell + 1] !== 0 && cells[cell] !== hash) cell = (cell + 2) & mask
  return cell
}

function twiceAsLarge(cells: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * cells.length)
  for (let from = 0; from < cells.length; from += 2) {
    if (cells[from + 1] === 0) continue
    const cell = cellOf(larger, cells[from] as number)
    larger.set(cells.subarray(from, from + 2), cell)
  }
  return larger
}

function sharedCopy(cells: Uint32Array): Uint32Array {
  const copy = shared(Uint32Array, cells.length)
  copy.set(cells)
  return copy
}

/** Hash of each word, by its number. */
export function vocabularyHashes({ size, cells }: Vocabulary): Uint32Array {
  const hashes = shared(Uint32Array, size)
  for (let cell = 0; cell < cells.length; cell += 2) {
    const number = cells[cell + 1] as number
    if (number > 0) hashes[number - 1] = cells[cell] as number
  }
  return hashes
}

/** Number of a word, or NO_WORD where no item has it. */
export function wordNumber({ cells }: Vocabulary, hash: number): number {
  return ((cells[cellOf(cells, hash) + 1] as number) - 1) >>> 0
}

function spread(hash: number): number {
  return (Math.imul(hash, 0x9e3779b1) >>> 7) << 1
}
