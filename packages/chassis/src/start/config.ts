import { readFileSync } from 'node:fs'
import { defaultUrl, type ServiceName } from '@logbook/contracts/services.ts'
import { z } from 'zod'
import { type Digests, digestsOf, readServiceFiles } from '../access/service-tokens.ts'
import { wording } from '../http/wording.ts'

/** Thrown at start for settings that make no sense; its message names each variable and what it should be. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

const isSecret = (variable: string): boolean => /_(TOKEN|SECRET|PASSWORD|KEY)$/.test(variable)

/**
 * Reads settings from the environment. Keys of the shape are variable names; an empty variable counts as absent. Wrong
 * values are all named at once, and the process is expected to end.
 */
export const parseConfig = <Shape extends z.ZodRawShape>(
  shape: Shape,
  env: NodeJS.ProcessEnv,
): z.infer<z.ZodObject<Shape>> => {
  const present = Object.fromEntries(Object.keys(shape).flatMap((key) => (env[key] ? [[key, env[key]]] : [])))
  const parsed = z.object(shape).safeParse(present, { error: wording })
  if (parsed.success) return parsed.data
  const lines = parsed.error.issues.map(({ path, message }) => {
    const variable = String(path[0])
    const got = isSecret(variable) ? 'a value that is kept secret' : JSON.stringify(env[variable] ?? '')
    return `  ${path.join('.')}: ${message} (got ${got})`
  })
  throw new ConfigError(`Wrong settings:\n${lines.join('\n')}`)
}

/** What RFC 6750 lets a bearer token be, and long enough not to be guessed. */
const bearerToken = z
  .string()
  .regex(/^[\w.~+/-]{16,500}=*$/, 'must be 16 to 500 letters, digits or - . _ ~ + /')

const fileText = z.string().transform((path, context) => {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    context.addIssue({ code: 'custom', message: 'must be a file that can be read' })
    return z.NEVER
  }
})

const digest = z.string().regex(/^[0-9a-f]{64}$/)

const folderOf = (content: z.ZodType<string>, kind: string) =>
  z.string().transform((path, context) => {
    try {
      const files = readServiceFiles(path)
      const wrong = Object.entries(files).find(([, text]) => !content.safeParse(text).success)
      if (wrong)
        context.issues.push({ code: 'custom', message: `has no ${kind} in ${wrong[0]}`, input: path })
      return files
    } catch {
      context.addIssue({ code: 'custom', message: 'must be a folder of files that can be read' })
      return z.NEVER
    }
  })

/** A secret in a file, as it is mounted in containers. An empty file is none. */
export const secretFileSetting = fileText.transform((text) => text || undefined).optional()

/** The token that a service shows to others: itself, or the file that holds it, as secrets are mounted in containers. */
export const serviceTokenSettings = {
  SERVICE_TOKEN: bearerToken.optional().describe('What it shows to other services.'),
  SERVICE_TOKEN_FILE: fileText.pipe(bearerToken).optional().describe('The file with `SERVICE_TOKEN`.'),
}

/** Undefined where it has none. The token itself goes before the file. */
export const serviceTokenOf = (read: {
  SERVICE_TOKEN?: string | undefined
  SERVICE_TOKEN_FILE?: string | undefined
}): string | undefined => read.SERVICE_TOKEN ?? read.SERVICE_TOKEN_FILE

/** The operator's token, for tools that show it; given likewise. */
export const operatorTokenSettings = {
  OPERATOR_TOKEN: bearerToken
    .optional()
    .describe('What tools show to services, where not `tokens/operator`.'),
  OPERATOR_TOKEN_FILE: fileText.pipe(bearerToken).optional().describe('The file with `OPERATOR_TOKEN`.'),
}

/** Undefined where none is given. */
export const operatorTokenOf = (read: {
  OPERATOR_TOKEN?: string | undefined
  OPERATOR_TOKEN_FILE?: string | undefined
}): string | undefined => read.OPERATOR_TOKEN ?? read.OPERATOR_TOKEN_FILE

