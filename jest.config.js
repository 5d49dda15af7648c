/**
 * Tests are compiled with what they test and run in bare Node, two files at a time in two processes, which load the service
 * once: in Jest's own sandbox every file compiles it anew, which doubles the time of the whole suite.
 */
export default {
  rootDir: '.',
  testMatch: ['<rootDir>/dist/test/**/*.spec.js', '<rootDir>/{sandbox,embedded-postgres}/dist/test/**/*.spec.js'],
  // Needs a cluster: see `npm run test:citus`.
  testPathIgnorePatterns: process.env.SCRIP_CITUS_URL === undefined ? ['<rootDir>/dist/test/citus/'] : [],
  runner: '<rootDir>/test/support/runner/runner.mjs',
  transform: {},
  globalSetup: '<rootDir>/dist/test/support/runner/global-setup.js',
  globalTeardown: '<rootDir>/dist/test/support/runner/global-teardown.js',
  setupFilesAfterEnv: [
    '<rootDir>/dist/test/support/runner/time-limits.js',
    '<rootDir>/dist/test/support/runner/told-answers.js',
  ],
  maxWorkers: 2,
};
