import type { Request } from '../http.ts'

/**
 * The body's parameters as Go's `PostForm` has them: only of a form, urlencoded or multipart;
 * a JSON body, or none, is an empty form.
 */
export async function postForm(request: Request): Promise<URLSearchParams> {
  const contentType = request.headers['content-type'] ?? ''
  if (contentType.startsWith('application/x-www-form-urlencoded')) {
    return new URLSearchParams(request.body.toString())
  }
  if (contentType.startsWith('multipart/form-data')) return multipartForm(request, contentType)
  return new URLSearchParams()
}

/** Body and query together, the body's values first: Go's `Form`. */
export async function anyForm(request: Request): Promise<URLSearchParams> {
  const form = await postForm(request)
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

async function multipartForm(request: Request, contentType: string): Promise<URLSearchParams> {
  const response = new Response(new Uint8Array(request.body), {
    headers: { 'content-type': contentType },
  })
  const form = new URLSearchParams()
  for (const [name, value] of await response.formData()) {
    if (typeof value === 'string') form.append(name, value)
  }
  return form
}
