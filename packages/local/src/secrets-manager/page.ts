import { SecretsManagerError } from './errors.ts'
import { type Input, optionalNumber, optionalString } from './input.ts'

const DEFAULT_PAGE = 100

/** One page of a list, by `MaxResults` and `NextToken`; the token is the next item's index. */
export function page<T>(
  all: readonly T[],
  input: Input,
): { readonly items: readonly T[]; readonly NextToken: string | undefined } {
  const start = startOf(optionalString(input, 'NextToken'))
  const end = start + sizeOf(optionalNumber(input, 'MaxResults'))
  return { items: all.slice(start, end), NextToken: end < all.length ? String(end) : undefined }
}

function startOf(token: string | undefined): number {
  if (token === undefined) return 0
  if (/^\d+$/.test(token)) return Number(token)
  throw new SecretsManagerError('InvalidNextTokenException', 'The NextToken value is invalid.')
}

function sizeOf(requested: number | undefined): number {
  const size = requested ?? DEFAULT_PAGE
  if (Number.isInteger(size) && size >= 1 && size <= 100) return size
  throw new SecretsManagerError('InvalidParameterException', 'MaxResults must be from 1 to 100.')
}
