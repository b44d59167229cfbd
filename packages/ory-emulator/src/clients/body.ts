import { badRequest, oryError } from '../errors.ts'
import { decodeStruct, type Fields, type Struct, type StructNames } from '../go/fields.ts'
import { GoError } from '../go/go-error.ts'
import { decodeFirst } from '../go/json.ts'

/** @throws AnswerError 400 with what Go's decoder has to say. */
export function decodeBody<F extends Fields>(
  fields: F,
  names: StructNames,
  body: Buffer,
): Struct<F> {
  try {
    return decodeStruct(fields, names, decodeFirst(body))
  } catch (error) {
    if (!(error instanceof GoError)) throw error
    throw oryError(badRequest, `Unable to decode the request body: ${error.message}`)
  }
}
