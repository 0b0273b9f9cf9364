/** What one benchmark found out. */
export interface BenchResult {
  readonly name: string
  /** One row of the table each, with the same columns. */
  readonly rows: Record<string, string | number>[]
  /** What bounds the figures, and what they do not say. */
  readonly notes: string[]
}
