import type { Refusal, UncheckedParameters } from './operation.ts'

const acceptedOps: readonly unknown[] = ['add', 'remove', 'replace']

/** Members that name the client itself: Ory would write the document over whichever client they say. */
const deniedMembers: readonly string[] = ['id', 'client_id']

/**
 * The member of the client that a JSON Pointer leads into, as Ory's decoder compares it: without
 * regard to case, so that `/Client_ID` is `client_id` as well. The pointer's escapes need not be
 * undone, they stand for characters that neither name has.
 */
const memberOf = (path: string): string => (path.split('/')[1] ?? '').toLowerCase()

const problemWithPath = (path: unknown): string | undefined => {
  if (typeof path !== 'string' || !path.startsWith('/') || path.length < 2) {
    return 'must be a JSON Pointer to a member'
  }
  const member = memberOf(path)
  if (member === '') return 'must be a JSON Pointer to a member'

  return deniedMembers.includes(member) ? "must not lead to the client's own id" : undefined
}

const refuseOperation = (entry: unknown, index: number): Refusal | undefined => {
  const at = `body[${index}]`
  if (typeof entry !== 'object' || entry === null)
    return { parameter: at, problem: 'must be an object' }

  const { op, path, value } = entry as Readonly<Record<string, unknown>>
  if (!acceptedOps.includes(op)) {
    return { parameter: `${at}.op`, problem: 'must be add, remove or replace' }
  }
  const problem = problemWithPath(path)
  if (problem !== undefined) return { parameter: `${at}.path`, problem }
  if (op !== 'remove' && value === undefined) {
    return { parameter: `${at}.value`, problem: 'is missing' }
  }

  return undefined
}

/** Refuses what Ory answers 500, and the one thing it should refuse and does not: another id. */
export const refusePatch = ({ body }: UncheckedParameters): Refusal | undefined => {
  const entries = body as readonly unknown[]
  if (entries.length === 0) return { parameter: 'body', problem: 'must not be empty' }

  return entries.map(refuseOperation).find((refusal) => refusal !== undefined)
}

const isPlaceInArray = (segment: string): boolean => segment === '-' || /^\d+$/.test(segment)

/**
 * Whether a patch applied twice ends as it does applied once: every operation sets a member by
 * name. A second `remove` fails, and a second `add` at a place in an array inserts again.
 */
export const isRepeatablePatch = (
  entries: readonly { readonly op: string; readonly path: string }[],
): boolean =>
  entries.every(({ op, path }) => op !== 'remove' && !path.split('/').some(isPlaceInArray))
