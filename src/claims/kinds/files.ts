import { z } from 'zod'
import type { InputRecord } from '../../core/record.ts'
import type { Part } from '../kind.ts'
import { defineKind } from '../kind.ts'
import { compose } from '../verdict.ts'

/** Published checksums: each named file has exactly these bytes. */
export const files = defineKind({
  name: 'files',
  title: 'Content hashes of data files',
  keys: {
    sha256: z
      .record(z.string().min(1), z.string().regex(/^[0-9a-f]{64}$/, '64 lower-case hex digits'))
      .describe('Path relative to the source root → sha256'),
  },
  touched: ({ sha256 }, { failures }) => failures.filter(({ path }) => Object.hasOwn(sha256, path)),
  judge(body, { measured }) {
    const parts = Object.entries(body.sha256).map(([path, sha256]) =>
      fileCheck(
        path,
        sha256,
        measured.inputs.find((input) => input.path === path),
      ),
    )
    return compose(parts, { stated: body.sha256, measured: parts.map((part) => part.measured ?? null) })
  },
})

function fileCheck(path: string, sha256: string, input: InputRecord | undefined): Part {
  if (input === undefined) {
    return { name: path, verdict: 'contradicted', because: 'no such data file', stands: true }
  }
  const { recomputed, declared } = input.sha256
  if (recomputed === null) {
    const because = `not read whole, so not hashed${declared === sha256 ? '; the declared hash agrees' : ''}`
    return { name: path, verdict: 'undetermined', because, measured: declared }
  }
  return recomputed === sha256
    ? { name: path, verdict: 'verified', because: 'the recomputed hash agrees', measured: recomputed }
    : {
        name: path,
        verdict: 'contradicted',
        because: `its sha256 is ${recomputed}`,
        measured: recomputed,
        stands: true,
      }
}
