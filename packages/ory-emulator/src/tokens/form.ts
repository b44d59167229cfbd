import { invalidRequest } from '../errors.ts'
import { parseMediaType } from '../go/media-type.ts'
import { parsePairs } from '../go/query.ts'
import type { Request } from '../http.ts'
import { OAuth2Error } from './oauth2-error.ts'

/**
 * The body's parameters as Go's `PostForm` has them: only of a form, urlencoded or multipart;
 * a JSON body, or none, is an empty form. Throws {@link OAuth2Error} for a broken multipart body.
 */
export function postForm(request: Request): URLSearchParams {
  const form = readForm(request)
  if (form !== undefined) return form
  throw new OAuth2Error(
    invalidRequest,
    'Unable to parse HTTP body, make sure to send a properly formatted form request body.',
  )
}

function readForm(request: Request): URLSearchParams | undefined {
  const { type, parameters, isWhole } = parseMediaType(request.headers['content-type'] ?? '')
  if (type === 'application/x-www-form-urlencoded') return parsePairs(request.body.toString())
  if (type !== 'multipart/form-data' || !isWhole) return new URLSearchParams()
  return multipartForm(request.body.toString(), parameters['boundary'])
}

/** Body and query together, the body's values first: Go's `Form`. A broken body has none. */
export function anyForm(request: Request): URLSearchParams {
  const form = readForm(request) ?? new URLSearchParams()
  for (const [name, value] of request.query) form.append(name, value)
  return form
}

/** A space-separated parameter as the list of its words. */
export function words(form: URLSearchParams, name: string): string[] {
  return (form.get(name) ?? '').split(' ').filter((word) => word.trim() !== '')
}

/** The requested audience: `audience` repeated, or once with spaces. */
export function audienceOf(form: URLSearchParams): string[] {
  const values = form.getAll('audience')
  const audience = values.length > 1 ? values : words(form, 'audience')
  return [...new Set(audience.filter((value) => value.trim() !== ''))]
}

/** Fields of a multipart body, files left out; lines may end in LF alone, as Go allows. */
function multipartForm(body: string, boundary: string | undefined): URLSearchParams | undefined {
  if (boundary === undefined || !body.includes(`--${boundary}--`)) return undefined
  const form = new URLSearchParams()
  for (const part of body.split(`--${boundary}`)) {
    const [, head = '', value = ''] = /^\r?\n([\s\S]*?)\r?\n\r?\n([\s\S]*?)\r?\n$/.exec(part) ?? []
    const name = /name="([^"]*)"/i.exec(head)?.[1]
    if (name !== undefined && !/filename=/i.test(head)) form.append(name, value)
  }
  return form
}
