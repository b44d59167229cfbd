import type { TestProject } from 'vitest/node'

const read = (name: 'KRATOS_ADMIN_URL' | 'KRATOS_PUBLIC_URL'): string => {
  const url = process.env[name]
  if (url) return url

  throw new Error(`${name} is missing: identities need both sides of a live Kratos`)
}

/** Finds the live Kratos that the environment names. */
export default (project: TestProject) => {
  project.provide('kratos', {
    adminUrl: read('KRATOS_ADMIN_URL'),
    publicUrl: read('KRATOS_PUBLIC_URL'),
  })
}
