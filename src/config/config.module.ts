import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Clock } from '../kernel/clock.js';
import type { Config } from './config.js';

export const CONFIG = Symbol('CONFIG');
export const RUNTIME = Symbol('RUNTIME');

/** How the SDK reaches the party that takes the money. `webhookSecrets` are all accepted, newest first by custom. */
export interface StripeConnection {
  readonly secretKey: string;
  readonly webhookSecrets: readonly string[];
  /** Where the SDK is pointed; Stripe itself when absent. */
  readonly apiBase?: string;
}

/** What became of the configuration when the process started: addresses and keys that only then are known. */
export interface Runtime {
  readonly publicUrl: string;
  /** The key that was made by a start without configuration; a page may show it to whoever sits at this machine. */
  readonly bootstrapKey?: string;
  readonly payments: { readonly kind: 'stripe' | 'sandbox'; readonly sandboxUrl?: string };
  readonly database: 'embedded' | 'own';
  readonly databaseUrl: string;
  readonly stripe: StripeConnection;
  /** Whether this process answers HTTP for another one, to which it hands what callers write to the ledger. */
  readonly isHttpProcess?: boolean;
}

@Global()
@Module({})
// biome-ignore lint/complexity/noStaticOnlyClass: a Nest module is a class
export class ConfigModule {
  static forRoot(config: Config, runtime: Runtime, clock: Clock): DynamicModule {
    return {
      module: ConfigModule,
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: RUNTIME, useValue: runtime },
        { provide: Clock, useValue: clock },
      ],
      exports: [CONFIG, RUNTIME, Clock],
    };
  }
}