/** The token of the program that scrapes metrics, for the gateway, which takes it and shows it to the services; given likewise. It opens metrics and the details of health, and nothing else. */
export const scraperTokenSettings = {
  METRICS_TOKEN: bearerToken
    .optional()
    .describe('What a scraper of metrics shows. It opens metrics and the details of health alone.'),
  METRICS_TOKEN_FILE: fileText.pipe(bearerToken).optional().describe('The file with `METRICS_TOKEN`.'),
}

/** Undefined where none is let in. */
export const scraperTokenOf = (read: {
  METRICS_TOKEN?: string | undefined
  METRICS_TOKEN_FILE?: string | undefined
}): string | undefined => read.METRICS_TOKEN ?? read.METRICS_TOKEN_FILE

/**
 * The callers that a service lets in by a token, in a folder of files named by caller: the digests of their tokens (`digestOf`), as one that only
 * verifies needs them; or the tokens themselves, where no digests were made.
 */
export const knownCallersSettings = {
  SERVICE_DIGESTS_DIR: folderOf(digest, 'digest')
    .optional()
    .describe('A folder with a file for each caller: the digest of its token (SHA-256 of SHA-256).'),
  SERVICE_TOKENS_DIR: folderOf(bearerToken, 'token')
    .optional()
    .describe('The same with the tokens themselves, where there are no digests.'),
}

/** Undefined where no caller is known. Digests go before tokens. */
export const knownCallersOf = (read: {
  SERVICE_DIGESTS_DIR?: Digests | undefined
  SERVICE_TOKENS_DIR?: Readonly<Record<string, string>> | undefined
}): Digests | undefined =>
  read.SERVICE_DIGESTS_DIR ?? (read.SERVICE_TOKENS_DIR && digestsOf(read.SERVICE_TOKENS_DIR))

/** Scheme, host and port alone, as browsers write an origin: the blog can't be served below a path of a host. */
export const originSetting = z.url({ protocol: /^https?$/ }).transform((text, context) => {
  const { origin, href } = new URL(text)
  if (href === `${origin}/`) return origin
  context.issues.push({
    code: 'custom',
    message: 'must be an address without a path, such as https://blog.example',
    input: text,
  })
  return z.NEVER
})

/** The kinds of setting that occur in more than one service. Each has a description, which a caller may replace. */
export const setting = {
  /** 0 lets the system choose. */
  port: (fallback: number) =>
    z.coerce
      .number()
      .int()
      .min(0)
      .max(65_535)
      .default(fallback)
      .describe('The port it listens on. 0 lets the system choose.'),
  host: () => z.string().min(1).default('127.0.0.1').describe('The address it listens on.'),
  url: (fallback: string) =>
    z
      .url({ protocol: /^https?$/ })
      .transform((url) => url.replace(/\/$/, ''))
      .default(fallback),
  /** Where it finds another service. */
  urlOf: (service: ServiceName) => setting.url(defaultUrl(service)).describe(`Where it finds ${service}.`),
  /** Where browsers find the blog. */
  publicUrl: () =>
    originSetting
      .default(defaultUrl('gateway').replace('127.0.0.1', 'localhost'))
      .describe(
        'Where browsers find the blog, without a path: links, feeds and mails say it, and no other name is answered.',
      ),
  rateLimits: () =>
    z
      .enum(['on', 'off'])
      .default('on')
      .describe('`off` where something in front limits how often forms are sent.'),
  /** A folder or file; relative ones count from where the process was started. */
  path: (fallback: string) => z.string().min(1).default(fallback),
  /** The file that a service keeps. */
  database: (fallback: string) => setting.path(fallback).describe('The file it keeps (SQLite).'),
  count: (fallback: number) => z.coerce.number().int().min(0).default(fallback),
  logLevel: () =>
    z
      .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
      .default('info')
      .describe(
        'The least important log lines to write: `trace`, `debug`, `info`, `warn`, `error`, `silent`.',
      ),
  /** Comma-separated origins, such as `http://localhost:3001`. */
  origins: (fallback: string) =>
    z
      .string()
      .default(fallback)
      .transform((list) =>
        list
          .split(',')
          .map((origin) => origin.trim())
          .filter(Boolean),
      )
      .pipe(z.array(z.url()))
      .describe('Origins whose pages may call it directly, with commas between.'),
}
