import * as v from 'valibot'
import { EventError } from '../errors.ts'
import { check } from './check.ts'
import {
  fill,
  membersOf,
  membersOfEach,
  pathsIn,
  type SubjectTemplate,
  type TemplateMember,
} from './subject-template.ts'
import { subject } from './text.ts'

/** By what the identity provider finds identities, as its API calls it. */
export const lookupNames = ['external_id', 'credentials_identifier'] as const

export type LookupName = (typeof lookupNames)[number]

/** Asks the identity provider: identities whose external id, or credentials, are what a template makes. */
export type SubjectLookup =
  | { readonly external_id: SubjectTemplate }
  | { readonly credentials_identifier: SubjectTemplate }

/** One way from an event's content to subjects. */
export type SubjectRule = SubjectTemplate | SubjectLookup

/**
 * What makes the subjects of an event: one way, or several, which all count. A template by itself
 * makes one subject; in a list, and in a lookup, the only member that it names may be a list.
 */
export type SubjectMapping = SubjectRule | readonly SubjectRule[]

/** An event may be about so many users. */
export const mostSubjects = 100

/** Something to ask the identity provider for. */
export interface IdentityLookup {
  readonly by: LookupName
  readonly value: string
}

/** What a mapping makes of an event's content. */
export interface Mapped {
  /** Without repetition, as are lookups. */
  readonly subjects: readonly string[]
  readonly lookups: readonly IdentityLookup[]
  readonly members: readonly TemplateMember[]
}

/** Whether a value is a mapping, whoever wrote it. */
export function isSubjectMapping(value: unknown): value is SubjectMapping {
  return Array.isArray(value) ? value.length > 0 && value.every(isRule) : isRule(value)
}

function isRule(value: unknown): value is SubjectRule {
  if (typeof value === 'string') return pathsIn(value) !== undefined
  const [entry, ...others] = Object.entries(Object(value) as object)
  if (entry === undefined || others.length > 0) return false
  const [name, template] = entry
  const isKnown = lookupNames.some((known) => known === name)
  return isKnown && typeof template === 'string' && pathsIn(template) !== undefined
}

/**
 * What a mapping makes of an event's content.
 * @throws EventError with a reason that names the member at fault and never its value
 */
export function mapSubjects(mapping: SubjectMapping, memberAt: (path: string) => unknown): Mapped {
  if (typeof mapping === 'string') {
    const members = membersOf(mapping, memberAt)
    return { subjects: [subjectMadeOf(mapping, members)], lookups: [], members }
  }
  const rules = (Array.isArray(mapping) ? mapping : [mapping]) as readonly SubjectRule[]
  const made = rules.map((rule) => applyRule(rule, memberAt))
  const subjects = [...new Set(made.flatMap((one) => one.subjects))]
  const lookups = withoutRepetition(made.flatMap((one) => one.lookups))
  const members = made.flatMap((one) => one.members)
  if (subjects.length + lookups.length > mostSubjects)
    throw new EventError(
      `too-many-subjects: an event may be about ${mostSubjects} users; send several events`,
    )
  return { subjects, lookups, members: withoutRepetition(members) }
}

function applyRule(rule: SubjectRule, memberAt: (path: string) => unknown): Mapped {
  if (typeof rule === 'string') {
    const each = membersOfEach(rule, memberAt)
    const subjects = each.map((members) => subjectMadeOf(rule, members))
    return { subjects, lookups: [], members: each.flat() }
  }
  const [by, template] = Object.entries(rule)[0] as [LookupName, SubjectTemplate]
  const each = membersOfEach(template, memberAt)
  const lookups = each.map((members) => {
    const value = check(sought, fill(template, members), `the ${by} that SUBJECT_TEMPLATES makes`)
    return { by, value }
  })
  return { subjects: [], lookups, members: each.flat() }
}

function subjectMadeOf(template: SubjectTemplate, members: readonly TemplateMember[]): string {
  return check(subject, fill(template, members), 'the subject that SUBJECT_TEMPLATES makes')
}

/** Nothing that could stand for everybody: an empty filter is none at all. */
const sought = v.pipe(subject, v.description('a text of 1 to 255 characters'))

function withoutRepetition<Item extends object>(items: readonly Item[]): readonly Item[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()]
}
