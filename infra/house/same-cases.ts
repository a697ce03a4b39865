import fc from 'fast-check'

// Property tests draw new cases at each run, so that somebody meets the rare one. In continuous integration they draw the
// same ones each time: there, what fails must be the change's own doing. A counterexample found elsewhere becomes a test.
if (process.env.CI) fc.configureGlobal({ seed: 20_260_601 })
