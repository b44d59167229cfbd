const spellings: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
])

/**
 * A boolean as clients of SCIM send one, and servers pass it on: itself, a text in any letter case,
 * a number, or any of these as the only item of a list, with or without `value` around it.
 * @returns `undefined` for what is none of them
 */
export function scimBoolean(value: unknown): boolean | undefined {
  const [item, ...others] = Array.isArray(value) ? value : [value]
  if (others.length > 0) return undefined

  const isComplex = typeof item === 'object' && item !== null && Object.hasOwn(item, 'value')
  const simple: unknown = isComplex ? item.value : item
  const isText = ['boolean', 'number', 'string'].includes(typeof simple)
  return isText ? spellings.get(String(simple).trim().toLowerCase()) : undefined
}
