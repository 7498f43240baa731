import type { ErrorCode } from "./types.js";

/**
 * A call that could not be answered. A business "no" is a verdict and a bad record an issue; only misuse is thrown.
 * Messages never quote a payer's data.
 */
export class GuestfolioError extends Error {
  /** The stable code; `values("error_code")` lists them all. */
  readonly code: ErrorCode;
  /** JSON pointer into the argument that was at fault; empty for the argument itself. */
  readonly path: string;

  constructor(code: ErrorCode, message: string, path = "", options?: { cause?: unknown }) {
    super(message, options as ErrorOptions);
    this.name = "GuestfolioError";
    this.code = code;
    this.path = path;
  }
}

/** What the module hands over, as JSON, when a call fails. */
export interface Failure {
  code: ErrorCode;
  path: string;
  message: string;
}
