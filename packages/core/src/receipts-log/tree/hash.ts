import { hash } from 'node:crypto'

/** A SHA-256 of 32 bytes. */
export type Hash = Uint8Array

export const hashBytes = 32

/** The root of a tree without leaves (RFC 9162 section 2.1.1). */
export const emptyRoot: Hash = sha256(Buffer.alloc(0))

// Told apart, so that nobody can pass an inner node off as a leaf.
const leafPrefix = Buffer.of(0)
const nodePrefix = Buffer.of(1)

export function leafHash(entry: Uint8Array): Hash {
  return sha256(Buffer.concat([leafPrefix, entry]))
}

export function nodeHash(left: Hash, right: Hash): Hash {
  return sha256(Buffer.concat([nodePrefix, left, right]))
}

export function sameHash(one: Hash, other: Hash): boolean {
  return Buffer.compare(one, other) === 0
}

function sha256(bytes: Uint8Array): Hash {
  return hash('sha256', bytes, 'buffer')
}
