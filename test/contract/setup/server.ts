import { createOry } from '@lapse/core/ory'
import { inject } from 'vitest'

/** The server under contract. */
export const { adminUrl, publicUrl, features } = inject('oryServer')

/** The client under contract. It never tries twice, so that every case sees what was answered first. */
export const ory = createOry({ adminUrl, publicUrl, retry: { maxAttempts: 1 } })
