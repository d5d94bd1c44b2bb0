import { z } from 'zod'

/** An upstream set that is not in the registry, or one of it read from elsewhere. */
const UPSTREAM = z.strictObject({
  name: z.string().min(1),
  file: z.string().min(1).optional().describe('JSONL, JSON, CSV or Parquet beside the pipeline'),
  hub: z
    .strictObject({
      repo: z.string().min(1),
      config: z.string().min(1).optional(),
      revision: z.string().min(1).optional(),
    })
    .optional(),
  splits: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe('Splits of the Hub set; `split` names the one of a file'),
  split: z.string().min(1).optional().describe('Split the file holds, e.g. train or test'),
  question: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .optional()
    .describe('Column of the question'),
  aliases: z.array(z.string().min(1)).optional().describe('Values of the source column that mean this set'),
  licence: z.string().min(1).optional().describe('SPDX identifier'),
  licenceStatedAt: z.string().min(1).optional(),
})

/** Options of the stage. Without `sources` nothing is read from outside: declared values are tabulated. */
export const OPTIONS = z.strictObject({
  sources: z
    .union([z.literal('all'), z.array(z.union([z.string().min(1), UPSTREAM]))])
    .default([])
    .describe(
      'Upstream sets to compare rows with: names of data/sources.yaml, "all" of it, or sets of your own',
    ),
  registry: z
    .string()
    .min(1)
    .optional()
    .describe('A sources.yaml of your own instead of the one that comes along'),
  columns: z
    .array(z.string().min(1))
    .default([])
    .describe('Nested columns to tabulate as well; flat ones always are'),
  containment: z
    .number()
    .min(0.5)
    .max(1)
    .default(0.8)
    .describe('Share of an item’s five-word shingles that must stand in one turn'),
  aligned: z
    .number()
    .min(0.5)
    .max(1)
    .default(0.75)
    .describe('Share of a reworded item’s words that must stand in one turn in their order'),
})

export type Options = z.output<typeof OPTIONS>
export type Upstream = z.output<typeof UPSTREAM>
