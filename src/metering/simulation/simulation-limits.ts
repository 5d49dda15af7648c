import { Injectable } from '@nestjs/common';

/** How long a simulation may take, in milliseconds. */
@Injectable()
export class SimulationLimits {
  /** In all. It keeps no snapshot open, so it holds up nothing. */
  totalMs = 30 * 60_000;
  /** Who reads nothing for so long is gone. */
  stallMs = 60_000;
  /** After so long without another line, one tells that it goes on. */
  progressMs = 2_000;
}
