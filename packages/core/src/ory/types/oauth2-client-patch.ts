import type { OAuth2ClientBody } from './oauth2-client.ts'

/** A field of a client that may be patched: any but its id, which Ory would write over another client. */
export type OAuth2ClientPatchField = Exclude<keyof OAuth2ClientBody, 'client_id'>

type SetField = {
  [Field in OAuth2ClientPatchField]: {
    readonly op: 'add' | 'replace'
    readonly path: `/${Field}`
    readonly value: OAuth2ClientBody[Field] | null
  }
}[OAuth2ClientPatchField]

interface SetInsideField {
  readonly op: 'add' | 'replace'
  readonly path: `/${OAuth2ClientPatchField}/${string}`
  readonly value: unknown
}

interface Remove {
  readonly op: 'remove'
  readonly path: `/${OAuth2ClientPatchField}` | `/${OAuth2ClientPatchField}/${string}`
}

/**
 * One operation of a JSON Patch, RFC 6902, of those Ory accepts: `add`, `remove` and `replace`
 * (its `move`, `copy` and `test` are answered 500). A `replace` of a missing member adds it.
 */
export type OAuth2ClientPatch = SetField | SetInsideField | Remove
