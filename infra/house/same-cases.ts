import { cases, isLong } from '@logbook/chassis/testing/cases.ts'
import fc from 'fast-check'

const usual = 50

// Property tests draw the same cases at each run, so that what fails is the change's own doing. New and more cases are drawn
// by `npm run test:long`, which continuous integration runs each night. A counterexample found there becomes a test.
fc.configureGlobal(isLong ? cases(usual) : { seed: 20_260_601 })
