import { z } from 'zod'

/** A component by name, or several; absent means the whole corpus. */
export const COMPONENTS = z
  .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
  .optional()
  .describe('Components the claim is about; all of them when absent')

/** Where something is stated. */
export const STATEMENT = z.strictObject({
  quote: z.string().min(1).describe('The words, quoted'),
  address: z.string().min(1).describe("A web address, or a path in the source's own repository"),
})

/** A column by name, or several names of which the first that exists counts. */
export const COLUMN = z
  .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
  .describe('The column; of several names the first that exists counts')
