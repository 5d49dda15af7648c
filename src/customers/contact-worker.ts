import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { contactQueue } from '../accounts/queue.js';
import { describeError } from '../jobs/describe-error.js';
import { JobRegistry } from '../jobs/job-registry.js';
import { StripeRefused } from '../stripe/client/stripe.problems.js';
import { KeepContact } from './keep-contact.js';

/** Tells Stripe what an account was changed to, so that the receipt of the next renewal already goes there. */
@Injectable()
export class ContactWorker implements OnModuleInit {
  private readonly log = new Logger(ContactWorker.name);

  constructor(
    private readonly registry: JobRegistry,
    private readonly keepContact: KeepContact,
  ) {}

  onModuleInit(): void {
    this.registry.register(contactQueue, (accountId) => this.run(accountId));
  }

  /** What Stripe refuses it would refuse again; the next call that needs the customer says so to its caller. */
  private async run(accountId: string): Promise<void> {
    try {
      await this.keepContact.tell(accountId);
    } catch (error) {
      if (!(error instanceof StripeRefused) || error.isOfConfiguration) throw error;
      this.log.warn(`Stripe was not told what account ${accountId} is called: ${describeError(error)}`);
    }
  }
}
