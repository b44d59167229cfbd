import type { Attributes } from '../ports/index.ts'
import { unverified } from './seal.ts'
import { waitingNames } from './waiting-attributes.ts'

/** How often a message was sent back from a DLQ with `lapse dead-letters redrive`. */
export const redrivenName = 'lapse-redriven'

/** SQS takes no more of them. */
export const mostAttributes = 10

/** What the attribute says; 0 where it says nothing that can be read. */
export function redrivenBy(attributes: Attributes): number {
  const text = attributes[redrivenName] ?? ''
  return /^[1-9]\d{0,5}$/.test(text) ? Number(text) : 0
}

/**
 * How often a message was redriven by now, by its own word: a copy has no attribute for it, and says
 * it under its seal, here without the key that could verify it. For a person to read.
 */
export function timesRedriven(attributes: Attributes, sealed = ''): number {
  const { redriven } = Object(unverified(sealed)) as { readonly redriven?: unknown }
  const before = Number.isSafeInteger(redriven) ? Number(redriven) : 0
  return Math.max(redrivenBy(attributes), before)
}

/**
 * The attributes that SQS takes, in their order. Where there are too many, the publisher's go first,
 * then those that stand under the seal as well and that nothing is read from once a message is back
 * from a DLQ: how it waited. What the seal is compared with goes last.
 */
export function withinLimit<Value>(
  attributes: readonly (readonly [string, Value])[],
): readonly (readonly [string, Value])[] {
  const isOurs = (name: string) => name.startsWith('lapse-')
  const dispensable = [
    ...attributes.filter(([name]) => !isOurs(name)),
    ...attributes.filter(([name]) => waitingNames.includes(name)),
    ...attributes.filter(([name]) => isOurs(name) && !waitingNames.includes(name)),
  ]
  const dropped = new Set(dispensable.slice(0, Math.max(0, attributes.length - mostAttributes)))
  return attributes.filter((attribute) => !dropped.has(attribute))
}
