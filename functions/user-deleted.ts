import { parseUserDeleted } from '@lapse/core/events'
import { userDeleted } from '@lapse/core/workflows'
import { subjectFields, userDeletedSettings, worksOff } from './services.ts'

/** Queue `user-deleted`: one message, one user whose grants lapse. */
export const handler = worksOff('user-deleted', {
  parse: (body) => parseUserDeleted(body, subjectFields()),
  workflow: () => userDeleted(userDeletedSettings()),
})
