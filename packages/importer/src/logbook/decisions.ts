import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type MediaSettings, mediaSettings } from '@logbook/contracts/events/media-settings.ts'
import { type Rule, ruleSet } from '@logbook/contracts/events/moderation.ts'
import { z } from 'zod'
import type { Decision } from '../entry.ts'
import { parseYaml, yamlOf } from './front-matter.ts'
import { faultOf, readText } from './read-text.ts'

/** What people decided for the whole blog beside its settings, where it was ever changed. */
export interface Decided {
  rules?: readonly Rule[] | undefined
  media?: MediaSettings | undefined
}

/** The entity tag of what was never changed. */
export const neverChanged = '"0"'

const paths = { rules: '_data/moderation_rules.yml', media: '_data/media_settings.yml' } as const
const schemas = {
  rules: z.strictObject({ rules: ruleSet }),
  media: z.strictObject(mediaSettings.shape),
} as const
const kinds = ['rules', 'media'] as const

export const decisionPaths: ReadonlySet<string> = new Set(Object.values(paths))

export const decisionFiles = ({ rules, media }: Decided): { path: string; text: string }[] => [
  ...(rules ? [{ path: paths.rules, text: yamlOf({ rules }) }] : []),
  ...(media ? [{ path: paths.media, text: yamlOf(media) }] : []),
]

/** What such files of a folder say. An export of before has none. */
export const readDecisions = async (folder: string): Promise<Decision[]> => {
  const found: Decision[] = []
  for (const of of kinds) {
    const where = paths[of]
    const isThere = await stat(join(folder, where)).then(
      (entry) => entry.isFile(),
      () => false,
    )
    if (!isThere) continue
    try {
      found.push({ of, where, value: schemas[of].parse(parseYaml(await readText(folder, where))) })
    } catch (error) {
      found.push({ of, where, fault: faultOf(error) })
    }
  }
  return found
}
