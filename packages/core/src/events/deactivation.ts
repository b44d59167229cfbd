/** The one update of an identity that lapse acts on, as Ory Network's stream tells of it. */
export const identityUpdated = 'ory.IdentityUpdated'

/** Whether Ory's stream says that an identity is not active any more: `IdentityActive` is false. */
export function isDeactivation({
  type,
  data,
}: {
  readonly type?: unknown
  readonly data?: unknown
}): boolean {
  const isObject = typeof data === 'object' && data !== null
  return type === identityUpdated && isObject && saysFalse(Reflect.get(data, 'IdentityActive'))
}

/** Attributes of Ory's events are texts in some of its streams. */
function saysFalse(value: unknown): boolean {
  return value === false || value === 'false'
}
