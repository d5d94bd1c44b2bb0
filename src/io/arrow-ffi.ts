/**
 * Arrays of the Arrow C data interface, read from WebAssembly memory (32-bit pointers) without a copy.
 * Source: https://arrow.apache.org/docs/format/CDataInterface.html
 */

/** The type of an array: format string, name, children. Read once per table. */
export interface ArrowType {
  format: string
  name: string
  children: readonly ArrowType[]
}

/** One array. Views are valid until the memory grows, so they are made anew for every synchronous use. */
export interface ArrowArray {
  type: ArrowType
  length: number
  /** Added to a row number to get its place in the buffers, and in the children of a struct. */
  offset: number
  /** Validity bits; null when nothing is null. */
  validity: Uint8Array | null
  /** Value buffers after the validity buffer: [values], or [offsets, values]. */
  buffers: readonly Uint8Array[]
  /** `u`, `z`, `+l`, `+m`: the offsets buffer. */
  offsets: Int32Array | null
  children: readonly ArrowArray[]
}

export function readArrowType(memory: ArrayBuffer, address: number): ArrowType {
  const view = new DataView(memory, address, 48)
  const childCount = Number(view.getBigInt64(24, true))
  const children = pointers(memory, view.getUint32(32, true), childCount)
  if (view.getUint32(36, true) !== 0) throw new RangeError('arrow: a dictionary where none was asked for')
  return {
    format: cString(memory, view.getUint32(0, true)),
    name: cString(memory, view.getUint32(4, true)),
    children: children.map((child) => readArrowType(memory, child)),
  }
}

export function readArrowArray(memory: ArrayBuffer, type: ArrowType, address: number): ArrowArray {
  const view = new DataView(memory, address, 64)
  const length = Number(view.getBigInt64(0, true))
  const nulls = Number(view.getBigInt64(8, true))
  const offset = Number(view.getBigInt64(16, true))
  const buffers = pointers(memory, view.getUint32(40, true), Number(view.getBigInt64(24, true)))
  const children = pointers(memory, view.getUint32(44, true), Number(view.getBigInt64(32, true)))
  const validity = nulls === 0 || buffers.length === 0 || buffers[0] === 0 ? null : buffers[0]!
  const end = offset + length
  const values = valueBuffers(memory, type.format, buffers.slice(1), end)
  return {
    type,
    length,
    offset,
    validity: validity === null ? null : new Uint8Array(memory, validity, (end + 7) >> 3),
    buffers: values.buffers,
    offsets: values.offsets,
    children: children.map((child, i) => readArrowArray(memory, type.children[i]!, child)),
  }
}

export function isValid(array: ArrowArray, row: number): boolean {
  if (array.type.format === 'n') return false
  if (array.validity === null) return true
  const i = row + array.offset
  return ((array.validity[i >> 3]! >> (i & 7)) & 1) === 1
}

/** Bits per value of the fixed-width formats. */
const WIDTH: Readonly<Record<string, number>> = {
  b: 1,
  c: 8,
  C: 8,
  s: 16,
  S: 16,
  i: 32,
  I: 32,
  l: 64,
  L: 64,
  e: 16,
  f: 32,
  g: 64,
  tdD: 32,
  tdm: 64,
  tts: 32,
  ttm: 32,
  ttu: 64,
  ttn: 64,
  tDs: 64,
  tDm: 64,
  tDu: 64,
  tDn: 64,
  tiM: 32,
  tiD: 64,
  tin: 128,
}

/** Bits per value, or null for formats that are not fixed-width. */
export function widthOf(format: string): number | null {
  if (format.startsWith('ts')) return 64
  if (format.startsWith('w:')) return Number(format.slice(2)) * 8
  if (format.startsWith('d:')) return Number(format.split(',')[2] ?? 128)
  return WIDTH[format] ?? null
}

interface Values {
  buffers: Uint8Array[]
  offsets: Int32Array | null
}

function valueBuffers(
  memory: ArrayBuffer,
  format: string,
  addresses: readonly number[],
  end: number,
): Values {
  if (format === '+s' || format === 'n') return { buffers: [], offsets: null }
  if (format === 'u' || format === 'z' || format === '+l' || format === '+m') {
    const address = addresses[0]!
    // An empty array may come without any buffer.
    const offsets = address === 0 ? new Int32Array(end + 1) : new Int32Array(memory, address, end + 1)
    if (format.startsWith('+')) return { buffers: [], offsets }
    const size = offsets[end]!
    const data = addresses[1] ?? 0
    return { buffers: [data === 0 ? new Uint8Array(0) : new Uint8Array(memory, data, size)], offsets }
  }
  const width = widthOf(format)
  if (width === null) throw new RangeError(`arrow: no reader for format ${format}`)
  const bytes = width === 1 ? (end + 7) >> 3 : (end * width) / 8
  const address = addresses[0] ?? 0
  return {
    buffers: [address === 0 ? new Uint8Array(bytes) : new Uint8Array(memory, address, bytes)],
    offsets: null,
  }
}

function pointers(memory: ArrayBuffer, address: number, count: number): number[] {
  return count === 0 ? [] : [...new Uint32Array(memory, address, count)]
}

function cString(memory: ArrayBuffer, address: number): string {
  if (address === 0) return ''
  const bytes = new Uint8Array(memory, address)
  return Buffer.from(bytes.subarray(0, bytes.indexOf(0))).toString('utf8')
}
