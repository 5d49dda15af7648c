import type { World } from '../world.js';
import type { Input } from './input.js';

/** Does what a control asks for, given its body and what stands for `:id` in its path. */
export type Control = (world: World, input: Input, id: string) => Promise<object>;

/** Controls by method and path. */
export type Controls = Record<string, Control>;
