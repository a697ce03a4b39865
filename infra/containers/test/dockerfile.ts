import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../run/services.ts'

export interface Instruction {
  name: string
  /** `--from=modules` is `{ from: 'modules' }`. */
  flags: Record<string, string>
  text: string
}

export interface Stage {
  base: string
  name: string | undefined
  instructions: Instruction[]
}

const parseInstruction = (line: string): Instruction => {
  const [, name = '', flagText = '', text = ''] = /^([A-Z]+)\s+((?:--\S+\s+)*)(.*)$/s.exec(line) ?? []
  if (name === '') throw new Error(`not an instruction: ${line}`)
  const flags = [...flagText.matchAll(/--([\w-]+)=(\S+)/g)].map(([, flag = '', value = '']) => [flag, value])
  return { name, flags: Object.fromEntries(flags), text: text.trim() }
}

/** The stages of a Dockerfile in order. Lines that are continued are one, comments are none. */
export const parseDockerfile = (source: string): Stage[] => {
  const lines = source
    .split('\n')
    .filter((line) => !/^\s*(#|$)/.test(line))
    .join('\n')
    .replace(/\s*\\\n\s*/g, ' ')
    .split('\n')
  const stages: Stage[] = []
  for (const instruction of lines.map(parseInstruction)) {
    const stage = stages.at(-1)
    if (instruction.name === 'FROM') {
      const [base = '', as, name] = instruction.text.split(/\s+/)
      if (as !== undefined && as !== 'AS') throw new Error(`not a stage: ${instruction.text}`)
      stages.push({ base, name, instructions: [] })
    } else if (stage === undefined) throw new Error(`${instruction.name} comes before FROM`)
    else stage.instructions.push(instruction)
  }
  return stages
}

export const dockerfile = 'infra/containers/Dockerfile'
export const stages = parseDockerfile(readFileSync(join(root, dockerfile), 'utf8'))

/** What the last stage says of one kind. */
export const inImage = (name: string): Instruction[] =>
  stages.at(-1)?.instructions.filter((each) => each.name === name) ?? []

/** The variables that the image of a service sets by itself. */
export const imageEnvironment = (service: string): Record<string, string> =>
  Object.fromEntries(
    inImage('ENV').flatMap(({ text }) =>
      text.split(/\s+/).map((pair) => {
        const [key = '', value = ''] = pair.split('=')
        // biome-ignore lint/suspicious/noTemplateCurlyInString: what a Dockerfile says.
        return [key, value.replaceAll('${SERVICE}', service)]
      }),
    ),
  )
