import { z } from 'zod'
import { defineKind } from '../kind.ts'
import { unanswered } from '../verdict.ts'

/** Something stated that the published artefact cannot show, and why. */
export const notVerifiable = defineKind({
  name: 'not-verifiable',
  title: 'A statement the published data cannot confirm or refute',
  keys: {
    reason: z.string().min(1).describe('Why the data cannot show it, as a clause'),
    value: z
      .union([z.string(), z.number(), z.boolean()])
      .optional()
      .describe('What is stated, if it is a value'),
    needs: z.string().min(1).optional().describe('What would be needed to verify it'),
  },
  touched: () => [],
  judge(body) {
    const needs = body.needs === undefined ? '' : `; needed: ${body.needs}`
    return unanswered('not-verifiable', `${body.reason}${needs}`, { stated: body.value ?? null })
  },
})
