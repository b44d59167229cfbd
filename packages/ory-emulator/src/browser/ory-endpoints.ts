/** Where an Ory server listens; any Ory server, emulated or live. */
export interface OryEndpoints {
  readonly adminUrl: string
  readonly publicUrl: string
  /** The bearer key of an Ory Network project; self-hosted servers have none. */
  readonly adminKey?: string
}

/** Ory, or a client's redirect URI, said no. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
  readonly error: string
  readonly description: string
  /** The HTTP status, where it was not said in a redirect. */
  readonly status: number | undefined

  constructor(what: string, refusal: { error?: string; description?: string; status?: number }) {
    const { error = 'unknown', description = '', status } = refusal
    super(`${what}: ${[status, error, description].filter(Boolean).join(' ')}`)
    this.error = error
    this.description = description
    this.status = status
  }
}

/** An object as Ory answers it. */
export type Json = Readonly<Record<string, unknown>>

/** What the login, consent and logout apps ask of the admin API; throws {@link RefusedError}. */
export function askAdmin(
  ory: OryEndpoints,
  method: 'GET' | 'PUT',
  path: string,
  body?: object,
): Promise<Json> {
  const headers = {
    accept: 'application/json',
    ...(body && { 'content-type': 'application/json' }),
    ...(ory.adminKey !== undefined && { authorization: `Bearer ${ory.adminKey}` }),
  }
  const init = { method, headers, ...(body && { body: JSON.stringify(body) }) }
  return askJson(`${ory.adminUrl}/admin${path}`, init, `${method} ${path.split('?')[0]}`)
}

/** An answer's JSON object, `{}` where it has none; throws {@link RefusedError} unless it is a success. */
export async function askJson(url: string, init: RequestInit, what: string): Promise<Json> {
  const response = await fetch(url, init)
  const text = await response.text()
  if (!response.ok) throw refusedBy(what, response.status, text)
  return text === '' ? {} : (JSON.parse(text) as Json)
}

function refusedBy(what: string, status: number, body: string): RefusedError {
  try {
    const { error, error_description: description } = JSON.parse(body) as Record<string, unknown>
    return new RefusedError(what, {
      error: String(error),
      description: String(description),
      status,
    })
  } catch {
    return new RefusedError(what, { description: body.slice(0, 200), status })
  }
}

/** A parameter of where the browser was sent; what it is sent with instead is an error. */
export function sentWith(location: string | undefined, name: string, what: string): string {
  const query = location === undefined ? undefined : new URL(location).searchParams
  const value = query?.get(name)
  if (value) return value
  const error = query?.get('error') ?? 'no redirect'
  throw new RefusedError(what, { error, description: query?.get('error_description') ?? '' })
}
