import type { Statement } from './stack.ts'

/** What somebody asks to do to a resource that has tags. */
export interface Request {
  readonly action: string
  readonly resource: string
  readonly tags: Readonly<Record<string, string>>
}

/**
 * Whether statements allow a request, as IAM reads them.
 * @throws Error for anything that is not understood here
 */
export function allows(statements: readonly Statement[], request: Request): boolean {
  return statements.some((statement) => {
    if (statement.effect !== 'Allow') throw new Error(`${statement.effect} is not known here`)
    return (
      statement.actions.some((action) => fits(action, request.action)) &&
      statement.resources.some((resource) => fits(resource, request.resource)) &&
      Object.entries(statement.condition).every(([operator, variables]) =>
        holds(operator, variables as Readonly<Record<string, unknown>>, request),
      )
    )
  })
}

function holds(
  operator: string,
  variables: Readonly<Record<string, unknown>>,
  { tags }: Request,
): boolean {
  if (operator !== 'StringEquals') throw new Error(`${operator} is not known here`)
  return Object.entries(variables).every(([variable, value]) => {
    const [, tag] = /^secretsmanager:ResourceTag\/(.+)$/.exec(variable) ?? []
    if (tag === undefined) throw new Error(`${variable} is not known here`)
    return [value].flat().includes(tags[tag])
  })
}

/** `*` is anything and `?` a character, as in every policy. */
function fits(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`, 's').test(text)
}
