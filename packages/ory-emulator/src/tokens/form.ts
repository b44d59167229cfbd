import type { Request } from '../http.ts'

/**
 * The body's parameters as Go's `PostForm` has them: only of a form, urlencoded or multipart;
 * a JSON body, or none, is an empty form.
 */
export function postForm(request: Request): URLSearchParams {
  const contentType = request.headers['content-type'] ?? ''
  if (contentType.startsWith('application/x-www-form-urlencoded')) {
    return new URLSearchParams(request.body.toString())
  }
  if (contentType.startsWith('multipart/form-data'))
    return multipartForm(request.body.toString(), contentType)
  return new URLSearchParams()
}

/** Body and query together, the body's values first: Go's `Form`. */
export function anyForm(request: Request): URLSearchParams {
  const form = postForm(request)
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
function multipartForm(body: string, contentType: string): URLSearchParams {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1] ?? ''
  const form = new URLSearchParams()
  if (boundary === '') return form
  for (const part of body.split(`--${boundary}`)) {
    const [, head = '', value = ''] = /^\r?\n([\s\S]*?)\r?\n\r?\n([\s\S]*?)\r?\n$/.exec(part) ?? []
    const name = /name="([^"]*)"/i.exec(head)?.[1]
    if (name !== undefined && !/filename=/i.test(head)) form.append(name, value)
  }
  return form
}
