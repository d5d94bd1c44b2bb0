/**
 * Runs `work` on every item, at most `limit` at a time; answers in the order of the items.
 *
 * @throws the failure of the first item, in their order, that fails: nothing new is begun after a failure, but what was
 *   begun before it is waited for, so that which failure is told does not depend on which comes first.
 */
export async function eachOf<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const answers = new Array<R>(items.length)
  let next = 0
  const failures: { index: number; error: unknown }[] = []
  const lane = async (): Promise<void> => {
    for (let i = next++; i < items.length && failures.length === 0; i = next++) {
      try {
        answers[i] = await work(items[i] as T, i)
      } catch (error) {
        failures.push({ index: i, error })
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane))
  const [first] = failures.sort((a, b) => a.index - b.index)
  if (first !== undefined) throw first.error
  return answers
}
