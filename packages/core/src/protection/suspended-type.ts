/**
 * What stands in both lists of a suspended client. No grant and no response has this type. An empty
 * list would mean `authorization_code` and `code`, so something has to stand there.
 */
export const suspendedType = 'lapse:suspended'
