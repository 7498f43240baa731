// A policy that is read once and asked many times: its text does not cross with every question.

import type { RefundPolicy } from "./arguments.js";
import { textOf, toJson } from "./check.js";
import { ask, call, glue, type Handle, handleOf, isCurrent, numberOf } from "./engine.js";
import type { Decline, MadePolicy, PolicyFormat, PolicyPack, PolicyReport, Source } from "./types.js";

/** Frees policies that the host forgot. */
const forgotten = new FinalizationRegistry<{ handle: Handle }>(({ handle }) => {
  if (isCurrent(handle)) {
    glue.policy_free(handle.number);
  }
});

/**
 * The merchant's refund rules, read once. Give it as `policy` of a request: that is faster than the plain rules, which are read
 * with every request.
 */
export class Policy {
  readonly #json: string;
  readonly #held: { handle: Handle };

  /** Throws `unknown_field`, `wrong_type`, `out_of_range` and the like for what is malformed, with its path. */
  constructor(rules: RefundPolicy) {
    this.#json = toJson(rules) || "{}";
    this.#held = { handle: this.#read() };
    forgotten.register(this, this.#held, this);
  }

  #read(): Handle {
    return handleOf(call(() => glue.policy_new(this.#json)));
  }

  /** The rules as they were given. */
  toJSON(): RefundPolicy {
    return JSON.parse(this.#json) as RefundPolicy;
  }

  /** What of the policy can never make a difference, or contradicts itself. */
  lint(): PolicyReport {
    return ask(() => glue.lint_policy(this.#json));
  }

  /** Gives the policy's memory back at once. It is read again if it is asked once more. */
  free(): void {
    if (isCurrent(this.#held.handle)) {
      glue.policy_free(this.#held.handle.number);
    }
    this.#held.handle = { number: 0, generation: -1 };
  }

  /** The number of a policy inside the module; an engine that was started anew, or a policy that was freed, reads it again. */
  static numberOf(policy: Policy): number {
    if (!isCurrent(policy.#held.handle)) {
      policy.#held.handle = policy.#read();
    }
    return numberOf(policy.#held.handle);
  }
}

/** A request without a policy that was read before, and that policy's number; 0 for none. */
export function splitPolicy<T extends { policy?: unknown }>(request: T): [json: string, policy: number] {
  if (request?.policy instanceof Policy) {
    const { policy, ...others } = request;
    return [toJson(others), Policy.numberOf(policy as Policy)];
  }
  return [toJson(request), 0];
}

/** The plain rules. */
export function plainPolicy(policy: RefundPolicy | Policy | null | undefined): RefundPolicy | null | undefined {
  return policy instanceof Policy ? policy.toJSON() : policy;
}

/**
 * What of a policy can never make a difference, or contradicts itself. Throws for what is malformed, with its path.
 */
export function lintPolicy(rules: RefundPolicy): PolicyReport {
  const json = toJson(rules) || "{}";
  return ask(() => glue.lint_policy(json));
}

/** A policy and what to know of it; its rules are plain and may be changed. */
export interface ImportedPolicy extends Omit<MadePolicy, "policy"> {
  /** The rules, to be looked at, changed and kept. */
  policy: RefundPolicy;
}

/**
 * Makes a policy of schema.org's `MerchantReturnPolicy` or Shopify's return rules; the notes say what has no counterpart. Throws
 * `unknown_word` for the format, and for what is malformed, with its path.
 */
export function importPolicy(format: PolicyFormat, policy: object): ImportedPolicy {
  const [name, json] = [textOf(format), toJson(policy)];
  return ask(() => glue.import_policy(name, json));
}

/** A ready-made policy; the notes say what it covers and what it does not. Throws `unknown_word`. */
export function policyPack(name: PolicyPack): ImportedPolicy {
  const text = textOf(name);
  return ask(() => glue.policy_pack(text));
}

/**
 * Why a payment failed, what to do next, and what the payer may hear: for a source's decline or failure code, in any case. Throws
 * `unknown_source`.
 */
export function explainDecline(source: Source, code: string): Decline {
  const [name, text] = [textOf(source), textOf(code)];
  return ask(() => glue.explain_decline(name, text));
}
