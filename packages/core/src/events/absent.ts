type Members = Readonly<Record<string, unknown>>

/** Members of an object but those that are null: in CloudEvents' JSON such a one is absent. */
export function withoutNulls(members: Members): Members {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null))
}

/** The same for a value and everything in it. What stands in a list stays, as its place says something. */
export function withoutNullsInside(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(withoutNullsInside)
  const members = Object.entries(withoutNulls(value as Members))
  return Object.fromEntries(members.map(([name, member]) => [name, withoutNullsInside(member)]))
}
