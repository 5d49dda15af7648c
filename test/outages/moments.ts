/** A moment in the life of a purchase or a spend, in which Postgres goes away. */
export interface Moment {
  readonly name: string;
  /** The statement that is held up, so that the moment lasts: what a trigger stands for. */
  readonly table: string;
  readonly on: string;
  /** Whether Stripe fails for as long, so that the job does. */
  readonly stripeFails?: boolean;
}

const JOBS = 'graphile_worker._private_jobs';

export const MOMENTS: readonly Moment[] = [
  { name: 'a request', table: 'orders', on: 'before insert on orders for each row' },
  { name: 'a batch', table: 'entry_rows', on: 'before insert on entry_rows for each statement' },
  { name: 'the store of an event', table: 'stripe_events', on: 'before insert on stripe_events for each row' },
  {
    name: 'the begin of a job',
    table: JOBS,
    on: `before update of locked_by on ${JOBS} for each row when (new.locked_by is not null)`,
  },
  { name: 'the end of a job', table: JOBS, on: `before delete on ${JOBS} for each row` },
  {
    name: 'the failure of a job',
    table: JOBS,
    on: `before update of last_error on ${JOBS} for each row when (new.last_error is not null)`,
    stripeFails: true,
  },
];

/** What the statements below need. */
export const PREPARE = `
  create table if not exists hold_up (on_hold boolean);
  create or replace function linger() returns trigger language plpgsql as $$
  begin
    while exists (select from hold_up) loop
      perform pg_sleep(0.05);
    end loop;
    return coalesce(new, old);
  end $$`;

/** From now on whatever comes to this moment waits there. */
export const holdUp = ({ on }: Moment): string => `
  create or replace trigger tr_linger ${on} execute function linger();
  insert into hold_up values (true)`;

/** Who is held up. */
export const HELD_UP = `select pid from pg_stat_activity where wait_event = 'PgSleep'`;

export const LET_GO = 'delete from hold_up';

export const forget = ({ table }: Moment): string => `drop trigger if exists tr_linger on ${table}`;
