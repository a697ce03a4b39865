import { join } from 'node:path'
import { Writable } from 'node:stream'
import { loadConfiguration, runCucumber } from '@cucumber/cucumber/api'
import { root } from '../run/services.ts'

type Envelope = Parameters<NonNullable<Parameters<typeof runCucumber>[2]>>[0]
export type Feature = NonNullable<NonNullable<Envelope['gherkinDocument']>['feature']>

const silent = () => new Writable({ write: (_chunk, _encoding, done) => done() })

/** Runs the features, or with `dryRun` only looks whether each of their steps is known. Resolves to all that cucumber says. */
export const runFeatures = async ({ dryRun }: { dryRun: boolean }): Promise<Envelope[]> => {
  const messages: Envelope[] = []
  const environment = { cwd: root, stdout: silent(), stderr: silent(), env: {} }
  const { runConfiguration } = await loadConfiguration(
    {
      file: false,
      provided: {
        paths: [join('features', '*.feature')],
        import: [join('infra', 'features', 'steps', '*.ts')],
        ...{ dryRun, strict: true, format: [], publish: false },
      },
    },
    environment,
  )
  await runCucumber(runConfiguration, environment, (message) => messages.push(message))
  return messages
}

/** The features, by the file that each is in. */
export const featuresIn = (messages: readonly Envelope[]): { uri: string; feature: Feature }[] =>
  messages
    .flatMap(({ gherkinDocument }) =>
      gherkinDocument?.feature
        ? [{ uri: String(gherkinDocument.uri), feature: gherkinDocument.feature }]
        : [],
    )
    .toSorted((one, other) => one.uri.localeCompare(other.uri))

export interface ScenarioResult {
  /** File and name. */
  scenario: string
  passed: boolean
  /** The first step that did not pass, and why. */
  why: string
}

/** What became of each scenario. One with a step that is not known has not passed. */
export const resultsIn = (messages: readonly Envelope[]): ScenarioResult[] => {
  const pickles = new Map(messages.flatMap(({ pickle }) => (pickle ? [[pickle.id, pickle]] : [])))
  const cases = new Map(messages.flatMap(({ testCase }) => (testCase ? [[testCase.id, testCase]] : [])))
  const finished = messages.flatMap(({ testStepFinished }) => testStepFinished ?? [])
  return messages.flatMap(({ testCaseStarted }): ScenarioResult[] => {
    const testCase = cases.get(testCaseStarted?.testCaseId ?? '')
    const pickle = pickles.get(testCase?.pickleId ?? '')
    if (testCaseStarted === undefined || testCase === undefined || pickle === undefined) return []
    const failed = finished.find(
      ({ testCaseStartedId, testStepResult }) =>
        testCaseStartedId === testCaseStarted.id && !['PASSED', 'SKIPPED'].includes(testStepResult.status),
    )
    const scenario = `${pickle.uri}: ${pickle.name}`
    if (failed === undefined) return [{ scenario, passed: true, why: '' }]
    const { pickleStepId } = testCase.testSteps.find(({ id }) => id === failed.testStepId) ?? {}
    const step = pickle.steps.find(({ id }) => id === pickleStepId)?.text ?? 'a hook'
    const { status, message = '' } = failed.testStepResult
    return [{ scenario, passed: false, why: `${step}: ${status} ${message}` }]
  })
}

/** Steps for which there is no code, or more than one piece of it. */
export const unknownSteps = (messages: readonly Envelope[]): string[] => {
  const texts = new Map(
    messages.flatMap(({ pickle }) => (pickle?.steps ?? []).map(({ id, text }) => [id, text] as const)),
  )
  return messages
    .flatMap(({ testCase }) => testCase?.testSteps ?? [])
    .filter(
      ({ pickleStepId, stepDefinitionIds }) => pickleStepId !== undefined && stepDefinitionIds?.length !== 1,
    )
    .map(({ pickleStepId }) => texts.get(pickleStepId ?? '') ?? '')
}
