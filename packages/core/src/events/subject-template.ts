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
    const value = textOf(memberAt(path))
    if (value !== undefined) return { path, value }
    throw new EventError(
      `subjects-unknown: data.${path} is not there as a text or a whole number, and SUBJECT_TEMPLATES makes the subject of it`,
    )
  })
}

/**
 * The same for a template that may make several texts: where it names one member, and that is a list,
 * once for each of the list.
 * @throws EventError where a member is missing
 */
export function membersOfEach(
  template: SubjectTemplate,
  memberAt: (path: string) => unknown,
): readonly (readonly TemplateMember[])[] {
  const [path = '', ...others] = pathsIn(template) ?? []
  const listed = others.length === 0 ? memberAt(path) : undefined
  if (!Array.isArray(listed)) return [membersOf(template, memberAt)]
  const values = listed.map(textOf)
  const areTexts = values.length > 0 && values.every((value) => value !== undefined)
  if (areTexts) return values.map((value) => [{ path, value }])
  throw new EventError(
    `subjects-unknown: data.${path} is a list, and not of texts or whole numbers, and SUBJECT_TEMPLATES makes subjects of them`,
  )
}

/** The text that a template makes of members in the order in which it names them. */
export function fill(template: SubjectTemplate, members: readonly TemplateMember[]): string {
  const values = members.map(({ value }) => value)
  return template.replace(inBraces, () => values.shift() ?? '')
}

/** Databases number their users. */
function textOf(value: unknown): string | undefined {
  const isText = (typeof value === 'string' && value !== '') || Number.isSafeInteger(value)
  return isText ? String(value) : undefined
}
