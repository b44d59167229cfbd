import * as v from 'valibot'

/** Problems that a reason tells in their own words, each with the reason's first word. */
const problems = {
  'holds a control character': 'malformed-event',
  'holds half of a surrogate pair': 'malformed-event',
  'is blank': 'malformed-event',
  'is *, which is not a user': 'malformed-event',
  'ends in a slash or has . or .. as a path segment': 'unaddressable-id',
  'is an RSA key of fewer than 2,048 bits': 'weak-key',
  'has an RSA exponent below 65,537': 'weak-key',
  'has an RSA exponent above 2,147,483,647': 'weak-key',
  'has an RSA modulus or exponent that is even': 'weak-key',
  'is a point that anybody can sign for': 'weak-key',
  'has coordinates of the wrong length': 'malformed-event',
  'has an x5c that holds something else than certificates': 'malformed-event',
  'has an x5c whose first certificate is of another key': 'malformed-event',
  'is not a point on its curve': 'point-off-curve',
  'is not one of incident, deletion, hygiene': 'unknown-lane',
} as const

/** One of them. */
export type Problem = keyof typeof problems

/** The first word of a problem's reason; `undefined` for a schema library's own message. */
export function reasonOf(problem: string): string | undefined {
  return Object.hasOwn(problems, problem) ? problems[problem as Problem] : undefined
}

function never(problem: Problem, isWrong: (value: string) => boolean) {
  return v.check<string, Problem>((value) => !isWrong(value), problem)
}

/**
 * What Hydra stores 255 characters of, and anything longer never was; it gets there unchanged. Half
 * a surrogate pair would get there as another character, and a NUL ends a text in some databases.
 */
export const text = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(255),
  v.description('a text of 1 to 255 characters'),
  never('holds half of a surrogate pair', (value) => !value.isWellFormed()),
  never('holds a control character', (value) => /\p{Cc}/u.test(value)),
)

/** An OAuth2 subject. */
export const subject = v.pipe(
  text,
  v.description('the OAuth2 subject, a text of 1 to 255 characters'),
  never('is blank', (value) => value.trim() === ''),
  never('is *, which is not a user', (value) => value === '*'),
)

// Also where a proxy on the way decodes once more than it should.
const dotSegment = /(?:^|[/\\]|%2f|%5c)(?:\.|%2e){1,2}(?:$|[/\\]|%2f|%5c)/i
const slashAtEnd = /(?:\/|%2f)$/i

/**
 * The id of an OAuth 2.0 client, which becomes a segment of a path. Hydra trims slashes at the end
 * of a path, percent-encoded or not, so that `x/` would reach the client `x`.
 */
export const clientId = v.pipe(
  text,
  v.description('the id of an OAuth 2.0 client, a text of 1 to 255 characters'),
  never(
    'ends in a slash or has . or .. as a path segment',
    (value) => slashAtEnd.test(value) || dotSegment.test(value),
  ),
)
