import { createOry } from '@lapse/core/ory'
import type { TestProject } from 'vitest/node'
import { probeFeatures } from './features.ts'

const read = (name: 'ORY_ADMIN_URL' | 'ORY_PUBLIC_URL'): string => {
  const url = process.env[name]
  if (url) return url

  throw new Error(`${name} is missing: the contract suite needs both sides of a live server`)
}

/** Finds the live server that the environment names. */
export default async (project: TestProject) => {
  const adminUrl = read('ORY_ADMIN_URL')
  const publicUrl = read('ORY_PUBLIC_URL')
  await using ory = createOry({ adminUrl, publicUrl })
  project.provide('oryServer', { adminUrl, publicUrl, features: await probeFeatures(ory) })
}
