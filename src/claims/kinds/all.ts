import { z } from 'zod'
import type { ClaimBody, ClaimKind, LogRef, Part } from '../kind.ts'
import { defineKind } from '../kind.ts'
import { compose } from '../verdict.ts'

/** A claim whose parts are claims of other kinds. */
export function allOf(kinds: readonly ClaimKind[]): ClaimKind {
  const bodies = kinds.map((kind) =>
    z.strictObject({ name: z.string().min(1), kind: z.literal(kind.name), ...kind.keys }),
  )
  const part = z.discriminatedUnion('kind', bodies as [(typeof bodies)[number], ...typeof bodies])
  return defineKind({
    name: 'all',
    title: 'Several statements that must all hold',
    keys: { parts: z.array(part).min(1) },
    judge(body, { judgeBody }) {
      const parts = (body.parts as unknown as (ClaimBody & { name: string })[]).map((one): Part => {
        const { name, ...inner } = one
        const { verdict, because, stated, measured, stands } = judgeBody(inner as ClaimBody)
        return { name, verdict, because, stated, measured, ...(stands === undefined ? {} : { stands }) }
      })
      return compose(parts, {})
    },
    logs(body): readonly LogRef[] {
      const parts = body.parts as unknown as ClaimBody[]
      return parts.flatMap((one) => kinds.find((kind) => kind.name === one.kind)?.logs?.(one) ?? [])
    },
    sightings(body): readonly string[] {
      const parts = body.parts as unknown as ClaimBody[]
      return parts.flatMap((one) => kinds.find((kind) => kind.name === one.kind)?.sightings?.(one) ?? [])
    },
  })
}
