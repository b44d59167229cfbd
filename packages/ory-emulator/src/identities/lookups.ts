import { encodeQuery } from '../flows/go-url.ts'
import { GoError } from '../go/go-error.ts'
import { parseUuid } from '../go/uuid.ts'
import { enveloped } from '../herodot.ts'
import type { Answer, Request } from '../http.ts'
import type { Ory } from '../ory.ts'
import type { IdentityRow } from '../state.ts'

const defaultSize = 250
const largestSize = 500
const nil = '00000000-0000-0000-0000-000000000000'

/** Said of an identity that is not there, and of one without sessions alike. */
export const missing = () => enveloped(404, { message: 'Unable to locate the resource' })

/** An identity as it is answered; with what somebody signs in by where it was looked for. */
export function told({ identifiers, ...row }: IdentityRow, withCredentials = false): object {
  if (!withCredentials) return row
  const credentials = { password: { type: 'password', identifiers } }
  return { ...row, ...(identifiers && { credentials }) }
}

/** getIdentityByExternalID. */
export function getByExternalId({ params }: Request, { state }: Ory): Answer {
  const { externalID } = params
  const row = [...state.identities.values()].find(({ external_id }) => external_id === externalID)
  if (row === undefined) throw missing()
  return { status: 200, json: told(row, true) }
}

/** listIdentities: everybody where the filter is empty or not there, by id; as pages by `page_token`. */
export function listIdentities({ path, query }: Request, { state }: Ory): Answer {
  const identifier = query.get('credentials_identifier') ?? ''
  const after = tokenIn(query.get('page_token'), state.identities)
  const size = sizeIn(query.get('page_size'))
  const rows = [...state.identities.values()]
    .filter((row) => identifier === '' || isSignedInToBy(row, identifier))
    .filter(({ id }) => after === nil || id > after)
    .toSorted((one, other) => (one.id < other.id ? -1 : 1))
  const page = rows.slice(0, size)
  const last = rows.length > size ? page.at(-1) : undefined
  const link = (rel: string, token: string) => {
    const parameters = new URLSearchParams(query)
    parameters.set('page_size', String(size))
    parameters.set('page_token', token)
    return `<${path}?${encodeQuery(parameters)}>; rel="${rel}"`
  }
  const links = [link('first', nil), ...(last === undefined ? [] : [link('next', last.id)])]
  const json = page.map((row) => told(row, identifier !== ''))
  return { status: 200, headers: { Link: links.join(',') }, json }
}

/** Kratos folds what somebody signs in by, and so it does what is looked for. */
function isSignedInToBy({ identifiers = [] }: IdentityRow, identifier: string): boolean {
  return identifiers.includes(folded(identifier))
}

/** A user name or an address as Kratos keeps it. */
export function folded(identifier: string): string {
  return identifier.trim().toLowerCase()
}

const malformed = (reason: string) =>
  enveloped(400, {
    reason,
    message: 'The request was malformed or contained invalid parameters',
  })

function tokenIn(token: string | null, known: ReadonlyMap<string, IdentityRow>): string {
  if (token === null || token === '') return nil
  if (known.has(token)) return token
  try {
    return parseUuid(token)
  } catch (error) {
    if (!(error instanceof GoError)) throw error
    throw malformed('The page token is invalid, do not craft your own page tokens')
  }
}

function sizeIn(size: string | null): number {
  if (size === null || size === '') return defaultSize
  if (!/^[-+]?\d{1,15}$/.test(size))
    throw malformed(`strconv.Atoi: parsing ${JSON.stringify(size)}: invalid syntax`)
  return Number(size) < 1 ? defaultSize : Math.min(Number(size), largestSize)
}
