import { EventError } from '../errors.ts'

/**
 * A text that makes a subject of an event's content, as `hr|{employee.id}`: what stands in braces is
 * the path to a member, and the rest stands for itself.
 */
export type SubjectTemplate = string

/** A member that a template names, and what it was. */
export interface TemplateMember {
  readonly path: string
  readonly value: string
}

const inBraces = /\{([^{}]*)\}/g

/** The paths in a template; `undefined` where it names none, or has a brace too many. */
export function pathsIn(template: SubjectTemplate): readonly string[] | undefined {
  const paths = [...template.matchAll(inBraces)].map(([, path = '']) => path)
  const isWhole = !/[{}]/.test(template.replace(inBraces, ''))
  const areFilled = paths.every((path) => path.split('.').every((name) => name.trim() !== ''))
  return paths.length > 0 && isWhole && areFilled ? paths : undefined
}

/** The members that a template names, as the content has them. @throws EventError where one is missing */
export function membersOf(
  template: SubjectTemplate,
  memberAt: (path: string) => unknown,
): readonly TemplateMember[] {
  return (pathsIn(template) ?? []).map((path) => {
    const value = memberAt(path)
    // Databases number their users.
    const isText = (typeof value === 'string' && value !== '') || Number.isSafeInteger(value)
    if (isText) return { path, value: String(value) }
    throw new EventError(
      `subjects-unknown: data.${path} is not there as a text or a whole number, and SUBJECT_TEMPLATES makes the subject of it`,
    )
  })
}

/** The subject, of members in the order in which a template names them. */
export function fill(template: SubjectTemplate, members: readonly TemplateMember[]): string {
  const values = members.map(({ value }) => value)
  return template.replace(inBraces, () => values.shift() ?? '')
}
