/** How a batch ended, and which of its messages stay in the queue. */
export interface Verdict {
  readonly outcome: 'success' | 'partial-failure' | 'bad-response' | 'function-error'
  readonly failed: ReadonlySet<string>
}

/**
 * Reads a function's response to a batch as Lambda does with `ReportBatchItemFailures`. `null`, an
 * empty object and an empty list are a success; whatever is not understood fails the whole batch.
 *
 * @param payload JSON text, or `undefined` where the function failed.
 */
export function judge(payload: string | undefined, messageIds: readonly string[]): Verdict {
  if (payload === undefined) return { outcome: 'function-error', failed: new Set(messageIds) }
  const failed = readFailures(payload)
  if (failed === undefined || !failed.every((id) => messageIds.includes(id))) {
    return { outcome: 'bad-response', failed: new Set(messageIds) }
  }
  return {
    outcome: failed.length === 0 ? 'success' : 'partial-failure',
    failed: new Set(failed),
  }
}

/** The listed message ids, or `undefined` if the response is not one. */
function readFailures(payload: string): readonly string[] | undefined {
  const response = parse(payload)
  if (response === null) return []
  if (!isObject(response)) return undefined
  const failures = response['batchItemFailures'] ?? []
  if (!Array.isArray(failures)) return undefined
  const ids = failures.map((failure: unknown) => isObject(failure) && failure['itemIdentifier'])
  return ids.every((id) => typeof id === 'string') ? ids : undefined
}

function parse(payload: string): unknown {
  try {
    return JSON.parse(payload)
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
