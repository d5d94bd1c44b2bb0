/** Labels an answer can name: A, a or 1; options with other labels, or none, are named by none. */
export const LABELS = { upper: 0, lower: 1, digits: 2, other: 3 } as const
export type LabelKind = (typeof LABELS)[keyof typeof LABELS]
