import { OryMismatchError, OryResponseError } from '../errors.ts'
import { nextPageToken } from './link.ts'
import type { OperationData, Page, UncheckedParameters } from './operation.ts'
import type { Answer } from './transport/attempt.ts'
import type { OAuth2Redirect } from './types/token.ts'

/** Whether an answer is the operation's success; where 410 is a value it counts. */
export const isSuccess = ({ success, gone }: OperationData, status: number): boolean =>
  success.includes(status) || (gone === true && status === 410)

const parseJson = (operation: string, { status, text }: Answer): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own message quotes the text.
    throw new OryResponseError(operation, status, 'the body is not JSON')
  }
}

const readObject = (operation: string, answer: Answer): object => {
  const value = parseJson(operation, answer)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value

  throw new OryResponseError(operation, answer.status, 'the body is not a JSON object')
}

/** The id that a call names: in its path, or of the client that it creates. */
const clientAskedFor = ({ id, body }: UncheckedParameters): unknown => {
  if (id !== undefined) return id

  return typeof body === 'object' && body !== null && 'client_id' in body
    ? body.client_id
    : undefined
}

/** Character by character: some databases take `X` for `x`, and Ory `x/` for `x`. */
const checkClient = (
  operation: string,
  { status }: Answer,
  parameters: UncheckedParameters,
  client: object,
): void => {
  const answered = 'client_id' in client ? client.client_id : undefined
  if (typeof answered !== 'string') {
    throw new OryResponseError(operation, status, 'the client has no client_id')
  }
  const asked = clientAskedFor(parameters)
  if (asked !== undefined && answered !== asked) throw new OryMismatchError(operation)
}

/** Some databases list what belongs to `Bank` where `bank` was asked for. What has no such member is not judged. */
const checkItems = (
  operation: string,
  exact: readonly string[],
  parameters: UncheckedParameters,
  items: readonly unknown[],
): void => {
  for (const name of exact) {
    const asked = parameters[name]
    const isOther = (item: unknown) => (Object(item)[name] ?? asked) !== asked
    if (asked !== undefined && items.some(isOther)) throw new OryMismatchError(operation, name)
  }
}

/** What an operation knows besides of whom it has asked for. */
const checkAnother = (
  operation: string,
  { isAnother }: OperationData,
  parameters: UncheckedParameters,
  answered: readonly unknown[],
): void => {
  if (answered.some((one) => isAnother?.(Object(one), parameters) === true))
    throw new OryMismatchError(operation, 'identity')
}

/** A page that is an object: its items under a name, and the next page's token beside them. */
const readNamedPage = (
  operation: string,
  { items: name = '', exact = [] }: OperationData,
  answer: Answer,
  parameters: UncheckedParameters,
): Page<unknown> => {
  const { [name]: listed, next_page_token } = readObject(operation, answer) as Record<
    string,
    unknown
  >
  const items = listed ?? []
  if (!Array.isArray(items))
    throw new OryResponseError(operation, answer.status, `its ${name} is not a JSON array`)
  checkItems(operation, exact, parameters, items)
  // What is listed like this is revoked for good, and so it has to say whose it is.
  const nameless = exact.find((member) => items.some((item) => Object(item)[member] === undefined))
  if (nameless !== undefined) throw new OryMismatchError(operation, nameless)
  const isNext = typeof next_page_token === 'string' && next_page_token !== ''

  return { items, nextPageToken: isNext ? next_page_token : undefined }
}

const totalOf = ({ headers }: Answer): Pick<Page<unknown>, 'total'> => {
  const total = String(headers['x-total-count'] ?? '')

  return /^\d{1,15}$/.test(total) ? { total: Number(total) } : {}
}

const readPage = (
  operation: string,
  exact: readonly string[],
  answer: Answer,
  parameters: UncheckedParameters,
): Page<unknown> => {
  const value = parseJson(operation, answer) ?? []
  if (Array.isArray(value)) {
    checkItems(operation, exact, parameters, value)

    return {
      items: value,
      nextPageToken: nextPageToken(answer.headers['link']),
      ...totalOf(answer),
    }
  }

  throw new OryResponseError(operation, answer.status, 'the body is not a JSON array')
}

const readRedirect = (operation: string, { status, headers }: Answer): OAuth2Redirect => {
  const [location] = [headers['location'] ?? []].flat()
  if (location === undefined) {
    throw new OryResponseError(operation, status, 'it has no Location header')
  }

  return { status, location, set_cookie: [headers['set-cookie'] ?? []].flat() }
}

/**
 * Reads a successful answer. Only what is relied on is asserted, the JSON's outermost shape and
 * which client, owner or issuer it is about; unknown fields are kept.
 *
 * @throws OryResponseError, or OryMismatchError where it is about another one
 */
export const readAnswer = (
  operation: string,
  data: OperationData,
  answer: Answer,
  parameters: UncheckedParameters,
) => {
  const { answer: kind, answersClient, exact = [] } = data
  switch (kind) {
    case 'nothing':
      return undefined
    case 'object': {
      const object = readObject(operation, answer)
      if (answersClient === true) checkClient(operation, answer, parameters, object)
      checkAnother(operation, data, parameters, [object])

      return object
    }
    case 'page': {
      const page =
        data.items === undefined
          ? readPage(operation, exact, answer, parameters)
          : readNamedPage(operation, data, answer, parameters)
      checkAnother(operation, data, parameters, page.items)

      return page
    }
    case 'redirect':
      return readRedirect(operation, answer)
  }
}
