/**
 * What stands in both lists of a suspended client. No grant and no response has this type. An empty
 * list would mean `authorization_code` and `code`, so something has to stand there.
 */
export const suspendedType = 'lapse:suspended'

/** Whether a list of a client holds it, alone or not. */
export function holdsSuspendedType(
  list: readonly string[] | null | undefined,
): list is readonly string[] {
  return list?.includes(suspendedType) === true
}
