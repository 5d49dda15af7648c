export { cannotWrite, EmbeddedPostgresError } from './errors.js';
export { findEmbeddedPostgres } from './find.js';
export { type EmbeddedPostgres, type EmbeddedPostgresOptions, startEmbeddedPostgres } from './start.js';
export { stopAbandoned } from './stop-abandoned.js';
