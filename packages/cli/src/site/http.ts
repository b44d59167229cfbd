import { type Clock, systemClock } from '@lapse/core/ports'
import { CannotTell } from './cannot-tell.ts'

/** What a server answered to one GET. */
export interface Answer {
  readonly origin: string
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** The body where it is JSON; `undefined` where it is anything else. */
  readonly json: unknown
  /** When it was asked, and when the answer was there; milliseconds since the epoch. */
  readonly askedAt: number
  readonly answeredAt: number
}

/** A person waits. */
const patienceMs = 5000

/** A list of 500 clients, and nothing much longer. */
const longestBytes = 8_388_608

/**
 * Asks once, follows no redirect and waits for five seconds.
 * @throws CannotTell where nothing answers
 */
export async function get(
  url: string,
  headers: Readonly<Record<string, string>> = {},
  clock: Clock = systemClock,
): Promise<Answer> {
  const { origin } = new URL(url)
  const askedAt = clock.now()
  try {
    const response = await fetch(url, {
      redirect: 'manual',
      signal: AbortSignal.timeout(patienceMs),
      headers: { accept: 'application/json', ...headers },
    })
    const answeredAt = clock.now()
    const json = parsed(await textOf(response))
    const { status } = response
    return {
      origin,
      status,
      headers: Object.fromEntries(response.headers),
      json,
      askedAt,
      answeredAt,
    }
  } catch (error) {
    throw new CannotTell(`nothing answers at ${origin}${codeIn(error)}`, { cause: error })
  }
}

async function textOf(response: Response): Promise<string> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of response.body ?? []) {
    length += part.length
    if (length > longestBytes) return ''
    parts.push(part)
  }
  return Buffer.concat(parts).toString()
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The system's word for it, ECONNREFUSED say. */
function codeIn(error: unknown): string {
  const { name, cause } = Object(error) as Error
  const { code } = Object(cause) as NodeJS.ErrnoException
  if (name === 'TimeoutError') return ' in time'
  return code === undefined ? '' : ` (${code})`
}

/** A member of an object that came from elsewhere. */
export function memberOf(json: unknown, name: string): unknown {
  return typeof json === 'object' && json !== null
    ? (json as Readonly<Record<string, unknown>>)[name]
    : undefined
}
